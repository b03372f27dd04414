/** The ground a run stands on: what is there, what is missing, in one line each. */
import { access, constants, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '../config.js';
import { providers } from '../providers/index.js';
import { freeBytes } from './session.js';

export interface HealthCheck {
  name: string;
  ok: boolean;
  /** A check that is not ok but need not stop anybody. */
  required: boolean;
  detail: string;
}

export interface Health {
  checked_at: string;
  /** `complete`: every provider has a key; `partial`: some have; `none`. */
  providers: 'complete' | 'partial' | 'none';
  checks: HealthCheck[];
}

export async function checkHealth(options: {
  config: Config;
  root: string;
  secret: (name: string) => string | null;
}): Promise<Health> {
  const { config, root, secret } = options;
  const present = providers.filter((p) => secret(p.envKey) !== null);
  const missing = providers.filter((p) => secret(p.envKey) === null);
  const min = config.agents.orchestrator.min_free_disk_gb;
  const { free } = await freeBytes(root);
  const checks: HealthCheck[] = [
    {
      name: 'config',
      ok: true,
      required: true,
      detail: `${config.associations.size} associations in ${config.folder}`,
    },
    {
      name: 'provider keys',
      ok: missing.length === 0,
      required: false,
      detail:
        missing.length === 0
          ? `all ${present.length} present`
          : `missing: ${missing.map((p) => p.envKey).join(', ')}; their steps are skipped`,
    },
    {
      name: 'disk',
      ok: free >= min * 1e9,
      required: true,
      detail: `${(free / 1e9).toFixed(1)} GB free, ${min} GB wanted`,
    },
    { name: 'lake', required: true, ...(await writable(root)) },
  ];
  return {
    checked_at: new Date().toISOString(),
    providers: missing.length === 0 ? 'complete' : present.length > 0 ? 'partial' : 'none',
    checks,
  };
}

async function writable(root: string): Promise<{ ok: boolean; detail: string }> {
  const probe = path.join(root, `.probe-${process.pid}`);
  try {
    await access(path.dirname(root), constants.R_OK);
    await mkdir(root, { recursive: true });
    await writeFile(probe, '');
    await rm(probe);
    return { ok: true, detail: `${root} is writable` };
  } catch (error) {
    return { ok: false, detail: `${root} is not writable: ${(error as Error).message}` };
  }
}
