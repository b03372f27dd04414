/** Events and their participants as markup: JSON-LD, microdata or plain text, as the event says. */
import { dateText, type Event, type Participant } from '../events.js';
import { html, jsonLd, type Raw } from '../html.js';
import { hash } from '../random.js';

/** The date as this event's pages write it. */
export const dates = (event: Event): string => dateText(event, hash(event.id));

/** Where the pages of an association's events live. */
export type EventPaths = { event: (event: Event) => string; exhibitors: (event: Event) => string };

export const PATHS: Record<Event['code'], EventPaths> = {
  PMA: {
    event: (e) => `/events/details.asp?id=${e.id}`,
    exhibitors: (e) => `/events/exhibitors.asp?id=${e.id}`,
  },
  NEMA: { event: (e) => `/events/${e.id}/`, exhibitors: (e) => `/events/${e.id}/` },
  AGMA: { event: (e) => `/event/${e.id}/`, exhibitors: (e) => `/event/${e.id}/exhibitors/` },
  SOCMA: {
    event: (e) => `/forms/meeting/Microsite/${e.id}`,
    exhibitors: (e) => `/forms/meeting/Microsite/${e.id}/exhibitors`,
  },
  AIA: { event: (e) => `/events/${e.id}/`, exhibitors: (e) => `/events/${e.id}/exhibitors/` },
  NTMA: { event: (e) => `/events/${e.id}/`, exhibitors: (e) => `/events/${e.id}/exhibitors/` },
  PMPA: { event: (e) => `/events/${e.id}/`, exhibitors: (e) => `/events/${e.id}/exhibitors/` },
  FIA: { event: (e) => `/events/${e.id}`, exhibitors: (e) => `/events/${e.id}/exhibitors` },
  NADCA: {
    event: (e) => `/Web/Events/${e.id}.aspx`,
    exhibitors: (e) => `/Web/Events/${e.id}/Exhibitors.aspx`,
  },
  AFS: { event: (e) => `/events/${e.id}`, exhibitors: (e) => `/events/${e.id}/exhibitors` },
};

/** The schema.org form of an event. */
export function eventLd(event: Event, base: string): Record<string, unknown> {
  const { name, street, city, state, zip } = event.venue;
  const address = {
    '@type': 'PostalAddress',
    streetAddress: street,
    addressLocality: city,
    addressRegion: state,
    postalCode: zip,
    addressCountry: 'US',
  };
  return {
    '@context': 'https://schema.org',
    '@type': 'Event',
    name: event.title,
    description: event.summary,
    url: base + PATHS[event.code].event(event),
    startDate: `${event.start}T08:00:00-05:00`,
    endDate: `${event.end}T17:00:00-05:00`,
    eventStatus: 'https://schema.org/EventScheduled',
    location: { '@type': 'Place', name, address },
  };
}

/** Title, date and place of an event's own page. */
export function eventHead(event: Event, base: string): Raw {
  const v = event.venue;
  if (event.markup === 'microdata') {
    return html`<div class="mn-event" itemscope itemtype="http://schema.org/Event">
<h1 itemprop="name">${event.title}</h1>
<div class="mn-event-section"><span class="mn-event-head">Date:</span> <span class="mn-event-content" itemprop="startDate" content="${event.start}T08:30">${dates(event)}</span><meta itemprop="endDate" content="${event.end}T16:00"></div>
<div class="mn-event-section" itemprop="location" itemscope itemtype="http://schema.org/Place"><span class="mn-event-head">Location:</span> <span class="mn-event-content" itemprop="name">${v.name}</span>
<div itemprop="address" itemscope itemtype="http://schema.org/PostalAddress"><meta itemprop="streetAddress" content="${v.street}"><span itemprop="addressLocality">${v.city}</span>, <span itemprop="addressRegion">${v.state}</span> <meta itemprop="postalCode" content="${v.zip}"></div></div>
<div class="mn-event-section"><span class="mn-event-head">Event Description:</span> <div itemprop="description">${event.summary}</div></div>
</div>`;
  }
  if (event.markup === 'jsonld') {
    return html`<h1 class="tribe-events-single-event-title">${event.title}</h1>
<div class="tribe-events-schedule"><span class="tribe-event-date-start">${dates(event)}</span></div>
<div class="tribe-events-content"><p>${event.summary}</p></div>
<div class="tribe-events-meta-group-venue"><h2>Venue</h2><dl><dd class="tribe-venue">${v.name}</dd><dd class="tribe-address"><span class="tribe-street-address">${v.street}</span><br><span class="tribe-locality">${v.city}</span>, <abbr class="tribe-region" title="${v.state}">${v.state}</abbr> <span class="tribe-postal-code">${v.zip}</span></dd></dl></div>
${jsonLd([eventLd(event, base)])}`;
  }
  return html`<h1>${event.title}</h1>
<p><strong>${dates(event)}</strong> | ${v.name} | ${v.city}, ${v.state}</p>
<p>${event.summary}</p><p>Questions? Call the meetings department or see the hotel block at the venue. Registration opens twelve weeks before.</p>`;
}

/** Sponsors under their levels, and speakers as "Name, Title, Company". */
export function sponsorsAndSpeakers(event: Event): Raw {
  const sponsors = event.participants.filter((p) => p.role === 'sponsor');
  const speakers = event.participants.filter((p) => p.role === 'speaker');
  const levels = [...new Set(sponsors.map((p) => p.level))];
  return html`${
    sponsors.length > 0 &&
    html`<section id="sponsors"><h2>Thank You to Our Sponsors</h2>${levels.map(
      (
        level,
      ) => html`<div class="sponsor-level"><h3>${level} ${hash(event.id) % 2 === 0 ? 'Sponsors' : ''}</h3><ul class="sponsor-grid">
${sponsors.filter((p) => p.level === level).map((p) => html`<li class="sponsor"><img src="/images/sponsors/${hash(p.name) % 9999}.png" alt="${p.name} logo" width="160"><span>${p.name}</span></li>\n`)}</ul></div>`,
    )}</section>`
  }${
    speakers.length > 0 &&
    html`<section class="speakers"><h2>Featured Speakers</h2><ul>
${speakers.map((p) => html`<li>${hash(event.id) % 3 === 0 ? html`<b>${p.person}</b>, ${p.personTitle}, ${p.name}` : html`${p.person}, ${p.personTitle}, ${p.name}`}</li>\n`)}</ul></section>`
  }`;
}

/** Exhibitors with their booths: a table or a list. */
export function exhibitorList(event: Event): Raw | false {
  const rows = event.participants.filter((p) => p.role === 'exhibitor');
  if (rows.length === 0) return false;
  if (event.code === 'AGMA') {
    return html`<ul class="m-exhibitors-list__items">${rows.map(
      (p) =>
        html`<li class="m-exhibitors-list__items__item"><h2 class="m-exhibitors-list__items__item__header__title">${p.name}</h2><div class="m-exhibitors-list__items__item__header__meta__stand">${booth(p, 'Booth ')}</div></li>\n`,
    )}</ul>`;
  }
  return html`<table class="results-table" id="exhibitors"><thead><tr><th>Exhibitor</th><th>Booth</th></tr></thead><tbody>
${rows.map((p) => html`<tr><td class="companyName">${p.name}</td><td class="boothLabel">${booth(p, event.code === 'PMA' ? '#' : '')}</td></tr>\n`)}</tbody></table>`;
}

/** Events in two groups, as an events page shows them. */
export function eventsAround(events: readonly Event[], today: string): { upcoming: Event[]; past: Event[] } {
  return {
    upcoming: events.filter((e) => e.end >= today),
    past: events.filter((e) => e.end < today).reverse(),
  };
}

const booth = (p: Participant, prefix: string): string => (p.booth === null ? '' : prefix + p.booth);
