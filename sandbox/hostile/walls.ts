/** Answers that refuse, or that pretend not to. */

import { html } from '../html.js';
import { captcha, challenge, softMissing, status, wall } from '../misdeeds.js';
import { errorPage, type Reply } from '../reply.js';
import type { Hostility } from './site.js';
import { shell } from './site.js';

export const blockHost: Hostility = {
  name: 'block',
  paths: {
    '/challenge': '403, "Just a moment..."',
    '/challenge-503': '503, "Just a moment..."',
    '/captcha': '200, a captcha',
    '/denied': '403, access denied',
    '/wall': '401',
    '/cookies': '200, enable cookies',
    '/empty': '200, no results',
  },
  answer({ path }): Reply | null {
    if (path === '/challenge') return challenge(403);
    if (path === '/challenge-503') return challenge(503);
    if (path === '/captcha') return captcha();
    if (path === '/denied')
      return wall(
        403,
        'Access Denied',
        "<h1>Access Denied</h1><p>You don't have permission to access this page.</p>",
      );
    if (path === '/wall')
      return wall(401, 'Unauthorized', '<h1>401</h1>', { 'www-authenticate': 'Basic realm="members"' });
    if (path === '/cookies')
      return wall(200, 'Cookies required', '<h1>Please enable cookies to continue.</h1>');
    if (path === '/empty')
      return wall(200, 'Search results', '<h1>Search results</h1><p>Your search returned no results.</p>');
    return null;
  },
};

export const soft404Host: Hostility = {
  name: 'soft404',
  paths: { '/no-such-page': 'Any unknown address answers 200' },
  answer: () => null,
  missing: softMissing,
};

/** Statuses on demand; `/flaky` fails so often for each address, counted since the sandbox began. */
export function statusHost(): Hostility {
  const tried = new Map<string, number>();
  return {
    name: 'status',
    paths: {
      '/429': '429 without Retry-After',
      '/429?after=3': '429 with Retry-After in seconds',
      '/429?after=3&as=date': '429 with Retry-After as a date',
      '/429?after=86400': '429 that asks for a day',
      '/503?after=soon': 'A Retry-After that means nothing',
      '/500': '500',
      '/502': '502',
      '/410': '410',
      '/flaky?fails=2': 'Twice 503, then a page',
    },
    answer({ path, query }) {
      const code = /^\/([45]\d\d)$/.exec(path);
      if (code) {
        const after = query.get('after');
        const seconds = Number(after ?? Number.NaN);
        const manner = Number.isFinite(seconds)
          ? {
              retry_after: seconds,
              retry_as: query.get('as') === 'date' ? ('date' as const) : ('seconds' as const),
            }
          : {};
        const reply = status(Number(code[1]), manner);
        return after !== null && !Number.isFinite(seconds)
          ? { ...reply, headers: { ...reply.headers, 'retry-after': after } }
          : reply;
      }
      if (path !== '/flaky') return null;
      const key = query.toString();
      const before = tried.get(key) ?? 0;
      tried.set(key, before + 1);
      return before < Number(query.get('fails') ?? '2')
        ? status(503, {})
        : errorPage(200, shell('Well again', html`<h1>Well again</h1>`));
    },
  };
}
