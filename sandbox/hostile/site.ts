/** A hostile host: a home page that says what there is, five honest members, and the hostility itself. */
import { html, raw } from '../html.js';
import { errorPage, page, type Reply, type Request, type Site, text, validate } from '../reply.js';

export const HOSTILE_DOMAIN = 'sandbox-hostile.com';

export type Hostility = {
  /** The label before the domain. */
  name: string;
  /** Addresses worth knowing, each with what it does. */
  paths: Record<string, string>;
  robots?: string | ((request: Request) => Reply);
  /** The answer to a path; null leaves it to the plain pages. */
  answer(request: Request): Reply | null;
  /** What an unknown path gets instead of a 404. */
  missing?: () => Reply;
};

/** The five members that every hostile host lists; to reach them is the prize. */
export const PRIZES = [
  'Aldous Gear',
  'Birch Tool & Die',
  'Cutter Forge',
  'Dunmore Castings',
  'Esker Screw',
].map((name, i) => ({ name, city: 'Akron', state: 'OH', phone: `330-762-410${i + 1}` }));

const DAY = '2026-01-05';

export const shell = (title: string, body: { raw: string }): { raw: string } => html`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title></head><body><nav><a href="/">Home</a> <a href="/members/">Members</a></nav><main>${body}</main></body></html>`;

/** The site of a hostility, on http and https alike. */
export function hostileSite(hostility: Hostility): Site {
  const { name, paths, robots = 'User-agent: *\nDisallow: /private/\n', answer, missing } = hostility;
  return (request) => {
    const { path } = request;
    if (path === '/robots.txt') return typeof robots === 'string' ? text(robots, DAY) : robots(request);
    const own = answer(request);
    if (own) return { fault: `host:${name}`, ...validate(request, own) };
    if (path === '/')
      return page(
        shell(
          `The ${name} association`,
          html`<h1>The ${name} association</h1><ul>${Object.entries(paths).map(([to, what]) => html`<li><a href="${to}">${what}</a></li>\n`)}</ul>`,
        ),
        DAY,
      );
    if (path === '/members/') return page(shell('Members', members()), DAY);
    return missing?.() ?? errorPage(404, shell('Not found', raw('<h1>404 Not found</h1>')));
  };
}

const members = () =>
  html`<h1>Members</h1><ul class="member-list">${PRIZES.map((m) => html`<li class="member"><h3>${m.name}</h3><p>${m.city}, ${m.state}</p><p class="tel">${m.phone}</p></li>\n`)}</ul>`;
