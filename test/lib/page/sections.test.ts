import { describe, expect, it } from 'vitest';
import { readPage } from '../../../lib/page/read.js';
import { weights } from '../../support/weights.js';

const now = '2026-11-23T00:00:00Z';
const page = (main: string, title = 'Spring Forum | Widget Makers Association') =>
  `<html><head><title>${title}</title></head><body><header><nav><a href="/">Home</a></nav></header><main>${main}</main>
   <footer>Widget Makers Association, 1 Elm St, Akron, OH 44301, (330) 555-0100</footer></body></html>`;
const read = (html: string, url: string) =>
  readPage({ url, html, now, siteName: 'Widget Makers Association', platforms: [], weights });

describe('participants on an event’s own page', () => {
  const html = page(`<h1>Spring Forum</h1><p>April 3-5, 2027 | Music City Center, Nashville, TN</p>
    <h2>Our Sponsors</h2>
    <h3>Gold Sponsors</h3><ul><li><img src="/a.png" alt="Acme Tool Company logo"><span>Acme Tool Company</span></li>
      <li><img src="/b.png" alt="Baker Gear Inc. logo"></li></ul>
    <h3>Silver Sponsors</h3><p>Cooper Dies LLC</p><p>Delta Forge</p>
    <h2>Speakers</h2><ul><li>Jane Roe, Plant Manager, Acme Tool Company</li><li>John Poe, President, Baker Gear, Inc.</li></ul>
    <h2>Become a sponsor</h2><p>Write to us.</p><p>It pays.</p>`);
  const reading = read(html, 'https://www.widgets.example/events/spring-forum-2027/');

  it('reads the event with its venue apart from its city', () => {
    expect(reading.page_type).toBe('event');
    expect(reading.events).toMatchObject([
      {
        name: 'Spring Forum',
        start_date: '2027-04-03',
        end_date: '2027-04-05',
        venue: 'Music City Center',
        city: 'Nashville',
        state: 'TN',
      },
    ]);
  });

  it('reads sponsors with the level of the heading above them, a logo and its caption once', () => {
    const sponsors = reading.participants.filter((p) => p.role === 'sponsor');
    expect(sponsors.map((p) => [p.name, p.level])).toEqual([
      ['Acme Tool Company', 'Gold'],
      ['Baker Gear Inc.', 'Gold'],
      ['Cooper Dies LLC', 'Silver'],
      ['Delta Forge', 'Silver'],
    ]);
  });

  it('reads speakers with title and company, the legal form kept', () => {
    const speakers = reading.participants.filter((p) => p.role === 'speaker');
    expect(speakers.map((p) => [p.name, p.title, p.company])).toEqual([
      ['Jane Roe', 'Plant Manager', 'Acme Tool Company'],
      ['John Poe', 'President', 'Baker Gear, Inc.'],
    ]);
  });

  it('takes an invitation to sponsor for no list', () => {
    const invited = page(`<h1>Spring Forum</h1><p>April 3, 2027 | Music City Center | Nashville, TN</p>
      <h2>Sponsorship opportunities</h2><p>Gold package</p><p>Silver package</p>`);
    expect(read(invited, 'https://www.widgets.example/events/spring-forum-2027/').participants).toEqual([]);
  });
});

describe('what is no member', () => {
  it('a row that spans the table is no record', () => {
    const rows = ['Acme Tool', 'Baker Gear', 'Cooper Dies', 'Delta Forge', 'Eagle Wire']
      .map(
        (name, i) =>
          `<tr><td><a href="https://www.${name.split(' ')[0]!.toLowerCase()}.example/">${name}</a></td><td>${i} Mill Rd</td><td>Akron</td><td>OH</td><td>(330) 555-010${i}</td></tr>`,
      )
      .join('<tr><td colspan="5"><em>Zenith Holdings, see Acme Tool</em></td></tr>');
    const html = page(
      `<h1>Member Directory</h1><table><tr><th>Company</th><th>Address</th><th>City</th><th>State</th><th>Phone</th></tr>${rows}</table>`,
      'Member Directory',
    );
    const { companies } = read(html, 'https://www.widgets.example/membership/directory/');
    expect(companies.map((c) => c.name)).toEqual([
      'Acme Tool',
      'Baker Gear',
      'Cooper Dies',
      'Delta Forge',
      'Eagle Wire',
    ]);
    expect(Math.min(...companies.map((c) => c.confidence))).toBeGreaterThan(0.5);
  });

  it('terms of use with numbered headings are no directory', () => {
    const html = page(
      '<h1>Terms of Use</h1><h2>1. Content</h2><p>Members own it.</p><h2>2. Use</h2><p>Be fair.</p><h2>3. Disclaimer</h2><p>As is.</p>',
      'Terms of Use | Widget Makers Association',
    );
    const reading = read(html, 'https://www.widgets.example/terms/');
    expect(reading.page_type).toBe('other');
    expect(reading.companies).toEqual([]);
  });

  it('a profile is named by its heading, initials and all, whatever it makes', () => {
    const html = page(
      `<article><h1>A.C. Barndt Inc.</h1><p>4386 N. 93rd Avenue<br>Akron, OH 44301<br><a href="https://maps.example.net/?q=Akron">Map</a></p>
      <p><b>Phone:</b> 330-555-0142</p><h2>Processes</h2><ul><li>Bevel Gears</li><li>Four-Slide</li><li>Broaching</li><li>Stamping</li><li>Deep Drawing</li></ul></article>`,
      'A.C. Barndt Inc. | Widget Makers Association',
    );
    const reading = read(html, 'https://www.widgets.example/member/ac-barndt/');
    expect(reading.page_type).toBe('member_profile');
    expect(reading.companies).toMatchObject([
      { name: 'A.C. Barndt Inc.', city: 'Akron', phone: '330-555-0142', website: null },
    ]);
  });
});
