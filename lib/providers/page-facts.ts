/**
 * What a company's page shows of the software behind it, kept small: it goes into the ledger in place of the page,
 * and fingerprints and ERP evidence are read from it again when their tables change.
 */
import { Parser } from 'htmlparser2';
import { z } from 'zod';

export const pageFactsSchema = z.object({
  url: z.string(),
  finalUrl: z.string(),
  status: z.number(),
  title: z.string().nullable(),
  kind: z.enum(['home', 'careers', 'portal', 'systems', 'other']),
  /** Response headers that name software. */
  headers: z.record(z.string(), z.string()),
  /** Names only: values may identify a visitor. */
  cookies: z.array(z.string()),
  meta: z.record(z.string(), z.string()),
  /** Addresses of scripts, styles, frames, images, forms and links to other hosts. */
  urls: z.array(z.string()),
  /** Beginnings of inline scripts. */
  scripts: z.array(z.string()),
  /** Element ids and telling attribute names. */
  attributes: z.array(z.string()),
  /** Visible text, a line a block. */
  text: z.string(),
});
export type PageFacts = z.infer<typeof pageFactsSchema>;

export interface PageLink {
  url: string;
  text: string;
}

const MOST = {
  urls: 400,
  scripts: 40,
  script: 600,
  attributes: 300,
  meta: 60,
  text: 60_000,
  links: 800,
} as const;
const HEADERS =
  /^(?:server|x-powered-by|x-generator|via|x-aspnet-version|x-aspnetmvc-version|x-drupal-|x-shopify|x-wix|x-shopid|x-sucuri|x-vercel|x-nf-|x-squarespace|x-pingback|x-litespeed|x-kinsta|x-github|x-hs-|x-hubspot|x-cache|cf-ray|x-amz|x-azure|x-cdn|x-varnish|x-magento|x-umbraco|x-dnn|x-pantheon|x-wpe|powered-by|link$|content-security-policy$)/;
const BLOCK = new Set(
  'address article aside blockquote body br button dd details dialog div dl dt fieldset figcaption footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol option p pre section summary table td th tr ul title'.split(
    ' ',
  ),
);
const SILENT = new Set(['script', 'style', 'noscript', 'template', 'svg', 'select', 'textarea']);
const TELLING =
  /^(?:ng-|data-(?:wf-|react|elementor|n-head|svelte|turbo|controller|v-app|drupal|dnn|mage)|v-cloak|x-data|wire:|jsf:|hx-)/;

/** One pass over the page; nesting costs nothing, so hostile depth is harmless. */
export function readPage(input: {
  url: string;
  finalUrl: string;
  status: number;
  headers: Readonly<Record<string, string>>;
  html: string;
  kind: PageFacts['kind'];
}): { facts: PageFacts; links: PageLink[] } {
  const facts: PageFacts = {
    url: input.url,
    finalUrl: input.finalUrl,
    status: input.status,
    title: null,
    kind: input.kind,
    headers: Object.fromEntries(
      Object.entries(input.headers)
        .filter(([name]) => HEADERS.test(name))
        .map(([name, value]) => [name, value.slice(0, 300)]),
    ),
    cookies: cookieNames(input.headers['set-cookie']),
    meta: {},
    urls: [],
    scripts: [],
    attributes: [],
    text: '',
  };
  const links: PageLink[] = [];
  const urls = new Set<string>();
  const attributes = new Set<string>();
  const text: string[] = [];
  let length = 0;
  let silent = 0;
  let script: string | null = null;
  let title: string | null = null;
  let link: PageLink | null = null;
  let base = input.finalUrl;

  const say = (part: string) => {
    if (length < MOST.text) text.push(part);
    length += part.length;
  };
  const address = (value: string | undefined): string | null => {
    const url = value ? absolute(value, base) : null;
    if (url !== null && urls.size < MOST.urls) urls.add(url.slice(0, 300));
    return url;
  };

  const parser = new Parser(
    {
      onopentag(name, attribs) {
        if (BLOCK.has(name)) say('\n');
        if (SILENT.has(name)) silent += 1;
        if (attributes.size < MOST.attributes) {
          if (attribs.id) attributes.add(attribs.id.slice(0, 60));
          for (const attribute in attribs)
            if (TELLING.test(attribute)) attributes.add(attribute.slice(0, 60));
        }
        if (name === 'base' && attribs.href) base = absolute(attribs.href, input.finalUrl) ?? base;
        else if (name === 'title' && facts.title === null && silent === 0) title = '';
        else if (name === 'meta') {
          const key = (attribs.name ?? attribs.property ?? attribs['http-equiv'] ?? '').toLowerCase();
          if (key && Object.keys(facts.meta).length < MOST.meta)
            facts.meta[key.slice(0, 60)] = (attribs.content ?? '').slice(0, 300);
        } else if (name === 'script') {
          if (attribs.src) address(attribs.src);
          else script = '';
        } else if (name === 'a') {
          const url = attribs.href ? absolute(attribs.href, base) : null;
          if (url !== null && /^https?:/.test(url) && links.length < MOST.links) {
            link = { url, text: attribs.title ?? '' };
            links.push(link);
          }
        } else if (
          name === 'link' ||
          name === 'iframe' ||
          name === 'img' ||
          name === 'form' ||
          name === 'frame'
        ) {
          address(attribs.href ?? attribs.src ?? attribs.action);
        }
      },
      ontext(part) {
        if (script !== null) {
          if (script.length < MOST.script) script += part.slice(0, MOST.script - script.length);
        } else if (title !== null) title += part;
        else if (silent === 0) {
          say(part.replace(/\s+/g, ' '));
          if (link && link.text.length < 200) link.text += part;
        }
      },
      onclosetag(name) {
        if (SILENT.has(name)) silent = Math.max(0, silent - 1);
        if (BLOCK.has(name)) say('\n');
        if (name === 'script') {
          if (script?.trim() && facts.scripts.length < MOST.scripts) facts.scripts.push(script.trim());
          script = null;
        } else if (name === 'title' && title !== null) {
          facts.title = title.replace(/\s+/g, ' ').trim().slice(0, 300) || null;
          title = null;
        } else if (name === 'a') link = null;
      },
    },
    { decodeEntities: true, lowerCaseTags: true },
  );
  parser.end(input.html);

  const home = hostOf(input.finalUrl);
  for (const { url } of links) if (hostOf(url) !== home && urls.size < MOST.urls) urls.add(url.slice(0, 300));
  facts.urls = [...urls];
  facts.attributes = [...attributes];
  facts.text = text
    .join('')
    .replace(/ *\n[\n ]*/g, '\n')
    .trim()
    .slice(0, MOST.text);
  for (const found of links) found.text = found.text.replace(/\s+/g, ' ').trim();
  return { facts, links };
}

function cookieNames(header: string | undefined): string[] {
  // Several Set-Cookie headers come joined by ", "; a date inside one also has a comma, but no "=" before the next.
  return [...(header ?? '').matchAll(/(?:^|, ?)([^\s=;,]{1,80})=/g)].map((m) => m[1] ?? '').slice(0, 40);
}

function absolute(href: string, base: string): string | null {
  try {
    return new URL(href.trim(), base).href;
  } catch {
    return null;
  }
}

function hostOf(url: string): string {
  try {
    return new URL(url).hostname;
  } catch {
    return '';
  }
}
