/** Signs on a page that speak about access: links to terms of service, what they say of crawling, login walls. */
import * as cheerio from 'cheerio';
import type { RowOf } from '../lake/partition.js';
import { pageLinks } from '../page/links.js';
import { sameSite } from '../web/url.js';

const TERMS_LINK =
  /\b(terms?\b.{0,12}\b(?:of|and|&)\b.{0,12}\b(?:use|service|conditions?)|terms|conditions of use|legal(?: notice)?|acceptable use)\b/i;

/** Links to terms of service, the likeliest first. */
export function termsLinks(url: string, html: string): string[] {
  return pageLinks(url, html)
    .filter(
      (link) =>
        sameSite(link.url, url) &&
        (TERMS_LINK.test(link.text) ||
          /\/(terms|tos|legal|conditions)[\w-]*/i.test(new URL(link.url).pathname)),
    )
    .sort((a, b) => Number(/terms/i.test(b.text)) - Number(/terms/i.test(a.text)))
    .map((link) => link.url);
}

const CLAUSE =
  /\b(scrap(?:e|ing)|crawl(?:er|ers|ing)?|robots?|spiders?|automated|harvest(?:ing)?|data.?min(?:e|ing)|bulk|commercial (?:use|purposes?)|solicit(?:ation|ing)?|mailing lists?|directory)\b/i;

/** Sentences of a terms page that speak of scraping, automated access, commercial use or directories. */
export function termsClauses(html: string): string[] {
  const $ = cheerio.load(html);
  $('script, style, nav, header, footer, noscript').remove();
  const text = ($('main').text() || $('body').text()).replace(/\s+/g, ' ');
  const sentences = text.split(/(?<=[.!?])\s+(?=[A-Z(])/);
  return sentences
    .map((s) => s.trim())
    .filter((s) => s.length > 20 && CLAUSE.test(s))
    .map((s) => s.slice(0, 600))
    .slice(0, 20);
}

const WALL_TEXT =
  /\b(members[- ]only|(?:log|sign) ?in (?:to|is required|as a member)|you must (?:be (?:a member|logged in)|log ?in|sign ?in)|please (?:log|sign) ?in)\b/i;

/** Why a page is a login wall; null when it is none. A login box beside real content is no wall. */
export function loginWall(page: RowOf<'pages'>): string | null {
  if (page.status === 401 || page.status === 403) return `answered ${page.status}`;
  if (
    /\/(log-?in|sign-?in|sso|auth)\b/i.test(new URL(page.final_url ?? page.url).pathname) &&
    page.final_url !== page.url
  )
    return 'it redirects to a login page';
  const $ = cheerio.load(page.body ?? '');
  const password = $('input[type=password]').length > 0;
  $('script, style, nav, header, footer').remove();
  const text = $('body').text().replace(/\s+/g, ' ');
  const sign = WALL_TEXT.exec(text);
  if (password && text.length < 3_000) return 'it is little more than a password form';
  if (sign && text.length < 1_500) return `it says “${sign[0]}”`;
  return null;
}
