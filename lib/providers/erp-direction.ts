/** What a sentence says about a company and a system: uses it, asks applicants for it, left it, sells it, … */

export type Direction =
  | 'uses'
  | 'adopting'
  | 'job_ad'
  | 'portal'
  | 'mention'
  | 'example'
  | 'integrates'
  | 'reseller'
  | 'third_party'
  | 'past'
  | 'compared'
  | 'negated';

/** Directions that speak for the company using the system now or soon. */
export const SPEAKS_FOR: ReadonlySet<Direction> = new Set([
  'uses',
  'adopting',
  'job_ad',
  'portal',
  'mention',
]);

export type PageKind = 'home' | 'careers' | 'portal' | 'systems' | 'other';

export interface Clause {
  /** The sentence before and after the name, as printed. */
  before: string;
  after: string;
  page: PageKind;
  /** Different ERP systems in the sentence. */
  systems: number;
  /** A first word of the company's own name, lower case; null when unknown. */
  self: string | null;
}

/** All patterns look at this many characters next to the name, so that none of them can run away. */
const REACH = 110;
const WORDS = "(?:[\\w'/&-]+[\\s(]+)";

const re = (source: string) => new RegExp(source, 'i');

const NEGATED = re(
  `\\b(?:no longer|don't|do not|does not|doesn't|didn't|did not|never|not)\\s+${WORDS}{0,2}$`,
);
const COMPARED = re(
  `\\b(?:instead of|rather than|unlike|alternatives? to|compared (?:to|with)|versus|vs\\.?|better than)\\s+${WORDS}{0,2}$`,
);
const TO_NEW = [
  re(`\\breplac(?:e|es|ed|ing)\\b.{0,60}\\b(?:with|by)\\s+${WORDS}{0,3}$`),
  re(
    `\\b(?:migrat\\w{1,4}|mov(?:e|ed|es|ing)|transition\\w{0,4}|convert\\w{0,3}|conversion|switch\\w{0,3}|upgrad\\w{1,3}|went live|go(?:ing)?[- ]live)\\b.{0,70}\\b(?:to|onto|on|with)\\s+${WORDS}{0,3}$`,
  ),
  re(
    `\\b(?:implementing|rolling out|deploying|selected|chose|adopt(?:ed|ing)|went live (?:on|with)|implementation of)\\s+${WORDS}{0,3}$`,
  ),
];
const FROM_OLD = [
  re(
    `\\b(?:migrat\\w{1,4}|mov(?:e|ed|es|ing)|transition\\w{0,4}|convert\\w{0,3}|conversion|switch\\w{0,3}|upgrad\\w{1,3}|away)\\b.{0,40}\\b(?:from|off)\\s+${WORDS}{0,3}$`,
  ),
  re(
    `\\b(?:replac(?:e|ed|es|ing)|retir(?:e|ed|ing)|sunset(?:ting)?|phas(?:ed|ing) out|decommission(?:ed|ing)?|formerly|previously|used to (?:use|run)|legacy|replacement of)\\s+${WORDS}{0,4}$`,
  ),
];
const OLD_AFTER = re(
  `^\\s*${WORDS}{0,3}(?:was|were|has been|is being|will be)\\s+(?:replaced|retired|phased out|sunset|decommissioned)\\b`,
);
const OUR =
  /\b(?:our|the company's)\s+(?:(?:new|current|main|core|erp|mrp|mes|qms|business|manufacturing|accounting|shop|floor|production|software|systems?|platform|package|database|company|enterprise|resource|planning|management|inventory|order)[\s/,-]+){0,6}[(:,"-]*\s*$/i;
const INTEGRATES = re(
  `\\b(?:integrat(?:e|es|ed|ing|ions?)|interfac(?:e|es|ed|ing)|connect(?:s|ed|ing|ions?|ors?)?|compatib(?:le|ility)|sync(?:s|ed|ing)?|plug-?ins?|add-?ons?|works|exports?|imports?)\\s+${WORDS}{0,3}(?:with|to|for|into|from)\\s+.{0,60}$`,
);
const INTEGRATES_AFTER = /^\s*(?:integrations?|connectors?|add-?ons?|plug-?ins?|interface)\b/i;
const RESELLER = re(
  `\\b(?:partner(?:ed|s|ship)?|resellers?|dealers?|distributors?|implementers?|consultants?|training provider)\\s+(?:of|for|with|in)\\s+${WORDS}{0,2}$`,
);
const RESELLER_AFTER =
  /^[\s,-]*(?:(?:erp|software|gold|silver|platinum|certified|authorized|channel|solutions?|business|implementation|value-added)\s+){0,4}(?:partners?|resellers?|VARs?|dealers?|integrators?|consultancy)\b/i;
const CONSULTANT_AFTER =
  /^[\s,-]*(?:(?:erp|software|implementation)\s+){0,2}(?:consultants?|consulting|implementation services)\b/i;
const OTHERS =
  /\b(?:customers|clients|competitors?|suppliers|vendors|companies|shops|manufacturers)\b.{0,40}\b(?:use|uses|run|runs|rely|relies|running|went live|chose|selected|moved|switched|implemented|who|that|whose)\b(?!.*\bwe\b).{0,40}$/i;
const EXAMPLE = /\b(?:such as|like|e\.?g\.?|for example|including|i\.?e\.?)[\s,:(].{0,90}$/i;
const EXAMPLE_AFTER =
  /^.{0,60}\b(?:or (?:an?other|a |any )?(?:similar|equivalent|comparable|other)|etc|similar)\b/i;
const JOB =
  /\b(?:experienced?|knowledge|proficien(?:t|cy)|familiar(?:ity)?|skill(?:s|ed)?|understanding|exposure|background|expertise|certified|trained|training|key user|super user|ability to use|ability to learn)\b.{0,100}$/i;
const JOB_AFTER =
  /^.{0,70}\b(?:experience|preferred|required|a plus|desired|desirable|a must|helpful|proficiency|knowledge|skills?|administrator|analyst|developer|specialist|key user|super user)\b/i;
const USES = re(
  `\\b(?:use|uses|using|run|runs|running|operates?|utiliz\\w{1,3}|rel(?:y|ies) on|powered by|built on|implemented|deployed|standardi[sz]ed on|invested in)\\s+${WORDS}{0,8}$`,
);
const POWERED = /\b(?:powered by|runs on|(?:log|sign)[ -]?in (?:to|with))\s+$/i;
const IS_ERP =
  /\b(?:erp|mrp)(?:\s?\/\s?\w+)?(?:\s+(?:system|software|platform|package))?\s*(?:is|:|\(|-|=)\s*$/i;
const AS_ERP = /^\W{0,3}\s*(?:is|as)\s+(?:our|the company's|its|their)\b/i;
const FIRST_PERSON = /\b(?:we|our|us|you will|you'll)\b|\bthe company\b/i;

export function directionOf(clause: Clause): Direction {
  const before = clause.before.slice(-REACH);
  const after = clause.after.slice(0, REACH);
  const sentence = `${before} ${after}`;
  const ours =
    FIRST_PERSON.test(sentence) || (clause.self !== null && sentence.toLowerCase().includes(clause.self));

  if (COMPARED.test(before)) return 'compared';
  if (NEGATED.test(before)) return 'negated';
  if (OTHERS.test(before)) return 'third_party';
  if (TO_NEW.some((pattern) => pattern.test(before)))
    return ours || clause.page === 'careers' ? 'adopting' : 'third_party';
  if (OLD_AFTER.test(after) || FROM_OLD.some((pattern) => pattern.test(before))) return 'past';
  if (RESELLER.test(before) || RESELLER_AFTER.test(after)) return 'reseller';
  if (CONSULTANT_AFTER.test(after) && clause.page !== 'careers') return 'reseller';

  const listed =
    clause.systems > 1 && (EXAMPLE.test(before) || EXAMPLE_AFTER.test(after) || /\bor\b/i.test(sentence));
  // The footer of a portal names what stands behind it.
  if (clause.page === 'portal' && POWERED.test(before)) return 'portal';
  if (OUR.test(before) || AS_ERP.test(after)) return 'uses';
  if (INTEGRATES.test(before) || INTEGRATES_AFTER.test(after)) return 'integrates';
  if (JOB.test(before) || JOB_AFTER.test(after)) return listed ? 'example' : 'job_ad';
  if (listed) return 'example';
  if (USES.test(before)) return ours || clause.page === 'careers' ? 'uses' : 'third_party';
  if (IS_ERP.test(before)) return 'uses';
  return 'mention';
}

const BASE: Readonly<Record<Direction, number>> = {
  uses: 0.95,
  adopting: 0.85,
  portal: 0.85,
  job_ad: 0.8,
  mention: 0.5,
  example: 0.35,
  integrates: 0.2,
  reseller: 0.1,
  third_party: 0.1,
  past: 0.1,
  compared: 0.1,
  negated: 0.05,
};

/** How far a sentence is to be believed, 0 to 1. Job pages speak of the shop's own tools, so a bare mention weighs more. */
export function confidenceOf(
  direction: Direction,
  page: PageKind,
  nameClass: 0 | 1 | 2,
  family: boolean,
): number {
  let value = BASE[direction];
  if (direction === 'mention' && page === 'careers') value = 0.68;
  if (direction === 'mention' && page === 'systems') value = 0.62;
  if (direction === 'job_ad' && page !== 'careers') value = 0.7;
  value -= nameClass === 2 ? 0.08 : nameClass === 1 ? 0.03 : 0;
  if (family) value -= 0.1;
  return Math.max(0, Math.round(value * 100) / 100);
}
