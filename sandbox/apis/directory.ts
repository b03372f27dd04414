/** What a data vendor holds of the population: most companies, by domain, with an age and errors of its own. */
import type { Company } from '../population.js';
import { type Random, stream } from '../random.js';
import type { Reply, Request } from '../reply.js';
import type { World } from '../world.js';
import type { Windows } from './keys.js';

export type ApiContext = {
  world: World;
  byDomain: ReadonlyMap<string, Company>;
  windows: Windows;
  /** Multiplies the real request limits; a demonstration may not want to wait for a minute's window. */
  limitFactor: number;
  /** How often something was asked, for lookups that are answered later. */
  asked: Map<string, number>;
  spent: Map<string, number>;
};

export type Api = (request: Request) => Reply;

/** The company as a vendor knows it, or null; each vendor misses others. */
export function lookup(
  context: ApiContext,
  vendor: string,
  domain: string,
  coverage: number,
): { company: Company; r: Random } | null {
  const company = context.byDomain.get(tidyDomain(domain));
  const r = company && recordOf(context.world, vendor, company, coverage);
  return company && r ? { company, r } : null;
}

/** Chance for the record that a vendor has of a company; null when it has none. */
export function recordOf(world: World, vendor: string, company: Company, coverage: number): Random | null {
  const r = stream(world.seed, `${vendor}:${company.id}`);
  return r.chance(coverage) ? r : null;
}

/** The bare domain of what callers send. */
export const tidyDomain = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/^www\./, '')
    .replace(/[/?#].*$/, '');

/** A head count as a vendor has it: often right, sometimes old or rounded. */
export function staleEmployees(r: Random, employees: number): number {
  if (r.chance(0.4)) return employees;
  if (r.chance(0.1)) return Math.max(1, Math.round(employees * r.pick([0.4, 0.6, 1.8])));
  return Math.max(1, Math.round(employees * (0.85 + r.float() * 0.3)));
}

/** Adds to what a key has spent and says whether it could. */
export function spend(context: ApiContext, account: string, credits: number, available: number): boolean {
  const used = context.spent.get(account) ?? 0;
  if (used + credits > available) return false;
  context.spent.set(account, used + credits);
  return true;
}
