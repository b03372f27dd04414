/** Serves an invented directory for any host, as a process of its own; prints its port, ends with its parent. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { directorySite } from './page-maker.js';

const site = directorySite(Number(process.argv[2]));
const server = createServer((request, response) => {
  const path = request.url ?? '/';
  const body = path === '/robots.txt' ? Buffer.from('User-agent: *\nAllow: /\n') : site.page(path);
  response.writeHead(body === null ? 404 : 200, {
    'content-type': path === '/robots.txt' ? 'text/plain' : 'text/html; charset=utf-8',
    'content-length': body?.length ?? 0,
    etag: `"${path.length}-${body?.length ?? 0}"`,
  });
  response.end(body ?? undefined);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ port: (server.address() as AddressInfo).port, pages: site.pages }));
});
process.stdin.on('end', () => process.exit(0)).resume();
