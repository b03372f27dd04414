/** The companies' own sites: a home page, about, contact, careers, sometimes a customer portal; in the look of their system. */
import { html, type Raw, raw } from '../html.js';
import { formatPhone, stateName } from '../places.js';
import type { Company } from '../population.js';
import { hash, type Random, stream } from '../random.js';
import {
  changedOn,
  dropped,
  errorPage,
  page,
  type Reply,
  type Request,
  redirect,
  text,
  toCanonical,
} from '../reply.js';
import { DECOYS, ERP_SENTENCES, mentionOf } from '../software.js';
import type { World } from '../world.js';
import { describe } from './pma.js';

const GONE_BY =
  '<html><head><title>503 Service Temporarily Unavailable</title></head><body><center><h1>503 Service Temporarily Unavailable</h1></center><hr><center>nginx</center></body></html>';

/** Where a company's site lives, as its own links write it. */
export const siteBase = (c: Company): string =>
  `${c.secure ? 'https' : 'http'}://${c.www ? 'www.' : ''}${c.domain}`;

/** The paths of its pages, in the manner of its system. */
export function sitePaths(c: Company): Record<'home' | 'about' | 'contact' | 'careers' | 'portal', string> {
  const path = (name: string) =>
    c.tech.cms === 'wordpress'
      ? `/${name}/`
      : c.tech.cms === 'static'
        ? `/${name}.html`
        : c.tech.cms === 'aspnet'
          ? `/${name}.aspx`
          : `/${name}`;
  return {
    home: '/',
    about: path('about'),
    contact: path('contact'),
    careers: path('careers'),
    portal: path('portal'),
  };
}

/** The answer of a company's host to a request. */
export function companyReply(world: World, c: Company, request: Request): Reply {
  if (c.site === 'refused' || c.site === 'none') return dropped;
  if (c.site === 'unavailable')
    return { status: 503, headers: { 'content-type': 'text/html', 'retry-after': '3600' }, body: GONE_BY };
  if (c.formerDomain !== null && request.host.endsWith(c.formerDomain)) return redirect(`${siteBase(c)}/`);
  if (request.scheme === 'https' && !c.secure) return dropped;
  const moved = toCanonical(request, new URL(siteBase(c)).host, c.secure);
  if (moved) return moved;
  const paths = sitePaths(c);
  const r = stream(world.seed, `site:${c.id}`);
  const modified = changedOn(world.today, `${c.id}${request.path}`);
  const headers = {
    server: c.tech.server,
    ...(c.tech.poweredBy ? { 'x-powered-by': c.tech.poweredBy } : {}),
    ...(c.tech.cms === 'drupal' ? { 'x-generator': 'Drupal 10 (https://www.drupal.org)' } : {}),
  };
  const reply = (title: string, body: Raw) => page(shell(world, c, title, body), modified, headers);
  switch (request.path) {
    case paths.home:
      return reply(`${c.name} | ${c.processes[0]} in ${c.address.city}, ${c.address.state}`, home(c, paths));
    case paths.about:
      return reply(`About Us | ${c.name}`, about(c, r));
    case paths.contact:
      return reply(`Contact | ${c.name}`, contact(c));
    case paths.careers:
      if (c.careers) return reply(`Careers | ${c.name}`, careers(c, r));
      break;
    case paths.portal:
      if (c.erpSeenIn.includes('portal')) return reply(`Customer Portal | ${c.name}`, portal(c, r));
      break;
    case '/robots.txt':
      if (hash(c.id) % 10 < 7) return text(robots(c), modified);
      break;
    default:
      if (c.tech.cms === 'wordpress' && Object.values(paths).includes(`${request.path}/`))
        return redirect(`${siteBase(c)}${request.path}/`);
  }
  return errorPage(
    404,
    shell(
      world,
      c,
      'Page not found',
      html`<h1>Page not found</h1><p>Sorry, we could not find that page.</p>`,
    ),
    headers,
  );
}

const robots = (c: Company): string =>
  c.tech.cms === 'wordpress'
    ? 'User-agent: *\nDisallow: /wp-admin/\nAllow: /wp-admin/admin-ajax.php\n'
    : `User-agent: *\nDisallow: /admin\nDisallow: /search\n`;

function shell(world: World, c: Company, title: string, body: Raw): Raw {
  const p = sitePaths(c);
  const style = hash(c.id) % 3;
  const phone = formatPhone(c.phone, hash(c.id) % 5);
  const a = c.address;
  const links = html`<a href="${p.home}">Home</a> <a href="${p.about}">About</a> ${c.careers && html`<a href="${p.careers}">Careers</a> `}<a href="${p.contact}">Contact</a>${c.erpSeenIn.includes('portal') && html` <a href="${p.portal}">Customer Portal</a>`}`;
  const top =
    style === 0
      ? html`<header><div class="logo">${c.name}</div><nav>${links}</nav><span class="call">Call ${phone}</span></header>`
      : style === 1
        ? html`<div id="top"><img src="/img/logo.png" alt="${c.name} logo"></div><div id="menu">${links}</div>`
        : html`<table width="100%"><tr><td><b>${c.name}</b></td><td align="right">${links}</td></tr></table>`;
  const foot =
    style === 0
      ? html`<footer><p>${c.legalName}</p><p>${a.street}, ${a.city}, ${a.state} ${a.zip}</p><p>Phone: ${phone}</p></footer>`
      : style === 1
        ? html`<div id="footer">&copy; ${world.today.slice(0, 4)} ${c.legalName} &bull; ${a.street} &bull; ${a.city}, ${stateName(a.state)} ${a.zip} &bull; <a href="tel:${c.phone}">${phone}</a></div>`
        : html`<hr><center><font size="2">${c.legalName}<br>${a.street}<br>${a.city}, ${a.state} ${a.zip}<br>Tel ${phone}</font></center>`;
  return html`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title>${marks(c)}</head><body>${c.tech.names.includes('Google Tag Manager') && html`<noscript><iframe src="https://www.googletagmanager.com/ns.html?id=GTM-${gtm(c)}" height="0" width="0"></iframe></noscript>`}${top}<main>${body}</main>${foot}</body></html>`;
}

const gtm = (c: Company): string => hash(c.id).toString(36).toUpperCase().slice(0, 7);

/** The traces that a system and its add-ons leave in the head of a page. */
function marks(c: Company): Raw {
  const has = (name: string) => c.tech.names.includes(name);
  const h = hash(c.id);
  const cms: Record<string, string> = {
    wordpress: `<meta name="generator" content="WordPress ${['6.4.3', '6.5.2', '5.9.8', '6.1.1'][h % 4]}"><link rel="stylesheet" href="/wp-content/themes/${['astra', 'divi', 'generatepress', 'twentytwentyone'][h % 4]}/style.css"><script src="/wp-includes/js/wp-embed.min.js"></script>`,
    shopify: `<script src="https://cdn.shopify.com/s/files/1/${h % 9999}/theme.js"></script><script>var Shopify = Shopify || {}; Shopify.shop = "${c.domain}";</script>`,
    squarespace:
      '<!-- This is Squarespace. --><link rel="stylesheet" href="https://static1.squarespace.com/static/vta/site.css">',
    drupal:
      '<meta name="Generator" content="Drupal 10 (https://www.drupal.org)"><script src="/core/misc/drupal.js"></script>',
    joomla:
      '<meta name="generator" content="Joomla! - Open Source Content Management"><script src="/media/jui/js/jquery.min.js"></script>',
    aspnet: '<script src="/WebResource.axd?d=pynGkmcFUV13He1Qd6"></script>',
    static:
      h % 2 === 0
        ? '<meta name="GENERATOR" content="Microsoft FrontPage 6.0">'
        : '<link rel="stylesheet" href="style.css">',
  };
  const extras: readonly [string, string][] = [
    [
      'Google Tag Manager',
      `<script>(function(w,d,s,l,i){w[l]=w[l]||[];})(window,document,'script','dataLayer','GTM-${gtm(c)}');</script>`,
    ],
    [
      'Google Analytics',
      `<script async src="https://www.googletagmanager.com/gtag/js?id=G-${gtm(c)}X"></script>`,
    ],
    [
      'HubSpot',
      `<script id="hs-script-loader" async defer src="//js.hs-scripts.com/${h % 9_999_999}.js"></script>`,
    ],
    ['jQuery', '<script src="https://code.jquery.com/jquery-3.6.0.min.js"></script>'],
    [
      'Bootstrap',
      '<link rel="stylesheet" href="https://cdn.jsdelivr.net/npm/bootstrap@5.2.3/dist/css/bootstrap.min.css">',
    ],
    ['Google Fonts', '<link href="https://fonts.googleapis.com/css2?family=Roboto" rel="stylesheet">'],
    ['reCAPTCHA', '<script src="https://www.google.com/recaptcha/api.js"></script>'],
    ['Hotjar', `<script src="https://static.hotjar.com/c/hotjar-${h % 999_999}.js?sv=6"></script>`],
    ['Salesforce Pardot', '<script src="https://pi.pardot.com/pd.js"></script>'],
    [
      'Constant Contact',
      '<script src="https://static.ctctcdn.com/js/signup-form-widget/current/signup-form-widget.min.js"></script>',
    ],
  ];
  return raw(
    (cms[c.tech.cms] ?? '') +
      extras
        .filter(([name]) => has(name))
        .map(([, mark]) => mark)
        .join(''),
  );
}

function home(c: Company, p: ReturnType<typeof sitePaths>): Raw {
  return html`<h1>${c.name}</h1><p class="lead">${describe(c)}</p>
<h2>Capabilities</h2><ul>${c.processes.map((x) => html`<li>${x}</li>`)}</ul><p>${hash(c.id) % 2 === 0 && html`ISO 9001:2015 certified. `}<a href="${p.contact}">Request a quote</a></p>`;
}

function about(c: Company, r: Random): Raw {
  const leaders = r.chance(0.5) ? c.people.slice(0, 3) : [];
  return html`<h1>About ${c.name}</h1><p>Since ${c.founded}, ${c.legalName} has grown to ${r.chance(0.6) ? html`a team of ${r.chance(0.5) ? 'over ' : ''}${c.employees} employees` : 'a trusted partner'} in a ${c.squareFeet.toLocaleString('en-US')} square foot facility in ${c.address.city}.</p>
${leaders.length > 0 && html`<h2>Leadership</h2><ul class="team">${leaders.map((x) => html`<li><strong>${x.first} ${x.last}</strong><br>${x.title}</li>`)}</ul>`}${c.memberOf.length > 1 && html`<p>Proud member of ${c.memberOf.join(' and ')}.</p>`}`;
}

function contact(c: Company): Raw {
  const a = c.address;
  const mail =
    c.email &&
    (hash(c.id) % 3 === 0
      ? html`<p>${c.email.replace('@', ' [at] ')}</p>`
      : html`<p><a href="mailto:${c.email}">${c.email}</a></p>`);
  return html`<h1>Contact Us</h1><p>${c.legalName}<br>${a.street}<br>${a.city}, ${a.state} ${a.zip}</p><p>Phone: ${formatPhone(c.phone, hash(c.id) % 5)}${c.fax && html`<br>Fax: ${formatPhone(c.fax, hash(c.id) % 3)}`}${c.tollFree && html`<br>Toll free: ${formatPhone(c.tollFree, 4)}`}</p>${mail}<form method="post" action="/contact"><input name="name"><textarea name="message"></textarea><button>Send</button></form>`;
}

function careers(c: Company, r: Random): Raw {
  const jobs = r.sample(
    [
      'CNC Machinist',
      'Press Operator',
      'Tool & Die Maker',
      'Quality Inspector',
      'Production Scheduler',
      'Buyer / Planner',
      'Maintenance Technician',
      'Shipping Clerk',
      'Manufacturing Engineer',
    ],
    r.int(2, 4),
  );
  const erp =
    c.erp !== null && c.erpSeenIn.includes('careers') ? r.pick(ERP_SENTENCES)(mentionOf(r, c.erp)) : null;
  return html`<h1>Careers at ${c.name}</h1><p>We offer health insurance, 401(k) and paid holidays. Apply in person at ${c.address.street}, ${c.address.city}.</p>
${jobs.map((job, i) => html`<div class="job"><h3>${job}</h3><p>Full time, ${r.pick(['1st', '2nd', '3rd'])} shift. ${r.chance(0.5) ? r.pick(DECOYS) : 'High school diploma or GED required.'} ${i === 0 && erp}</p></div>`)}`;
}

function portal(c: Company, r: Random): Raw {
  const name = c.erp === null ? 'the plant' : mentionOf(r, c.erp);
  return html`<h1>Customer Portal</h1><p>See your open orders and packing lists, straight from our ERP.</p><form method="post"><input name="user"><input name="password" type="password"><button>Sign in</button></form><p class="powered">Powered by ${name}</p>`;
}
