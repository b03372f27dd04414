/** One invented world: its companies, how they are listed, what happens in it. */
import { type Event, makeEvents } from './events.js';
import { type Listing, makeListings } from './listings.js';
import type { AssociationCode } from './names.js';
import { type Company, makePopulation } from './population.js';

export type WorldOptions = { seed: number; size: number; today: string };

export type World = WorldOptions & {
  companies: Company[];
  listings: Record<AssociationCode, Listing[]>;
  events: Event[];
};

export const DEFAULT_WORLD: WorldOptions = { seed: 1, size: 1, today: '2026-11-23' };

/** The world of a seed; the same options give the same world, to the byte. */
export function createWorld(options: Partial<WorldOptions> = {}): World {
  const settled = { ...DEFAULT_WORLD, ...options };
  const companies = makePopulation(settled.seed, settled.size);
  const listings = makeListings(settled.seed, companies);
  return { ...settled, companies, listings, events: makeEvents(settled.seed, settled.today, listings) };
}
