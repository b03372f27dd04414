/** Web addresses on pages: a company's own site told from social, map, tracking and platform links. */
import { parse as parseDomain } from 'tldts';
import { absolute } from './dom.js';

const NOT_A_SITE = new Set(
  (
    'facebook.com fb.com fb.me twitter.com x.com t.co linkedin.com lnkd.in instagram.com youtube.com youtu.be pinterest.com tiktok.com vimeo.com ' +
    'flickr.com tumblr.com snapchat.com whatsapp.com wa.me t.me telegram.me threads.net reddit.com medium.com yelp.com ' +
    'plus.google.com google.com google.co.uk goo.gl maps.apple.com bing.com mapquest.com openstreetmap.org waze.com apple.com addthis.com sharethis.com addtoany.com ' +
    'wordpress.org wordpress.com w3.org gravatar.com cloudflare.com googletagmanager.com doubleclick.net adobe.com mozilla.org microsoft.com ' +
    'growthzone.com chambermaster.com growthzoneapp.com yourmembership.com wildapricot.com wildapricot.org memberclicks.com memberclicks.net noviams.com ' +
    'mapyourshow.com a2zinc.net swoogo.com eventbrite.com constantcontact.com mailchimp.com list-manage.com bit.ly ow.ly tinyurl.com ' +
    'paypal.com stripe.com surveymonkey.com typeform.com jotform.com webaloo.com squarespace.com weebly.com wix.com godaddy.com addevent.com calendly.com trustpilot.com bbb.org glassdoor.com indeed.com foursquare.com tripadvisor.com hubspot.com digg.com delicious.com stumbleupon.com blogger.com feedburner.com xing.com vk.com'
  ).split(' '),
);
/** Firms above that can themselves be members, sponsors or exhibitors: their front page counts as a site. */
const ALSO_FIRMS =
  /^(?:facebook|google|microsoft|apple|adobe|twitter|linkedin|instagram|mozilla|stripe|paypal|squarespace|hubspot|yelp|eventbrite|bing|surveymonkey|reddit|cloudflare|godaddy|wix|indeed|mailchimp|pinterest)\./;
const COUNTER =
  /^(?:url|u|to|link|dest|destination|target|goto|redirect|redirect_?url|redir|site|website|href|out|q)$/i;
const SHARE = /\/(?:share|sharer|intent|dialog)\b|[?&](?:text|via)=.*https?/i;

export type LinkKind = 'site' | 'internal' | 'social' | 'mail' | 'phone' | 'map' | 'other';

export interface WebLink {
  kind: LinkKind;
  url: string | null;
  /** Registrable domain. */
  domain: string | null;
}

/** What a link on a page leads to; `own` is the registrable domain of the page. */
export function judgeLink(base: string, href: string, own: string | null): WebLink {
  const text = href.trim();
  if (/^mailto:/i.test(text) || /\/cdn-cgi\/l\/email-protection/.test(text))
    return { kind: 'mail', url: null, domain: null };
  if (/^(?:tel|callto|phone):/i.test(text)) return { kind: 'phone', url: null, domain: null };
  const resolved = absolute(base, fixedScheme(text));
  if (resolved === null) return { kind: 'other', url: null, domain: null };
  const target = throughCounter(resolved, own);
  const domain = domainOf(target);
  if (domain === null) return { kind: 'other', url: target, domain: null };
  if (domain === own) return { kind: 'internal', url: target, domain };
  // A map of whatever maker: by its host, or by the question it is asked.
  if (/^https?:\/\/maps?\d?\./i.test(target) || /\/maps?\/(?:dir|place|search)\b|[?&]daddr=/i.test(target))
    return { kind: 'map', url: target, domain };
  if (
    /\/maps?\b|maps\.|\/\/(?:goo\.gl|mapq\.st)|mapquest|[?&]daddr=/i.test(target) &&
    /google|goo\.gl|apple|bing|mapq|openstreetmap|waze/i.test(domain)
  )
    return { kind: 'map', url: target, domain };
  if (NOT_A_SITE.has(domain)) return { kind: 'social', url: target, domain };
  if (/\.(?:pdf|docx?|xlsx?|zip|jpe?g|png|gif|ics|mp4)(?:[?#]|$)/i.test(target))
    return { kind: 'other', url: target, domain };
  return { kind: 'site', url: target, domain };
}

/** A well-known firm's own front page, although its domain is mostly linked to for sharing. */
export function isFirmFrontPage(url: string): boolean {
  try {
    const parsed = new URL(url);
    const domain = domainOf(url) ?? '';
    return (
      ALSO_FIRMS.test(domain) &&
      !SHARE.test(url) &&
      /^\/(?:|careers?\/?|jobs\/?|index\.html?|about\/?\w*\/?)$/i.test(parsed.pathname) &&
      !/maps|plus/.test(parsed.host)
    );
  } catch {
    return false;
  }
}

/** Registrable domain of an address or host. */
export function domainOf(url: string): string | null {
  const host = /^https?:\/\/([^/?#@\s]+)(?=[/?#]|$)/i.exec(url)?.[1] ?? url;
  let domain = domains.get(host);
  if (domain === undefined) {
    if (domains.size >= MOST_DOMAINS) domains.clear();
    domain = parseDomain(host, { allowPrivateDomains: true }).domain;
    domains.set(host, domain);
  }
  return domain;
}

/** The links of a page lead to few hosts; their domains need no second look. */
const domains = new Map<string, string | null>();
const MOST_DOMAINS = 2000;

/** A printed web address (`www.acme.com`, `acme.com/shop`, `http//acme.com`) as a URL, or null. */
export function printedSite(text: string): string | null {
  const trimmed = text.trim().replace(/[),.;]+$/, '');
  const m =
    /(?<![@\w.-])((?:https?:?\/\/)?(?:www\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,4}[a-z]{2,18})(\/[^\s<>"']{0,200})?(?![\w@])/i.exec(
      trimmed,
    );
  if (!m) return null;
  const bare = (m[1] ?? '').replace(/^https?:?\/\//i, '');
  const domain = parseDomain(bare);
  if (!domain.isIcann || !domain.domain) return null;
  // Without www or scheme only a text that is an address as a whole is one: "Inc.com" stands in prose too.
  if (!/^(?:https?|www\.)/i.test(m[1] ?? '') && m[0].length !== trimmed.length) return null;
  const scheme = /^https:/i.test(m[1] ?? '') ? 'https' : 'http';
  return `${scheme}://${bare.toLowerCase()}${m[2] ?? ''}`;
}

/** A path of the site, or a scheme and a host that is neither another scheme nor doubled. */
const SOUND = /^(?:[/#?.]|https?:\/\/(?!https?\b|www\.\.|\/))/;

/** Repairs what people type into website fields: doubled or missing schemes, `www..`. */
function fixedScheme(href: string): string {
  if (SOUND.test(href)) return href;
  let text = href.replace(/^(?:https?:?\/+)+(?=https?:?\/*[a-z0-9])/i, '');
  text = text.replace(/^(https?):?\/{1,4}/i, '$1://').replace(/^(https?:\/\/)?www\.\./i, '$1www.');
  return /^www\./i.test(text) ? `http://${text}` : text;
}

/** The target of a redirect counter such as `/go.asp?url=…`. */
function throughCounter(url: string, own: string | null): string {
  const query = url.indexOf('?');
  if (query < 0) return url;
  if (!/(?:https?(?::|%3a)|www\.|=[a-z0-9-]+\.[a-z]{2,})/i.test(url.slice(query))) return url;
  try {
    const parsed = new URL(url);
    const domain = domainOf(url);
    const redirector =
      domain === own ||
      /(?:redirect|\/go\b|\/out\b|\/click|\/url\b|hits|track|safelinks|urldefense)/i.test(
        parsed.pathname + parsed.host,
      );
    if (!redirector) return url;
    for (const [key, value] of parsed.searchParams) {
      if (!COUNTER.test(key)) continue;
      const candidate = /^https?:\/\//i.test(value)
        ? value
        : /^(?:www\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?:\/|$)/i.test(value)
          ? `http://${value}`
          : null;
      const target = candidate && absolute(candidate, candidate);
      const targetDomain = target && domainOf(target);
      if (targetDomain && targetDomain !== own && parseDomain(targetDomain).isIcann) return target;
    }
  } catch {
    // Not a URL after all.
  }
  return url;
}
