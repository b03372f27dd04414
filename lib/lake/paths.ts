/** Where things are in the lake. No code outside `lib/lake` builds a lake path. */
import { homedir } from 'node:os';
import path from 'node:path';
import { UserError } from '../errors.js';
import type { Table } from './table.js';

/** Version of the layout and of the checkpoint's form; a lake of another version is refused. */
export const LAKE_FORMAT = 1;

/** The lake's folder: `LAKE`, or `./lake`. Object-store URLs are planned, and refused with a clear word until then. */
export function lakeRoot(env: NodeJS.ProcessEnv = process.env): string {
  const value = env.LAKE?.trim() || 'lake';
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(value)) {
    throw new UserError(`LAKE=${value}: object stores are not supported yet. Set LAKE to a local folder.`);
  }
  return path.resolve(value.replace(/^~(?=\/|$)/, homedir()));
}

const JOB_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** `[A-Za-z0-9._-]{1,64}`, no `..`, not hidden. */
export const isJobId = (id: string): boolean => JOB_ID.test(id) && !id.includes('..') && !id.startsWith('.');

/** Checks a job id, since it becomes a path. Throws `UserError`. */
export function assertJobId(id: string): string {
  if (!isJobId(id)) {
    const shown = JSON.stringify(id.slice(0, 80));
    throw new UserError(
      `${shown} is not a job id: 1 to 64 letters, digits, dots, dashes and underscores, not starting with a dot, without "..".`,
      { code: 'BAD_JOB_ID' },
    );
  }
  return id;
}

/** Partition of association-grain tables that belongs to no single association (dead letters of resolution, say). */
export const ALL_ASSOCIATIONS = 'ALL';

/** Folder of a partition, relative to the root. */
export function partitionFolder(table: Table, association: string | null, jobId: string): string {
  const job = `job_id=${assertJobId(jobId)}`;
  if (table.grain === 'global') return path.join(table.name, job);
  const code = association ?? ALL_ASSOCIATIONS;
  if (!/^[A-Z0-9_]{1,32}$/.test(code))
    throw new UserError(`${JSON.stringify(code)} is not an association code.`);
  return path.join(table.name, `association_code=${code}`, job);
}

export interface StatePaths {
  dir: string;
  state: string;
  health: string;
  events: string;
}

/** Files of a job's state. */
export function statePaths(root: string, jobId: string): StatePaths {
  const dir = path.join(root, '.state', assertJobId(jobId));
  return {
    dir,
    state: path.join(dir, 'state.json'),
    health: path.join(dir, 'health_check.json'),
    events: path.join(dir, 'events.ndjson'),
  };
}

export const stateRoot = (root: string) => path.join(root, '.state');
export const tmpRoot = (root: string) => path.join(root, '.tmp');
export const leaseRoot = (root: string) => path.join(root, '.state', '.leases');
export const pacingRoot = (root: string) => path.join(root, '.state', '.pacing');
export const robotsFile = (root: string) => path.join(root, '.state', '.robots.ndjson');
export const quarantineRoot = (root: string) => path.join(root, '.quarantine');
export const worldFile = (root: string) => path.join(root, '.state', '.world.json');
export const exportsFolder = (root: string, jobId: string) => path.join(root, 'exports', assertJobId(jobId));
export const reportsFolder = (root: string) => path.join(root, 'monitoring', 'reports');
