/**
 * What an answer with status 200 really is. Block pages, login walls, captchas and "not found" pages come with 200 as
 * well; a page proves what it is before it counts as fetched. None of these is circumvented, only recorded.
 */
import { isHtmlType } from './media.js';

export type PageIdentity = 'page' | 'block_page' | 'captcha' | 'login_wall' | 'soft_404' | 'no_results';

export interface Identified {
  identity: PageIdentity;
  /** The sign that decided; null for an ordinary page. */
  sign: string | null;
}

export interface Answer {
  url: string;
  finalUrl: string;
  status: number;
  headers: Readonly<Record<string, string>>;
  contentType: string | null;
  text: string;
}

/** Signs of the common guards, each by its own words or marks. */
const BLOCK_MARKS =
  /<title>\s*(?:just a moment|attention required! \| cloudflare|access denied|pardon our interruption|request rejected|you are being rate limited|security check)|cf-chl-|\/cdn-cgi\/challenge-platform\/|_incapsula_resource|incapsula incident id|px-captcha|distil_r_captcha|sucuri website firewall|ddos-guard|datadome/i;
const BLOCK_TEXT =
  /\b(?:unusual traffic from your (?:computer )?network|verify (?:that )?you are (?:a )?human|checking (?:if the site connection is secure|your browser before)|automated (?:access|requests?) (?:to this|from your)|your (?:ip|request) (?:address )?has been blocked|access to this page has been denied)\b/i;
const CAPTCHA_MARKS =
  /class="[^"]*\b(?:g-recaptcha|h-captcha|cf-turnstile)\b|\/(?:recaptcha|hcaptcha|turnstile)\/(?:api|v\d)/i;
const NOT_FOUND =
  /\b(?:error 404|404 (?:error|not found)|page (?:was )?not found|(?:page|file|content|record|listing|member|profile)[^.]{0,40}(?:can(?:'|no)?t be found|cannot be found|could not be found|does not exist|no longer (?:exists|available))|no (?:such )?record(?:s)? (?:was |were )?found|is not an active member)\b/i;
/** A title or heading that is the number and little else; elsewhere 404 is an area code or a house. */
const BARE_404 = /^\W*(?:oops\W+)?(?:http |error )?404(?:\W+(?:error|(?:page )?not found))?\W*$/i;
const NO_RESULTS =
  /\b(?:no (?:results|records|members|listings|matches|items|entries) (?:were )?(?:found|match|to display)|(?:0|zero) (?:results|records|members) found|nothing (?:was )?found)\b/i;
const LOGIN_TEXT =
  /(?<!\()\b(?:members[- ]only(?!\s*\))|you must (?:be (?:a member|logged in|signed in)|log ?in|sign ?in)|please (?:log|sign) ?in to|log ?in (?:is )?required|sign in to (?:view|continue|access))\b/i;
const LOGIN_PATH = /\/(?:log-?in|sign-?in|sso|auth(?:enticate)?|account\/login)\b/i;

/** More visible text than this is content, whatever words stand in it. */
const SHORT_TEXT = 1_500;

export function identifyPage(answer: Answer): Identified {
  const is = (identity: PageIdentity, sign: string | null): Identified => ({ identity, sign });
  if (answer.headers['cf-mitigated'] === 'challenge') return is('block_page', 'cf-mitigated: challenge');
  if (!isHtmlType(answer.contentType)) return is('page', null);
  const html = answer.text.slice(0, 300_000);
  const mark = BLOCK_MARKS.exec(html)?.[0];
  const text = visibleText(html);
  const short = text.length < SHORT_TEXT;
  if (mark && short) return is('block_page', mark);
  const blocked = short ? BLOCK_TEXT.exec(text)?.[0] : undefined;
  if (blocked) return is('block_page', blocked);
  if (short && CAPTCHA_MARKS.test(html) && text.length < 600)
    return is('captcha', 'a captcha and little else');
  const password = /<input[^<>]+type\s*=\s*["']?password/i.test(html);
  if (redirectedTo(answer, LOGIN_PATH) && password)
    return is('login_wall', `it redirects to ${new URL(answer.finalUrl).pathname}`);
  const wall = short ? LOGIN_TEXT.exec(text)?.[0] : undefined;
  if (wall) return is('login_wall', wall);
  if (password && text.length < 500) return is('login_wall', 'little more than a password form');
  const headings = headingTexts(html);
  const missing =
    headings.map((text) => (BARE_404.test(text) ? text : NOT_FOUND.exec(text)?.[0])).find(Boolean) ??
    (text.length < 700 ? NOT_FOUND.exec(text)?.[0] : undefined);
  if (missing && short) return is('soft_404', missing);
  const none = text.length < 900 ? NO_RESULTS.exec(text)?.[0] : undefined;
  return none ? is('no_results', none) : is('page', null);
}

function redirectedTo({ url, finalUrl }: Answer, pattern: RegExp): boolean {
  if (url === finalUrl || !URL.canParse(finalUrl)) return false;
  return (
    pattern.test(new URL(finalUrl).pathname) && !pattern.test(URL.canParse(url) ? new URL(url).pathname : '')
  );
}

/** Title and first headings. */
function headingTexts(html: string): string[] {
  return [...html.matchAll(/<(title|h1|h2)\b[^>]*>([\s\S]{0,300}?)<\/\1>/gi)]
    .slice(0, 4)
    .map((m) => visibleText(m[2]!));
}

/** Text between the tags of the main part: frame, scripts and styles left out. */
function visibleText(html: string): string {
  return html
    .replace(/<(script|style|noscript|template|svg|nav|header|footer)\b[\s\S]*?(?:<\/\1\s*>|$)/gi, ' ')
    .replace(/<!--[\s\S]*?(?:-->|$)/g, ' ')
    .replace(/<[^<>]*>/g, ' ') // up to the next `<` only, so that a page of them costs linear time
    .replace(/&nbsp;|&#160;/g, ' ')
    .replace(/&#0?39;|&rsquo;|&apos;/g, "'")
    .replace(/\s+/g, ' ')
    .trim();
}
