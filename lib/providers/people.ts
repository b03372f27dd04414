/** Job titles read for seniority and function, and ranked by the titles the user looks for. */

export type Seniority = 'owner' | 'c_suite' | 'vp' | 'director' | 'manager' | 'other';
export type JobFunction = 'operations' | 'finance' | 'it' | 'purchasing' | 'sales' | 'executive' | 'other';

/** First match wins: "Vice President" must be seen before "President". */
const SENIORITY: readonly [RegExp, Seniority][] = [
  [/\b(?:owner|co-?owner|founder|co-?founder|proprietor|partner)\b/, 'owner'],
  [/\b(?:vice[ -]president|s?vp|evp)\b/, 'vp'],
  [
    /\b(?:chief|ceo|coo|cfo|cio|cto|cmo|cpo|president|chair(?:man|woman|person)?|managing director)\b/,
    'c_suite',
  ],
  [/\b(?:director|head of)\b/, 'director'],
  [/\b(?:manager|mgr|supervisor|superintendent|foreman|lead|controller|comptroller)\b/, 'manager'],
];
const FUNCTION: readonly [RegExp, JobFunction][] = [
  [
    /\b(?:it|information (?:technology|systems)|cio|cto|systems (?:administrator|manager|engineer)|erp|network|technology officer|information officer)\b/,
    'it',
  ],
  [/\b(?:purchasing|procurement|buyer|sourcing|supply chain|materials)\b/, 'purchasing'],
  [/\b(?:finance|financial|cfo|controller|comptroller|accounting|accountant|treasurer)\b/, 'finance'],
  [
    /\b(?:operations?|operating|coo|plant|production|manufacturing|shop|quality|engineering|scheduling|works)\b/,
    'operations',
  ],
  [
    /\b(?:sales|marketing|business development|account (?:manager|executive)|estimator|estimating|cmo)\b/,
    'sales',
  ],
  [
    /\b(?:owner|founder|president|ceo|chief executive|general manager|managing director|chair(?:man|woman|person)?)\b/,
    'executive',
  ],
];

export function seniorityOf(title: string | null): Seniority {
  return firstMatch(SENIORITY, title) ?? 'other';
}

export function functionOf(title: string | null): JobFunction {
  return firstMatch(FUNCTION, title) ?? 'other';
}

function firstMatch<T>(rules: readonly [RegExp, T][], title: string | null): T | null {
  const text = ` ${(title ?? '').slice(0, 200).toLowerCase()} `;
  return rules.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}

/** Place of a title in the list of wanted ones, 0 first; null when none of them is in it. Words may be apart: "VP of Operations" is "VP Operations". */
export function titleRank(title: string | null, wanted: readonly string[]): number | null {
  const words = new Set(wordsOf(title ?? ''));
  const rank = wanted.findIndex((want) => {
    const needed = wordsOf(want);
    if (needed.length === 0 || !needed.every((word) => words.has(word))) return false;
    return !(words.has('vp') && needed.includes('president') && !needed.includes('vp'));
  });
  return rank < 0 ? null : rank;
}

const LONG: readonly [RegExp, string][] = [
  [/\bvice[ -]president\b/g, 'vp'],
  [/\bchief executive officer\b/g, 'ceo'],
  [/\bchief operating officer\b/g, 'coo'],
  [/\bchief financial officer\b/g, 'cfo'],
  [/\bchief information officer\b/g, 'cio'],
  [/\binformation technology\b/g, 'it'],
  [/\bco-owner\b/g, 'owner'],
];

function wordsOf(text: string): string[] {
  let plain = text.slice(0, 200).toLowerCase();
  for (const [long, short] of LONG) plain = plain.replace(long, short);
  return plain
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '' && word !== 'of' && word !== 'the' && word !== 'and');
}
