/** Draws a page in the browser, every request by the crawl's own means, and watches for the data that its scripts load. */
import type { PhaseContext } from '../../harness/recipe.js';
import type { PageRenderer, Rendered, ResourceAnswer, ResourceRequest } from '../../web/browser/types.js';
import { sameSite } from '../../web/url.js';
import type { PageRow } from '../visitor.js';
import type { Answer } from './answer.js';
import { type Ask, keyOf } from './ask.js';
import type { Candidate } from './endpoints.js';
import { dataRow, isList, type Owner, type Reach, requestOf } from './read-endpoint.js';
import { passedOn, type Resources } from './resources.js';

export interface Drawn extends Rendered {
  /** Endpoints that answered with a list, the longest first. */
  data: (Pick<Candidate, 'ask' | 'headers'> & { answer: Answer })[];
  /** Something of the site that the page asked for failed, and may come another time: what is shown may be half of it. */
  lacking: boolean;
}

/** Throws what stops the phase (a paused domain, an interruption), and what the renderer throws. */
export async function drawPage(
  phase: PhaseContext,
  renderer: PageRenderer,
  page: PageRow,
  owner: Owner,
  means: { reach: Reach; resources: Resources },
): Promise<Drawn> {
  const { reach, resources } = means;
  const url = page.final_url ?? page.url;
  const data = new Map<string, Drawn['data'][number]>();
  let stop: unknown = null;
  let lacking = false;

  const load = async (request: ResourceRequest): Promise<ResourceAnswer | null> => {
    const data_ = request.type === 'xhr' || request.type === 'fetch';
    const address = withoutHash(request.url);
    if (!data_ || !sameSite(address, url)) {
      if (request.method === 'POST') return null; // to strangers nothing is sent
      const before = resources.lost;
      const resource = await resources.get(address, sentHeaders(request));
      if (resources.lost > before && sameSite(address, url)) lacking = true;
      return resource && { ...resource, headers: { ...resource.headers, ...OPEN } };
    }
    if (!(await reach.allowed(address)) || reach.left() <= 0) return null;
    return loadData(request, address);
  };

  /** Data of the site is kept as a page, when it holds a list. */
  async function loadData(request: ResourceRequest, address: string): Promise<ResourceAnswer | null> {
    const ask = askOf(request, address);
    const headers = sentHeaders(request);
    let fetched: ResourceAnswer | null = null;
    const finish = (row: PageRow, got: Readonly<Record<string, string>>): PageRow | null => {
      fetched = { status: row.status ?? 200, headers: passedOn(got), body: row.body ?? '' };
      const made = dataRow(row, got, owner);
      const list = isList(made.answer, ask) && (made.answer.kind !== 'html' || made.answer.json);
      if (list) data.set(keyOf(ask), { ask, headers, answer: made.answer });
      return list ? made.row : null;
    };
    const about = {
      depth: owner.depth,
      foundOn: owner.url,
      chance: 'page' as const,
      request: requestOf(ask, headers),
      finish,
    };
    const row = await reach.visit(keyOf(ask), about);
    if (row === null && reach.failure(keyOf(ask))?.retryable) lacking = true;
    if (fetched !== null) reach.spent();
    else if (row !== null) {
      // The lake holds it from before.
      const made = dataRow(row, {}, owner);
      if (isList(made.answer, ask)) data.set(keyOf(ask), { ask, headers, answer: made.answer });
      fetched = {
        status: 200,
        headers: { 'content-type': row.content_type ?? 'application/json' },
        body: row.body ?? '',
      };
    }
    const answer = fetched as ResourceAnswer | null;
    return answer && { ...answer, headers: { ...answer.headers, ...openTo(url) } };
  }

  const rendered = await renderer.render({
    url,
    html: page.body ?? '',
    signal: phase.signal,
    // With the endpoint known there is no need to scroll for the rest.
    more: () => data.size === 0,
    fetch: async (request) => {
      if (stop !== null) return null;
      try {
        return await load(request);
      } catch (error) {
        stop = error;
        return null;
      }
    },
  });
  if (stop !== null) throw stop;
  return {
    ...rendered,
    lacking,
    data: [...data.values()].sort((a, b) => b.answer.rows.length - a.answer.rows.length),
  };
}

/** What a server says of other origins was said to us already; the browser is told that it may. */
const OPEN = { 'access-control-allow-origin': '*' };
const openTo = (url: string) => ({
  'access-control-allow-origin': new URL(url).origin,
  'access-control-allow-credentials': 'true',
});

function askOf(request: ResourceRequest, address: string): Ask {
  if (request.method === 'GET' || request.body === null)
    return { method: request.method, url: address, body: null, bodyType: null };
  const json = /json/.test(request.headers['content-type'] ?? '') || /^\s*[[{]/.test(request.body);
  return {
    method: 'POST',
    url: address,
    body: request.body,
    bodyType: json ? 'application/json' : 'application/x-www-form-urlencoded',
  };
}

/** Headers by which a site's own script asks. Cookies, our name and what belongs to the connection are the fetcher's. */
function sentHeaders(request: ResourceRequest): Record<string, string> {
  const passed = /^(?:accept|x-[\w-]+|hx-[\w-]+|content-type|origin|referer|apikey|api-key|authorization)$/;
  return Object.fromEntries(Object.entries(request.headers).filter(([name]) => passed.test(name)));
}

function withoutHash(url: string): string {
  const at = url.indexOf('#');
  return at < 0 ? url : url.slice(0, at);
}
