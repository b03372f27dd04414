/**
 * E-mail addresses in a page or a piece of HTML, hidden ones included: Cloudflare's XOR, entities, percent
 * codes, `[at]` and `(dot)`, rot13, base64 literals, text reversed by CSS, and comments inside an address.
 */
import { parse as parseDomain } from 'tldts';

const ADDRESS =
  /[a-z0-9](?:[a-z0-9._%+'-]{0,62}[a-z0-9_+-])?@(?:[\p{L}\d](?:[\p{L}\d-]{0,62})\.){1,5}\p{L}[\p{L}\d-]{1,23}/giu;
const SPELLED =
  /([a-z0-9][a-z0-9._%+-]{0,62})\s{0,3}(?:\[\s?at\s?\]|\(\s?at\s?\)|\{\s?at\s?\}|<\s?at\s?>|\s(?:at|AT)\s|\[@\]|\(@\)|\s@\s?)\s{0,3}([a-z0-9-]{1,63}(?:(?:\s{0,3}(?:\[\s?(?:dot|\.)\s?\]|\(\s?(?:dot|\.)\s?\)|\{\s?(?:dot|\.)\s?\}|<\s?dot\s?>)\s{0,3}|\s(?:dot|DOT)\s|\.)[a-z0-9-]{2,63}){1,4})/gi;
const CF = /data-cfemail\s*=\s*["']?([0-9a-f]{6,400})|email-protection#([0-9a-f]{6,400})/gi;
const ATOB = /atob\(\s*["']([A-Za-z0-9+/=]{8,400})["']\s*\)/g;
const NOT_MAIL = /\.(?:png|jpe?g|gif|webp|svg|css|js|ico|pdf|woff2?)$/i;
const PLACEHOLDER =
  /^(?:your?(?:name|email)?|name|email|user(?:name)?|someone|example|test|john\.?doe|jane\.?doe)@|@(?:example|domain|email|yourdomain|yoursite|mysite|company|sentry|wixpress)\.|sentry/i;

/** What a cheerio instance offers here. */
interface CheerioLike {
  html(): string;
}

export function findEmails(source: string | CheerioLike): string[] {
  let html = typeof source === 'string' ? source : source.html();
  if (html.length > 6_000_000) html = html.slice(0, 6_000_000);
  html = html.replace(/\uff20/g, '@').replace(/\u00ad|&shy;|&#173;/gi, '');
  const found = new Map<string, string>();
  const add = (address: string | null) => {
    if (address === null) return;
    const key = address.toLowerCase();
    if (!found.has(key)) found.set(key, address);
  };
  for (const m of html.matchAll(CF)) add(checked(cloudflare(m[1] ?? m[2] ?? '')));
  for (const m of html.matchAll(ATOB)) for (const a of inText(base64(m[1] ?? ''))) add(a);
  // Links written wholly in entities; further addresses may stand in `cc` and `bcc`.
  const links = /&#(?:x6d|109);?/i.test(html) ? html.replace(/&#[\da-fx]{2,5};?/gi, entitiesDecoded) : html;
  for (const m of links.matchAll(/\bmailto:\s*([^"'<>\\]{3,600})/gi)) {
    const [to = '', query = ''] = (m[1] ?? '').split('?');
    const copies = query.split(/&(?:amp;)?/).filter((part) => /^(?:cc|bcc|to)=/i.test(part));
    for (const part of [to, ...copies.map((copy) => copy.slice(copy.indexOf('=') + 1))])
      for (const a of inText(percentDecoded(entitiesDecoded(part)))) add(a);
  }
  // Written out by a script from its pieces.
  for (const m of html.matchAll(
    /(["'])([a-z0-9._+-]{1,64})\1\s*\+\s*(["'])(?:@|&#64;)\3\s*\+\s*(["'])([a-z0-9.-]{3,80})\4/gi,
  ))
    add(checked(`${m[2]}@${m[5]}`));
  for (const m of html.matchAll(/direction\s*:\s*rtl[^>]{0,200}>([^<]{5,200})</gi)) {
    for (const a of inText([...entitiesDecoded(m[1] ?? '')].reverse().join(''))) add(a);
  }
  if (/rot13|ebg13/i.test(html)) {
    for (const m of html.matchAll(
      /["'>]([a-z0-9._+-]{1,64}@[a-z0-9.-]{3,80}|[a-z0-9._+:-]{1,80}(?:@|&#64;)[a-z0-9.-]{3,80})["'<]/gi,
    )) {
      const plain = rot13(entitiesDecoded(m[1] ?? '').replace(/^znvygb:/i, ''));
      for (const a of inText(plain)) if (parseDomain(a).isIcann) add(a);
    }
  }
  const text = entitiesDecoded(
    html
      .replace(/<!--[\s\S]*?(?:-->|$)/g, '')
      .replace(/<(script|style)\b[\s\S]*?(?:<\/\1\s*>|$)/gi, ' ')
      .replace(/<\/?(?:span|b|i|em|strong|wbr|font|a)\b[^>]*>/gi, '')
      .replace(/<\s?(?:at|dot)\s?>/gi, (tag) => (/at/i.test(tag) ? '[at]' : '[dot]'))
      .replace(/<[^>]*>/g, ' '),
  );
  for (const a of emailsInText(text)) add(a);
  return [...found.values()];
}

/** Addresses in visible text, spelled-out ones included. */
export function emailsInText(text: string): string[] {
  const list = inText(text);
  if (!/[[({<]\s?(?:at|@)\s?[\])}>]|\sat\s|\s@/i.test(text)) return list;
  for (const m of text.slice(0, 200_000).matchAll(SPELLED)) {
    const bare = /\s(?:at)\s/i.test(m[0]) && !/[[({<]/.test(m[0]);
    // A bare "at" is prose unless a spelled "dot" follows.
    if (bare && (!/\sdot\s/i.test(m[0]) || /\sat\s+(?:the|a|an|our|this|that)\b/i.test(m[0]))) continue;
    // "jane dot doe at …": the word before the spelled dot belongs to the address too.
    const lead = /([a-z0-9][a-z0-9._+-]{0,40})\s+dot\s+$/i.exec(
      text.slice(Math.max(0, m.index - 60), m.index),
    )?.[1];
    const local = bare && lead ? `${lead}.${m[1]}` : (m[1] ?? '');
    if (/\s@\s?/.test(m[0]) && !/[[({<]/.test(m[0]) && /\s@\s/.test(m[0]) === false) continue;
    const domain = (m[2] ?? '').replace(/\s*(?:[[({<]\s?(?:dot|\.)\s?[\])}>]|\sdot\s)\s*/gi, '.');
    const address = checked(`${local}@${domain}`);
    if (address && !list.some((known) => known.toLowerCase() === address.toLowerCase())) list.push(address);
  }
  return list;
}

function inText(text: string): string[] {
  if (!text.includes('@')) return [];
  const list: string[] = [];
  for (const m of text.matchAll(ADDRESS)) {
    const address = checked(m[0]);
    if (address) list.push(address);
  }
  return list;
}

function checked(address: string | null): string | null {
  if (address === null || NOT_MAIL.test(address) || PLACEHOLDER.test(address)) return null;
  const clean = address.replace(/^['.]+|[.'-]+$/g, '');
  const at = clean.lastIndexOf('@');
  if (at < 1 || !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(clean)) return null;
  const domain = parseDomain(clean.slice(at + 1));
  return domain.isIcann && domain.domain ? clean : null;
}

export function cloudflare(hex: string): string | null {
  if (!/^(?:[0-9a-f]{2}){3,}/i.test(hex)) return null;
  const key = Number.parseInt(hex.slice(0, 2), 16);
  const bytes: number[] = [];
  for (let i = 2; i + 1 < hex.length; i += 2) bytes.push(Number.parseInt(hex.slice(i, i + 2), 16) ^ key);
  const text = new TextDecoder().decode(Uint8Array.from(bytes));
  return /@/.test(text) ? (text.split('?')[0]?.trim() ?? null) : null;
}

function rot13(text: string): string {
  return text.replace(/[a-z]/gi, (c) => {
    const base = c <= 'Z' ? 65 : 97;
    return String.fromCharCode(((c.charCodeAt(0) - base + 13) % 26) + base);
  });
}

function base64(text: string): string {
  try {
    return atob(text);
  } catch {
    return '';
  }
}

function percentDecoded(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  commat: '@',
  period: '.',
  nbsp: ' ',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  lowbar: '_',
  hyphen: '-',
  plus: '+',
};

export function entitiesDecoded(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]{2,10}));?/gi,
    (whole, hex?: string, dec?: string, name?: string) => {
      if (name) return NAMED[name.toLowerCase()] ?? whole;
      const code = hex ? Number.parseInt(hex, 16) : Number(dec);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}
