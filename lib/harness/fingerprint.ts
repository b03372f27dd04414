/** The fingerprint of what a phase would do: equal fingerprints mean there is nothing to do. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Lake } from '../lake/lake.js';
import { packageRoot } from '../lake/package-root.js';
import { schemaOf } from '../lake/table.js';
import { tableNamed } from '../lake/tables/index.js';
import type { Recipe } from './recipe.js';

/** Upstream checkpoints, the config that matters, the recipe's own version and the schema it writes. */
export function fingerprintOf(
  recipe: Recipe,
  lake: Lake,
  run: { jobId: string; association: string | null; settings: unknown },
): string {
  const inputs = [...recipe.reads, ...(recipe.uses ?? [])].map((name) => [
    name,
    lake
      .checkpointsOf(name, { association: run.association, job: run.jobId })
      .map((c) => [c.association, c.job_id, c.phase, c.digest])
      .sort(),
  ]);
  const schema = recipe.writes.map((name) => [name, schemaOf(tableNamed(name))]);
  const text = stableJson({
    recipe: recipe.name,
    version: recipe.version,
    code: (recipe.code ?? []).map(hashOf),
    settings: run.settings ?? null,
    inputs,
    schema,
  });
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

const hashes = new Map<string, string>();

/** Hash over the content of a file, or of all files below a folder, relative to the project. */
function hashOf(place: string): string {
  let hash = hashes.get(place);
  if (hash === undefined) {
    const sum = createHash('sha256');
    for (const file of filesBelow(path.join(packageRoot(), place))) sum.update(readFileSync(file));
    hash = sum.digest('hex').slice(0, 16);
    hashes.set(place, hash);
  }
  return hash;
}

function filesBelow(place: string): string[] {
  if (!statSync(place).isDirectory()) return [place];
  return readdirSync(place, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

/** JSON with the keys of every object in order. */
export function stableJson(value: unknown): string {
  return JSON.stringify(value, (_key, v: unknown) =>
    v && typeof v === 'object' && !Array.isArray(v) && Object.getPrototypeOf(v) === Object.prototype
      ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)))
      : v,
  );
}
