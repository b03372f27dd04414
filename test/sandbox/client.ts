/** A plain HTTP client that believes in host names: every host goes to the sandbox's two ports. */
import { type IncomingHttpHeaders, request } from 'node:http';
import { decode1252 } from '../../sandbox/charset.js';
import type { truthOf } from '../../sandbox/truth.js';

export type Truth = ReturnType<typeof truthOf>;
export type Answer = { status: number; headers: IncomingHttpHeaders; body: string; bytes: Buffer };
type Options = { method?: string; headers?: Record<string, string>; body?: string };

export const makeClient = (where: { http: string; https: string }) => {
  const fetchUrl = (url: string, options: Options = {}): Promise<Answer> => {
    const { protocol, host, pathname, search } = new URL(url);
    const [address, port] = (protocol === 'https:' ? where.https : where.http).split(':') as [string, string];
    return new Promise((resolve, reject) => {
      const headers = { host, ...options.headers };
      const outgoing = request(
        { host: address, port, path: pathname + search, method: options.method ?? 'GET', headers },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('error', reject);
          incoming.on('end', () =>
            resolve({
              status: incoming.statusCode ?? 0,
              headers: incoming.headers,
              body: decode(Buffer.concat(chunks), String(incoming.headers['content-type'])),
              bytes: Buffer.concat(chunks),
            }),
          );
        },
      );
      outgoing.on('error', reject);
      outgoing.end(options.body);
    });
  };
  const truth = async (): Promise<Truth> =>
    JSON.parse((await fetchUrl('http://sandbox.invalid/truth.json')).body) as Truth;
  return { get: fetchUrl, truth };
};

/** Text in the charset that the header or the page names. */
function decode(bytes: Buffer, type: string): string {
  const said = /charset=["']?([\w-]+)/i;
  const label = (said.exec(type) ?? said.exec(bytes.subarray(0, 1024).toString('latin1')))?.[1];
  return label?.toLowerCase() === 'windows-1252' ? decode1252(bytes) : bytes.toString('utf8');
}

/** The text of a page as a reader sees it, entities resolved. */
export const unescapeHtml = (markup: string): string =>
  markup
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
