/** What the truth needs to know of a site, and the small machine that most of the later sites are built with. */
import type { Event } from '../events.js';
import { html, type Raw } from '../html.js';
import type { Listing } from '../listings.js';
import {
  changedOn,
  errorPage,
  page,
  type Reply,
  type Request,
  redirect,
  type Site,
  text,
  toCanonical,
} from '../reply.js';
import type { World } from '../world.js';
import { eventHead, eventsAround, exhibitorList, PATHS, sponsorsAndSpeakers } from './events.js';
import { makeNews, type Office } from './office.js';

export type PageKind =
  | 'directory'
  | 'profile'
  | 'event_list'
  | 'event'
  | 'exhibitors'
  | 'home'
  | 'other'
  /** JSON that a directory's script loads. */
  | 'data';

/** Where a member stands. */
export type Place = {
  page_url: string;
  profile_url: string | null;
  /** The JSON that carries it, where a script draws the page. */
  data_url: string | null;
  /** Other pages that list it too. */
  also_on: string[];
};

/** Whether a well-behaved crawler may harvest the members. */
export type Access = {
  allowed: boolean;
  why: string;
  /** Whether it may ask for the pages that stand open, members or not. */
  pages_allowed: boolean;
  rendered_by_script: boolean;
  json_endpoints: string[];
  login_url: string | null;
  terms_url: string;
};

export type Facts = {
  access: Access;
  /** Hosts with the site behind each; the bare domain of a www host is served too. */
  sites(world: World): [host: string, site: Site][];
  pages(world: World): [url: string, kind: PageKind][];
  /** The place of each listing, in the order of the listings. */
  places(world: World): Place[];
};

export type Made = [title: string, body: Raw];

export type Plan = {
  office: Office;
  host: string;
  robots: string;
  headers: Record<string, string>;
  shell(title: string, body: Raw): Raw;
  pages: Map<string, () => Made>;
  notFound: Raw;
  /** What no plain page answers; null leaves it to the 404. */
  more?(request: Request): Reply | null;
};

/** A site of plain pages by path. */
export function builtSite(world: World, plan: Plan): Site {
  const { pages, headers, shell } = plan;
  return (request) => {
    const moved = toCanonical(request, plan.host);
    if (moved) return moved;
    const { path } = request;
    const day = changedOn(world.today, `${plan.host}${path}`);
    if (path === '/robots.txt') return text(plan.robots, day);
    const more = plan.more?.(request);
    if (more) return more;
    const make = pages.get(path);
    if (make) return page(shell(...make()), day, headers);
    if (pages.has(`${path}/`)) return redirect(`https://${plan.host}${path}/`);
    return errorPage(404, shell('Page not found', plan.notFound), headers);
  };
}

export const eventsOf = (world: World, code: Office['code']): Event[] =>
  world.events.filter((e) => e.code === code);

/** The pages of an association's events: the list at `listPath`, each event, and its exhibitors where they stand apart. */
export function eventPages(
  world: World,
  office: Office,
  listPath: string,
  entry: (event: Event) => Raw,
): [path: string, make: () => Made][] {
  const events = eventsOf(world, office.code);
  const { upcoming, past } = eventsAround(events, world.today);
  const { event: eventPath, exhibitors } = PATHS[office.code];
  const base = `https://${office.host}`;
  return [
    [
      listPath,
      () => [
        'Events',
        html`<h1>Events</h1><h2>Upcoming Events</h2>${upcoming.map(entry)}<h2>Past Events</h2>${past.map(entry)}`,
      ],
    ],
    ...events.flatMap((e): [string, () => Made][] => [
      [
        eventPath(e),
        () => [
          e.title,
          html`${eventHead(e, base)}${e.exhibitorPage ? html`<p><a href="${exhibitors(e)}">Exhibitor List</a></p>` : exhibitorList(e)}${sponsorsAndSpeakers(e)}`,
        ],
      ],
      ...(e.exhibitorPage
        ? [
            [
              exhibitors(e),
              () => [`Exhibitors: ${e.title}`, html`<h1>Exhibitors: ${e.title}</h1>${exhibitorList(e)}`],
            ] as [string, () => Made],
          ]
        : []),
    ]),
  ];
}

/** The rows of those pages for the truth. */
export function eventTruth(world: World, office: Office, listPath: string): [string, PageKind][] {
  const base = `https://${office.host}`;
  const { event, exhibitors } = PATHS[office.code];
  return [
    [base + listPath, 'event_list'],
    ...eventsOf(world, office.code).flatMap((e): [string, PageKind][] => [
      [base + event(e), 'event'],
      ...(e.exhibitorPage ? [[base + exhibitors(e), 'exhibitors'] as [string, PageKind]] : []),
    ]),
  ];
}

/** News under a folder, with the list of it. */
export function newsPages(world: World, office: Office, folder: string): [string, () => Made][] {
  const news = makeNews(world, office.code);
  return [
    [
      folder,
      () => [
        'News',
        html`<h1>News</h1>${news.map((n) => html`<div class="news-item"><h3><a href="${folder}${n.slug}">${n.title}</a></h3><time>${n.day}</time></div>`)}`,
      ],
    ],
    ...news.map((n): [string, () => Made] => [
      `${folder}${n.slug}`,
      () => [n.title, html`<article><h1>${n.title}</h1><p class="date">${n.day}</p>${n.body}</article>`],
    ]),
  ];
}

/** "City, ST 12345" as far as it is known. */
export const cityLine = (m: Listing): Raw => html`${m.city}, ${m.state}${m.zip && ` ${m.zip}`}`;

/** The path and the query of a URL, for pages that are told apart by it. */
export const withQuery = (path: string, query: Record<string, string>): string =>
  `${path}?${new URLSearchParams(query)}`;
