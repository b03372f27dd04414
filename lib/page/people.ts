/** Persons with titles, in contact blocks and speaker lists. */

const TITLE_WORD =
  /\b(?:president|vice|vp|svp|evp|chief|officer|ceo|cfo|coo|cto|cio|cmo|chair(?:man|woman|person)?|director|manager|owner|founder|co-?founder|partner|principal|engineer|sales|marketing|purchasing|representative|rep|coordinator|supervisor|administrator|executive|assistant|treasurer|secretary|controller|buyer|specialist|head of|lead|general|account|operations|business development|professor|analyst|consultant|architect|estimator|foreman|editor|producer|designer|developer|scientist|researcher|advisor|superintendent|member)\b/i;
const NAME =
  /^(?:(?:mr|mrs|ms|dr|prof)\.?\s+)?\p{Lu}[\p{L}'’.-]{0,20}(?:\s+(?:\p{Lu}[\p{L}'’.-]{0,20}|de|la|van|von|der|del|di|da|["“(]\p{Lu}\p{L}+["”)])){1,4}(?:,?\s+(?:jr|sr|ii|iii|iv|p\.?e|ph\.?d|cpa|cae|mba|esq)\.?){0,3}$/iu;
const NOT_NAME =
  /\b(?:inc|llc|ltd|corp|company|co|group|association|road|street|avenue|suite|contact|about|home|more|view|read|visit|website|phone|fax|email|address|directory|products?|services?|solutions|industries|manufacturing|tool|steel|metal|systems?|university|center|event|member|login|the|and|our|us|hours|news)\b/i;

export function isPersonName(text: string): boolean {
  return (
    text.length >= 4 &&
    text.length <= 50 &&
    /^[\p{Lu}]/u.test(text) &&
    !/\d/.test(text) &&
    NAME.test(text) &&
    !NOT_NAME.test(text)
  );
}

export function isJobTitle(text: string): boolean {
  return (
    text.length >= 2 && text.length <= 90 && TITLE_WORD.test(text) && !/[.!?]\s|\d{3}|@|https?:/.test(text)
  );
}

/** "Jane Roe, Plant Manager", "Jane Roe - CEO, Acme" → its parts, or null when no person leads. */
export function personLine(
  text: string,
): { name: string; title: string | null; company: string | null } | null {
  if (text.length > 160) return null;
  const parts = text.split(/\s*(?:,|\||\s[–—-]\s|;|\s@\s|\n)\s*/).filter(Boolean);
  let name = (parts[0] ?? '').replace(/^(?:mr|mrs|ms|miss)\.?\s+(?=\p{L}+[\s.]+\p{L})/iu, '');
  let rest = parts.slice(1);
  if (rest[0] && /^(?:jr|sr|ii|iii|ph\.?d|p\.?e|cpa|cae|mba|esq)\.?$/i.test(rest[0])) {
    name = `${name}, ${rest[0]}`;
    rest = rest.slice(1);
  }
  if (!isPersonName(name)) return null;
  const titleAt = rest.findIndex(isJobTitle);
  const title = titleAt >= 0 ? (rest[titleAt] ?? null) : null;
  // A legal form after a comma belongs to the company: "Acme, Inc."
  const company = rest.slice(titleAt + 1).join(', ') || (rest.filter((_, i) => i !== titleAt).at(0) ?? null);
  const at = title ? /^(.{3,60}?)\s+(?:at|of|for|with)\s+(\p{Lu}.{1,60})$/u.exec(title) : null;
  if (at && !company) return { name, title: at[1] ?? null, company: at[2] ?? null };
  return { name, title, company };
}
