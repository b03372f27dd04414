/** An impatient client that tells how an exchange ended, for answers that do not end well. */
import { request } from 'node:http';

export type Ended = {
  /** `end` as promised, `aborted` before it, `none` without headers, `timeout` when we left. */
  how: 'end' | 'aborted' | 'none' | 'timeout';
  status: number;
  headers: Record<string, string | string[] | undefined>;
  bytes: Buffer;
};

/** Reads until the end, an error, or `ms`; never more than `most` bytes. */
export function attempt(
  where: { http: string; https: string },
  url: string,
  ms = 1500,
  most = Number.POSITIVE_INFINITY,
): Promise<Ended> {
  const { protocol, host, pathname, search } = new URL(url);
  const [address, port] = (protocol === 'https:' ? where.https : where.http).split(':') as [string, string];
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    let head: { status: number; headers: Ended['headers'] } = { status: 0, headers: {} };
    const finish = (how: Ended['how']) => {
      clearTimeout(timer);
      outgoing.destroy();
      resolve({ how, ...head, bytes: Buffer.concat(chunks) });
    };
    const timer = setTimeout(() => finish('timeout'), ms);
    const outgoing = request(
      { host: address, port, path: pathname + search, headers: { host }, agent: false },
      (incoming) => {
        head = { status: incoming.statusCode ?? 0, headers: incoming.headers };
        incoming.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          length += chunk.length;
          if (length > most) finish('timeout');
        });
        incoming.on('error', () => finish('aborted'));
        incoming.on('end', () => finish('end'));
      },
    );
    outgoing.on('error', () => finish(head.status === 0 ? 'none' : 'aborted'));
    outgoing.end();
  });
}
