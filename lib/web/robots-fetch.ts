/**
 * Fetching a robots.txt: up to five redirects (RFC 9309 2.3.1.2), and tried again like any page, since one reset must not
 * close a site for an hour.
 */
import { DomainPaused, Interrupted, WorkbenchError } from '../errors.js';
import type { Exchanges } from './exchanges.js';
import { guardUrl } from './guards.js';
import { redirectTarget } from './response.js';
import { ROBOTS_MAX_BYTES } from './robots.js';
import type { RobotsAnswer, RobotsFetch } from './robots-policy.js';
import type { WebRequest } from './types.js';
import { registrableDomain } from './url.js';

const MOST_HOPS = 5;

export const robotsFetch =
  (exchanges: Exchanges, attempts: number): RobotsFetch =>
  async (start, { onExchange, signal }) => {
    const request: WebRequest = {
      url: start,
      purpose: 'page',
      maxBytes: ROBOTS_MAX_BYTES + 1, // one more tells that there is more
      ...(onExchange && { onExchange }),
      ...(signal && { signal }),
    };
    for (let attempt = 1; ; attempt += 1) {
      const last = attempt >= attempts;
      const answer = await once(exchanges, request, attempt, last);
      if (last || !answer.mayChange) return answer;
    }
  };

async function once(
  exchanges: Exchanges,
  request: WebRequest,
  attempt: number,
  last: boolean,
): Promise<RobotsAnswer & { mayChange: boolean }> {
  const nothing = { body: new Uint8Array(), contentType: null };
  let url = guardUrl(request.url);
  for (let hop = 0; hop <= MOST_HOPS; hop += 1) {
    const domain = registrableDomain(url.hostname);
    try {
      const about = { attempt, last, rule: null, minIntervalMs: 0, isRobots: true };
      const { status, headers, body } = await exchanges.exchange(url, request, about);
      const location = redirectTarget(status, headers.location, url);
      if (location === null) {
        const mayChange = status === 429 || status >= 500;
        const retryAfter = headers['retry-after'];
        if (mayChange) exchanges.park(domain, attempt, { status, ...(retryAfter && { retryAfter }) });
        const contentType = headers['content-type'] ?? null;
        return { status, body, contentType, finalUrl: url.href, mayChange };
      }
      url = guardUrl(location); // refused where nobody may go
    } catch (error) {
      if (error instanceof Interrupted || error instanceof DomainPaused) throw error;
      if (!(error instanceof WorkbenchError)) throw error;
      const mayChange = error.code !== 'URL_GUARD' && error.code !== 'ADDRESS_GUARD';
      if (mayChange) exchanges.park(domain, attempt, { code: error.code });
      return { status: null, ...nothing, finalUrl: url.href, mayChange };
    }
  }
  return { status: 404, ...nothing, finalUrl: request.url, mayChange: false }; // as if there were none
}
