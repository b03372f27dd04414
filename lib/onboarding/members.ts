/** How many members a site says that it has. */

const NUMBER = String.raw`(\d{1,3}(?:,\d{3})+|\d{2,6})`;
/** “more than 900 member companies”, “our 1,200+ members”, “represents nearly 350 manufacturers”. */
const CLAIM = new RegExp(
  String.raw`\b(?:over|more than|nearly|about|approximately|almost|some|represent(?:s|ing)?|our|of|with|has|the)\s+(?:our\s+)?${NUMBER}\s?\+?\s+(?:\w+[- ]){0,3}?(?:members?|member companies|companies|manufacturers|firms|organizations)\b`,
  'gi',
);
/** Years and dollars are no members. */
const LEAST = 15;
const MOST = 50_000;

/** The numbers of members that a page's lines claim, each with its sentence. */
export function claimedMembers(lines: readonly string[]): { members: number; said: string }[] {
  return lines.flatMap((line) =>
    [...line.matchAll(CLAIM)].flatMap((match) => {
      const members = Number(match[1]!.replaceAll(',', ''));
      const isYear = /^(?:19|20)\d\d$/.test(match[1]!);
      // Employees, visitors and readers are counted in the same words.
      if (members < LEAST || members > MOST || isYear || !/member/i.test(match[0])) return [];
      return [{ members, said: match[0] }];
    }),
  );
}
