/** What the fault dial can be told, checked before it is believed. */
import { type Manner, MISDEEDS } from './misdeeds.js';

export type FaultRule = Manner & {
  /** A status such as "503", or the name of a misdeed. */
  fault: string;
  /** A host, `*.domain`, `*` for all, or `associations` (the default): the sites of the ten. */
  host?: string;
  /** What the path begins with; without it robots.txt is spared. */
  path?: string;
  /** Share of the addresses struck; with `burst`, the chance that a request begins one. */
  share?: number;
  /** An address goes wrong so often, then is well; `all` for ever. Default 1. */
  tries?: number | 'all';
  /** So many requests of a host in a row instead, whatever their address. */
  burst?: number;
  /** An outage instead: every request of a host from the one after this many on, whatever its address. */
  after?: number;
  /** How many requests the outage lasts, and how many milliseconds; it ends with the first of both, or never. */
  lasts?: number;
  lasts_ms?: number;
};

/** Shares by name of the fault (the n-th request draws), and rules. */
export type FaultDial = { [fault: string]: number } & { rules?: FaultRule[]; preset?: 'worst' };

const STATUS = /^[45]\d\d$/;
const NUMBERS = [
  'share',
  'burst',
  'after',
  'lasts',
  'lasts_ms',
  'retry_after',
  'ms',
  'every_ms',
  'chunk',
  'mb',
] as const;
const WORDS = ['fault', 'host', 'path', 'to', 'retry_as', 'tries'];

/** Every fault from which a patient crawler recovers, on every association's site, in short forms. */
const WORST: readonly FaultRule[] = [
  { fault: 'reset', after: 14, lasts: 6 },
  { fault: '503', burst: 3, share: 0.01, retry_after: 5 },
  { fault: '500', burst: 2, share: 0.01 },
  { fault: '429', share: 0.02, tries: 2 },
  { fault: '429', share: 0.02, retry_after: 20 },
  { fault: '429', share: 0.02, retry_after: 30, retry_as: 'date' },
  { fault: '502', share: 0.02, tries: 2 },
  { fault: 'reset', share: 0.02, tries: 2 },
  { fault: 'cut', share: 0.02 },
  { fault: 'stall', share: 0.01, ms: 500 },
  { fault: 'hang', share: 0.01, ms: 500 },
  { fault: 'slow', share: 0.01, ms: 300 },
  { fault: 'drip', share: 0.01, chunk: 128, every_ms: 10 },
  { fault: 'length-high', share: 0.01 },
  { fault: 'gzip-cut', share: 0.02 },
  { fault: 'gzip-bomb', share: 0.01, mb: 60 },
  { fault: 'huge', share: 0.005, mb: 50 },
  { fault: 'redirect-loop', share: 0.01 },
  { fault: 'says-utf8', share: 0.03 },
  { fault: 'says-1252', share: 0.03 },
];

/** A dial with its preset written out; throws on what it does not know. */
export function check(dial: FaultDial): FaultDial {
  if (dial === null || typeof dial !== 'object' || Array.isArray(dial))
    throw new RangeError('the dial must be an object');
  const { rules, preset, ...shares } = dial as Record<string, unknown>;
  let sum = 0;
  for (const [name, share] of Object.entries(shares)) {
    if (!isFault(name)) throw new RangeError(`unknown fault: ${name}`);
    if (!(typeof share === 'number' && share >= 0 && share <= 1))
      throw new RangeError(`share of ${name} must be between 0 and 1`);
    sum += share;
  }
  if (sum > 1) throw new RangeError('shares add up to more than 1');
  if (preset !== undefined && preset !== 'worst') throw new RangeError(`unknown preset: ${String(preset)}`);
  if (rules !== undefined && !Array.isArray(rules)) throw new RangeError('rules must be a list');
  const all = [...((rules as FaultRule[] | undefined) ?? []), ...(preset === 'worst' ? WORST : [])];
  for (const rule of all) checkRule(rule);
  return { ...(shares as Record<string, number>), ...(all.length > 0 ? { rules: all } : {}) } as FaultDial;
}

const isFault = (name: string): boolean =>
  STATUS.test(name) || name === 'truncate' || name === 'garbage' || Object.hasOwn(MISDEEDS, name);

function checkRule(rule: FaultRule): void {
  if (rule === null || typeof rule !== 'object') throw new RangeError('a rule must be an object');
  if (!(STATUS.test(rule.fault) || Object.hasOwn(MISDEEDS, rule.fault)))
    throw new RangeError(`unknown fault in a rule: ${rule.fault}`);
  for (const name of Object.keys(rule))
    if (!(WORDS.includes(name) || (NUMBERS as readonly string[]).includes(name)))
      throw new RangeError(`unknown word in a rule: ${name}`);
  for (const name of NUMBERS) {
    const value = rule[name];
    if (value !== undefined && !(typeof value === 'number' && value >= 0))
      throw new RangeError(`${name} of a rule must be a number`);
  }
  if ((rule.share ?? 1) > 1) throw new RangeError('share of a rule must be between 0 and 1');
  if ((rule.mb ?? 0) > 1000) throw new RangeError('mb of a rule must be at most 1000');
  if (rule.burst === 0 || rule.chunk === 0 || rule.lasts === 0 || rule.lasts_ms === 0)
    throw new RangeError('burst, chunk and lasts begin at 1');
  if (rule.after === undefined && (rule.lasts !== undefined || rule.lasts_ms !== undefined))
    throw new RangeError('lasts belongs to an outage, which says after how many requests it begins');
  if (rule.after !== undefined && (rule.burst !== undefined || rule.tries !== undefined))
    throw new RangeError('an outage has neither burst nor tries');
  if (rule.retry_as !== undefined && !['seconds', 'date'].includes(rule.retry_as))
    throw new RangeError(`unknown retry_as: ${rule.retry_as}`);
  const { tries = 1 } = rule;
  if (tries !== 'all' && !(Number.isInteger(tries) && tries >= 1))
    throw new RangeError('tries must be a whole number from 1, or "all"');
}
