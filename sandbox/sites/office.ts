/** The association itself: its office, its small pages, and the words that stand on every page of it. */
import { html, type Raw, raw } from '../html.js';
import type { Listing } from '../listings.js';
import type { AssociationCode } from '../names.js';
import { stream } from '../random.js';
import type { World } from '../world.js';

export type Office = {
  code: AssociationCode;
  name: string;
  host: string;
  street: string;
  city: string;
  state: string;
  zip: string;
  phone: string;
  email: string;
};
export type News = { slug: string; title: string; day: string; body: Raw };

export const OFFICES: Record<AssociationCode, Office> = {
  PMA: {
    code: 'PMA',
    name: 'Precision Metalforming Association',
    host: 'www.pma.org',
    street: '7000 Rockside Woods Boulevard',
    city: 'Independence',
    state: 'OH',
    zip: '44131',
    phone: '216-901-8800',
    email: 'info@pma.org',
  },
  NEMA: {
    code: 'NEMA',
    name: 'National Electrical Manufacturers Association',
    host: 'www.nema.org',
    street: '1400 Wilson Boulevard, Suite 900',
    city: 'Arlington',
    state: 'VA',
    zip: '22209',
    phone: '703-841-3200',
    email: 'communications@nema.org',
  },
  AGMA: {
    code: 'AGMA',
    name: 'American Gear Manufacturers Association',
    host: 'www.agma.org',
    street: '225 King Street, Suite 410',
    city: 'Alexandria',
    state: 'VA',
    zip: '22314',
    phone: '(703) 684-0211',
    email: 'membership@agma.org',
  },
  SOCMA: {
    code: 'SOCMA',
    name: 'Society of Chemical Manufacturers and Affiliates',
    host: 'www.socma.org',
    street: '1400 Crystal Drive, Suite 630',
    city: 'Arlington',
    state: 'VA',
    zip: '22202',
    phone: '571-348-5100',
    email: 'info@socma.org',
  },
  AIA: {
    code: 'AIA',
    name: 'Aerospace Industries Association',
    host: 'www.aia-aerospace.org',
    street: '1000 Wilson Boulevard, Suite 1700',
    city: 'Arlington',
    state: 'VA',
    zip: '22209',
    phone: '703-358-1000',
    email: 'aia@aia-aerospace.org',
  },
  NTMA: {
    code: 'NTMA',
    name: 'National Tooling and Machining Association',
    host: 'www.ntma.org',
    street: '1357 Rockside Road',
    city: 'Cleveland',
    state: 'OH',
    zip: '44134',
    phone: '800-248-6862',
    email: 'info@ntma.org',
  },
  PMPA: {
    code: 'PMPA',
    name: 'Precision Machined Products Association',
    host: 'www.pmpa.org',
    street: '6880 West Snowville Road',
    city: 'Brecksville',
    state: 'OH',
    zip: '44141',
    phone: '440-526-0300',
    email: 'info@pmpa.org',
  },
  FIA: {
    code: 'FIA',
    name: 'Forging Industry Association',
    host: 'www.forging.org',
    street: '6363 Oak Tree Boulevard',
    city: 'Independence',
    state: 'OH',
    zip: '44131',
    phone: '216-781-6260',
    email: 'info@forging.org',
  },
  NADCA: {
    code: 'NADCA',
    name: 'North American Die Casting Association',
    host: 'www.diecasting.org',
    street: '3250 North Arlington Heights Road, Suite 101',
    city: 'Arlington Heights',
    state: 'IL',
    zip: '60004',
    phone: '847-279-0001',
    email: 'nadca@diecasting.org',
  },
  AFS: {
    code: 'AFS',
    name: 'American Foundry Society',
    host: 'www.afsinc.org',
    street: '1695 North Penny Lane',
    city: 'Schaumburg',
    state: 'IL',
    zip: '60173',
    phone: '847-824-0181',
    email: 'info@afsinc.org',
  },
};

/** The Organization node that the site carries on each page: about the association, never about a member. */
export const officeLd = (o: Office): Record<string, unknown> => ({
  '@type': 'Organization',
  '@id': `https://${o.host}/#organization`,
  name: o.name,
  alternateName: o.code,
  url: `https://${o.host}/`,
  logo: `https://${o.host}/images/logo.png`,
  telephone: o.phone,
  address: {
    '@type': 'PostalAddress',
    streetAddress: o.street,
    addressLocality: o.city,
    addressRegion: o.state,
    postalCode: o.zip,
    addressCountry: 'US',
  },
});

/** Three news items; members are named in their prose, which makes them no directory. */
export function makeNews(world: World, code: AssociationCode): News[] {
  const r = stream(world.seed, `news:${code}`);
  const office = OFFICES[code];
  const [a, b, c] = r.sample(world.listings[code], 3) as [Listing, Listing, Listing];
  const day = (back: number) =>
    new Date(Date.parse(`${world.today}T00:00:00Z`) - back * 86_400_000).toISOString().slice(0, 10);
  return [
    {
      slug: 'member-spotlight',
      title: `Member Spotlight: ${a.name}`,
      day: day(r.int(8, 30)),
      body: html`<p>${a.city}, ${a.state} – When the third generation took over at ${a.name}, the plant had ${a.company.employees} people and one old press line. “We have grown every year since,” says ${a.company.people[0]?.first} ${a.company.people[0]?.last}.</p><p>Read more stories from ${office.code} members in the next newsletter.</p>`,
    },
    {
      slug: 'board-elections',
      title: `${office.code} Elects New Officers`,
      day: day(r.int(40, 80)),
      body: html`<p>At the annual meeting the members elected ${b.company.people[0]?.first} ${b.company.people[0]?.last} of ${b.name} chair and ${c.company.people[0]?.first} ${c.company.people[0]?.last} of ${c.name} vice chair of the board.</p>`,
    },
    {
      slug: 'business-conditions',
      title: 'Business Conditions Report: Orders Hold Steady',
      day: day(r.int(90, 150)),
      body: html`<p>Of the 112 companies that answered, 38 percent expect orders to rise in the next three months. Contact ${office.phone} for the full report.</p>`,
    },
  ];
}

/** Terms that leave public pages alone and ask for restraint, as most associations write them. */
export const termsBody = (o: Office): Raw => html`<h1>Terms of Use</h1>
<p>Welcome to the website of the ${o.name} (“${o.code}”). By using this site you agree to these terms.</p>
<h2>1. Content</h2><p>Text, graphics and logos are the property of ${o.code} or its members. Company names and contact data of members are published so that buyers can find them.</p>
<h2>2. Use of the site</h2><p>You may view and download public pages for business reference. You may not access areas that require a login without one, interfere with the working of the site, or send unsolicited bulk mail to addresses found here. Automated access must respect our robots.txt file.</p>
<h2>3. Disclaimer</h2><p>Listings are provided by the members; ${o.code} does not warrant them.</p>
<p>Questions about these terms: ${o.email} or ${o.phone}.</p>`;

export const aboutBody = (o: Office, members: number): Raw => html`<h1>About ${o.code}</h1>
<p>The ${o.name} represents about ${Math.round(members / 10) * 10} companies across the United States. Its staff of 24 works on advocacy, education, standards and events.</p>
<h2>Our Staff</h2><ul class="staff"><li>Margaret Ellison, President, ext. 101</li><li>Joel Prather, Vice President, Membership, ext. 114</li><li>Dana Whitcomb, Director of Meetings, ext. 122</li></ul>
<p>${o.street}, ${o.city}, ${o.state} ${o.zip}</p>`;

/** The nuisance that lies over each first visit. */
export const cookieBanner: Raw = raw(
  '<div id="cookie-consent" class="cookie-banner" role="dialog" style="display:none"><p>We use cookies to improve your experience. <a href="/privacy" rel="nofollow">Learn more</a></p><button type="button" onclick="acceptCookies()">Accept</button></div>',
);
