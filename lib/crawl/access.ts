/** Signs on a page that speak about access: links to terms of use, what they say of crawling, walls. */
import { type Skim, skimPage } from '../page/skim.js';

const TERMS_LINK =
  /\b(?:terms?\b.{0,12}\b(?:of|and|&)\b.{0,12}\b(?:use|service|conditions?)|terms|conditions of use|legal(?: notice)?|acceptable use|website policy|site policies)\b/i;
const TERMS_PATH = /\/(?:terms|tos|legal|conditions|acceptable.?use)[\w-]*/i;

/** Where terms of use are when no page names them, the likeliest first. */
export const USUAL_TERMS = ['/terms', '/terms-of-use', '/terms-and-conditions', '/legal'];

/** Links to terms of use, the likeliest first. */
export function termsLinks(skim: Pick<Skim, 'links'>, isOwn: (url: string) => boolean): string[] {
  return skim.links
    .filter(
      (link) =>
        isOwn(link.url) && (TERMS_LINK.test(link.text) || TERMS_PATH.test(new URL(link.url).pathname)),
    )
    .sort((a, b) => likelihood(b.text, b.url) - likelihood(a.text, a.url))
    .map((link) => link.url);
}

const likelihood = (text: string, url: string) =>
  Number(/\b(?:use|service|acceptable)\b/i.test(text)) +
  2 * Number(/terms/i.test(text)) +
  Number(TERMS_PATH.test(url));

const CLAUSE =
  /\b(?:scrap(?:e|ers?|ing)|crawl(?:ers?|ing)?|robots?|spiders?|bots?|automat(?:ed|ic(?:ally)?)|harvest(?:ing)?|data.?min(?:e|ing)|extract(?:ion|ing)?|bulk|systematic(?:ally)?|commercial (?:use|purposes?)|solicit(?:ation|ing)?|mailing lists?|directory|member(?:ship)? (?:information|data|lists?))\b/i;
const FORBIDS =
  /\b(?:(?:may|must|shall|can|will|do|should)\s?not|cannot|mustn['’]t|don['’]t|not (?:be )?(?:permitted|allowed|authori[sz]ed)|prohibit(?:ed|s)?|forbid(?:den|s)?|unauthori[sz]ed|agree(?:s)? not to|refrain from|without (?:[\w’']+ ){0,5}(?:permission|consent|authori[sz]ation|approval)|never)\b/i;
const AUTOMATION =
  /\b(?:robots?|spiders?|bots?|crawl(?:ers?|ing)?|scrap(?:e|ers?|ing)|automated (?:means|access|tools?|process(?:es)?|devices?|systems?|programs?|software|scripts?|quer(?:y|ies))|automatic (?:devices?|means|process(?:es)?)|data.?min(?:e|ing)|harvest(?:ing)?|(?:collect|extract|copy|download)(?:ing)? (?:[\w’']+ ){0,4}(?:member|directory|listing|contact|company)\w*)\b/i;

export interface TermsReading {
  /** Sentences that speak of automated access, commercial use or directories, as they are written. */
  clauses: string[];
  /** Those of them that forbid automated access or the collection of member data. */
  forbidding: string[];
}

/** What a terms page says about what a crawl does. A program only finds the sentences; a person judges them. */
export function readTerms(url: string, html: string): TermsReading {
  const { text } = skimPage(url, html, { text: true });
  const sentences = text.flatMap((line) => line.split(/(?<=[.!?;])\s+(?=[A-Z(“"])/)).map((s) => s.trim());
  const clauses = sentences.filter((s) => s.length > 20 && CLAUSE.test(s)).slice(0, MOST_CLAUSES);
  return {
    clauses: clauses.map((s) => s.slice(0, LONGEST_CLAUSE)),
    forbidding: clauses.filter(forbidsAutomation).map((s) => s.slice(0, LONGEST_CLAUSE)),
  };
}

const MOST_CLAUSES = 20;
const LONGEST_CLAUSE = 600;

/** “Automated access must respect robots.txt” forbids nothing. */
const forbidsAutomation = (sentence: string): boolean => FORBIDS.test(sentence) && AUTOMATION.test(sentence);

const WALL_TEXT =
  /\b(?:(?:for|to|is|are) members[- ]only|members[- ]only (?:content|area|access|page|section|resource)|(?:log|sign) ?in (?:to (?:view|see|access|continue)|is required|as a member)|you must (?:be (?:a member|logged in|signed in)|log ?in|sign ?in)|please (?:log|sign) ?in)\b/i;

/**
 * Why a page that was had is a login wall all the same; null when it is none. A login box beside real content is no
 * wall.
 */
export function loginWall(
  page: { url: string; final_url: string | null },
  skim: Pick<Skim, 'password' | 'mainLength' | 'records'>,
  text: readonly string[],
): string | null {
  const moved =
    page.final_url !== null && page.final_url !== page.url ? new URL(page.final_url).pathname : '';
  if (
    /\/(?:log-?in|sign-?in|sso|auth)\b/i.test(moved) &&
    !/\/(?:log-?in|sign-?in|sso|auth)\b/i.test(new URL(page.url).pathname)
  )
    return `it redirects to ${moved}`;
  if (skim.password && skim.mainLength < 2_000 && skim.records.length < 20)
    return 'it is little more than a password form';
  const sign = skim.mainLength < 1_200 ? WALL_TEXT.exec(text.join(' '))?.[0] : undefined;
  return sign ? `it says “${sign}”` : null;
}
