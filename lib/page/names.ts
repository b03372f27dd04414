/** Finds the name in a slice of a page: by the markup's own words, headings, links, bold lines, logos. */

import { findTail } from './address-tail.js';
import type { Context, Slice } from './context.js';
import { hasDate } from './dates.js';
import { elementText } from './dom.js';
import { altName, boothOf, isFieldLabel, isGeneric } from './labels.js';
import { findPhones } from './phone.js';
import { looksLikeStreet } from './street.js';
import { printedSite } from './web.js';

export interface FoundName {
  text: string;
  /** The element that says it. */
  el: number;
  confidence: number;
}

const NAME_CLASS =
  /^(?:(?:.*[-_])?(?:company|org|organi[sz]ation|business|member|exh|exhibitor|sponsor|listing|card|item|entry|vendor|firm|event|post|result|views-field|field)?[-_]{0,2}(?:name|title)(?:[-_]{1,2}(?:link|text))?|fn|org|normalname|companyname|exhibitorname)$/i;
const NOT_NAME_CLASS =
  /contact|person|first|last|user|field-label|file|city|state|country|venue|subtitle|sub-title|section|page|job|position|host|domain|category/i;

/** A record names itself near its top. */
const MOST_ITEMS = 150;
const BRAND = /^(?:facebook|twitter|linkedin|instagram|youtube|pinterest)$/i;

export function bestName(ctx: Context, slice: Slice): FoundName | null {
  const { page } = ctx;
  // Nested groups ask for the same slices again and again.
  let known = ctx.names.get(slice.item);
  if (known === undefined) {
    known = [];
    ctx.names.set(slice.item, known);
  }
  for (const { at, name } of known)
    if (at.itemEnd === slice.itemEnd && at.line === slice.line && at.lineEnd === slice.lineEnd) return name;
  let best: FoundName | null = null;
  const lastItem = Math.min(slice.itemEnd, slice.item + MOST_ITEMS);
  ctx.nameSigns ??= nameSignsOf(ctx);
  for (let i = slice.item; i < lastItem; i += 1) {
    const sign = ctx.nameSigns[i]!;
    if (sign === 0) continue;
    const item = page.items[i];
    if (!item || item.lineEnd - item.line > 3) continue;
    const { attribs } = item.node;
    if (sign & ITEMPROP) best = better(ctx, best, attribs.content ?? elementText(item.node), 0.86, i);
    // "<b>Acme</b>, 12 Elm St": what is bold at the head of the first line.
    if (sign & BOLD && item.line === slice.line) {
      const text = elementText(item.node);
      if (page.lines[slice.line]?.text.startsWith(text))
        best = better(ctx, best, text.replace(/[,;]$/, ''), 0.66, i);
    }
    if (!(sign & NAME_WORD)) continue;
    const weight = ctx.nameClass.get(attribs.class ?? '') ?? 0;
    if (weight > (best?.confidence ?? 0)) best = better(ctx, best, elementText(item.node), weight, i);
  }
  let firstLine = true;
  for (let i = slice.line; i < Math.min(slice.lineEnd, slice.line + 40); i += 1) {
    const line = page.lines[i];
    if (!line) continue;
    if (line.heading > 0) best = better(ctx, best, line.text, 0.84 - line.heading * 0.005, line.el, true);
    else if (line.strong) best = better(ctx, best, line.text, firstLine ? 0.68 : 0.6, line.el);
    else if (firstLine) {
      best = better(ctx, best, line.text, 0.52, line.el);
      best = better(ctx, best, beforePlace(line.text), 0.5, line.el);
    }
    if (firstLine && nameLikeIn(ctx, line.text)) firstLine = false;
  }
  for (let i = slice.link; i < Math.min(slice.linkEnd, slice.link + 12); i += 1) {
    const link = page.links[i];
    const kind = ctx.web[i]?.kind;
    if (!link?.text || (kind !== 'internal' && kind !== 'site')) continue;
    const weight = (i === slice.link ? 0.72 : 0.62) - (link.line > slice.line + 2 ? 0.12 : 0);
    best = better(ctx, best, link.text, weight, link.el);
  }
  for (let i = slice.image; i < Math.min(slice.imageEnd, slice.image + 4); i += 1) {
    const alt = page.images[i]?.alt ?? '';
    const name = alt ? altName(alt) : null;
    // An alt that says "logo" names the company outright.
    if (name)
      best = better(
        ctx,
        best,
        name,
        /\blogo\b/i.test(alt) && i === slice.image ? 0.8 : 0.5,
        page.images[i]?.el ?? 0,
        true,
      );
  }
  known.push({ at: slice, name: best });
  return best;
}

const ITEMPROP = 1;
const BOLD = 2;
const NAME_WORD = 4;

/** Which elements are worth a look, told once: nested groups pass over the same ones again and again. */
function nameSignsOf(ctx: Context): Uint8Array {
  const { items } = ctx.page;
  const signs = new Uint8Array(items.length);
  for (let i = 0; i < items.length; i += 1) {
    const { node, tag } = items[i]!;
    const { itemprop, class: classes } = node.attribs;
    let sign = tag === 'b' || tag === 'strong' ? BOLD : 0;
    if (itemprop && /^(?:name|legalName)$/.test(itemprop.trim())) sign |= ITEMPROP;
    if (classes) {
      let weight = ctx.nameClass.get(classes);
      if (weight === undefined) {
        weight = classWeight(classes);
        ctx.nameClass.set(classes, weight);
      }
      if (weight > 0) sign |= NAME_WORD;
    }
    signs[i] = sign;
  }
  return signs;
}

/** "Acme Gear - Akron, OH": the name is what stands before the place. */
function beforePlace(text: string): string {
  const cut = /^(.{2,80}?)\s[-–—|•·]\s/.exec(text)?.[1];
  return cut && text.length < 160 && findTail([text], 0).length > 0 ? cut : '';
}

/** The better one of the best so far and a text that is offered. */
function better(
  ctx: Context,
  best: FoundName | null,
  text: string,
  confidence: number,
  el: number,
  brand = false,
): FoundName | null {
  if (text === '' || (best && confidence <= best.confidence) || /:\s*$/.test(text)) return best;
  const clean = tidy(text);
  // Networks are members too: their names count where a share link would not be.
  return nameLikeIn(ctx, clean) || (brand && BRAND.test(clean)) ? { text: clean, el, confidence } : best;
}

/** How much a class attribute says that the element holds a record's name. */
function classWeight(classes: string): number {
  if (classes.length > 300) return 0;
  let weight = 0;
  for (const name of classes.split(/\s+/)) {
    if (NAME_CLASS.test(name) && !NOT_NAME_CLASS.test(name))
      weight = Math.max(weight, /title$/i.test(name) ? 0.83 : 0.85);
  }
  return weight;
}

function nameLikeIn(ctx: Context, text: string): boolean {
  let verdict = ctx.nameLike.get(text);
  if (verdict === undefined) {
    verdict = isNameLike(text);
    ctx.nameLike.set(text, verdict);
  }
  return verdict;
}

function wordsIn(text: string): number {
  let words = 1;
  for (let i = 0; i < text.length; i += 1) if (text.charCodeAt(i) === 32) words += 1;
  return words;
}

/** Could this text be the name of a company or event at all? */
export function isNameLike(text: string): boolean {
  if (text.length < 2 || text.length > 130 || !/\p{L}/u.test(text) || isGeneric(text) || isFieldLabel(text))
    return false;
  if (text.endsWith(':') || MONTH_ONLY.test(text)) return false;
  if (/@|^https?:|^www\.|[{}<>]|^[a-z]{1,2}$/i.test(text)) return false;
  const words = wordsIn(text);
  if (words > 16 || (words > 9 && /[.!?]$/.test(text))) return false;
  if (/\d/.test(text)) {
    if (findPhones(text).length > 0 || (looksLikeStreet(text) && /^\d|box/i.test(text)) || boothOf(text))
      return false;
    if (
      text.length < 40 &&
      hasDate(text) &&
      /\d{4}|^\D{0,12}\d/.test(text) &&
      text.replace(
        /[\d\W]|jan\w*|feb\w*|mar\w*|apr\w*|may|june?|july?|aug\w*|sep\w*|oct\w*|nov\w*|dec\w*|am|pm|\w+day/gi,
        '',
      ).length < 3
    )
      return false;
  }
  if (/[\d,]/.test(text) && findTail([text], 0).length > 0) return false;
  return (
    !text.includes('.') ||
    printedSite(text) === null ||
    !/^www|^https?:|\/|\.(?:com|org|net)$/i.test(text) ||
    /\s/.test(text) ||
    /^[A-Z]/.test(text)
  );
}

/** "Organization Name: Acme" says which part is the name. */
const NAME_LABEL =
  /^(?:organi[sz]ation|company|member|business|firm|exhibitor|sponsor|supplier|vendor|account)(?:['’]s)?(?: name)?\s*:\s*(\S.+)$/i;
const MONTH_ONLY =
  /^(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?(?:\s+\d{2,4})?$/i;
const EDGE = new Set(' •·»›>|:–—-');

function tidy(text: string): string {
  let from = 0;
  let to = Math.min(text.length, 400);
  while (from < to && EDGE.has(text.charAt(from))) from += 1;
  while (to > from && EDGE.has(text.charAt(to - 1))) to -= 1;
  const clean = text.slice(from, to);
  const labelled = clean.length < 160 ? NAME_LABEL.exec(clean)?.[1] : undefined;
  if (labelled) return labelled;
  const last = clean.charAt(clean.length - 1);
  if (last !== ']' && last !== ')' && last !== '!') return clean;
  return clean.replace(/\s?(?:\[map\]|\((?:map|website|new)\)|new!)$/i, '');
}
