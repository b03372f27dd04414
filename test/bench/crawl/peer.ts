/** The peer that the crawl is measured against, installed on demand beside the project, never into it. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../../lib/lake/package-root.js';

const PEERS = path.join(packageRoot(), 'test', 'bench', 'peers');

export interface Peer {
  /** Folder whose `node_modules` has the peer. */
  folder: string;
  program: string;
  version: string;
}

/** Throws when it is not there and cannot be installed. */
export async function crawleePeer(): Promise<Peer> {
  const wanted = path.join(PEERS, 'package.json');
  const text = await readFile(wanted, 'utf8');
  const id = createHash('sha256').update(text).digest('hex').slice(0, 12);
  const folder = path.join(packageRoot(), 'node_modules', '.cache', `bench-peers-${id}`);
  const manifest = path.join(folder, 'node_modules', '@crawlee', 'cheerio', 'package.json');
  if (!existsSync(manifest)) {
    await mkdir(folder, { recursive: true });
    await copyFile(wanted, path.join(folder, 'package.json'));
    await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock'], {
      cwd: folder,
    });
  }
  const { version } = JSON.parse(await readFile(manifest, 'utf8')) as { version: string };
  return { folder, program: path.join(PEERS, 'crawlee.mjs'), version };
}
