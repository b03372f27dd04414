/** Leads a page to rest: waits until it asks for nothing more, scrolls, presses "load more", and takes what stands there. */
import type { Page } from 'playwright-core';
import { Interrupted } from '../../errors.js';
import type { PageRequests } from './requests.js';
import type { BrowserSettings, Rendered, RenderJob } from './types.js';

/** Between two looks, ms. A browser lives in real time, whatever clock the run has. */
const LOOK_MS = 40;
/** A page whose script never yields is asked so long, ms; its deadline may be shorter. */
const HANG_MS = 2_000;
const LAST_WORD_MS = 500;
/** Rounds without anything new that end the scrolling: the first may have hit a button that only opened a menu. */
const IDLE_ROUNDS = 2;

// Scripts for the page are texts: a compiled function may lean on helpers that the page does not have.
const SIZE = `(() => { const b = document.body; return b ? b.getElementsByTagName('*').length * 1000 + (b.textContent || '').length % 1000 + (b.textContent || '').length : 0; })()`;
const NEXT = `(() => {
  const more = /^\\W*(?:load|show|view|see|display|get)\\s+(?:\\d+\\s+)?(?:more|all|next)\\b|^\\W*more(?:\\s+(?:results|members|companies|events|items|listings|exhibitors))?\\W*$/i;
  const away = /\\b(?:about|information|info|details?|news|articles?|options|filters)\\b/i;
  const visible = (e) => { const r = e.getBoundingClientRect(); return !e.disabled && r.width > 0 && r.height > 0 && getComputedStyle(e).visibility !== 'hidden'; };
  let pressed = false;
  for (const e of document.querySelectorAll('button, [role=button], input[type=button], input[type=submit], a')) {
    const text = (e.textContent || e.value || '').replace(/\\s+/g, ' ').trim();
    if (text.length === 0 || text.length > 40 || !more.test(text) || away.test(text) || !visible(e)) continue;
    const href = e.tagName === 'A' ? e.getAttribute('href') : null;
    if (href && !/^(?:#|javascript:)/i.test(href)) continue;
    e.scrollIntoView({ block: 'center' });
    e.click();
    pressed = true;
    break;
  }
  const inner = [...document.querySelectorAll('*')].filter((e) => e.scrollHeight > e.clientHeight + 100 && /(?:auto|scroll)/.test(getComputedStyle(e).overflowY)).slice(0, 5);
  for (const e of inner) e.scrollTop = e.scrollHeight;
  window.scrollTo(0, document.documentElement.scrollHeight);
  window.dispatchEvent(new Event('scroll'));
  return pressed;
})()`;
/** Content of open shadow trees is put beside their hosts, where a reader of HTML finds it. */
const SHADOWS = `(() => {
  const open = (root) => { for (const e of root.querySelectorAll('*')) if (e.shadowRoot) { open(e.shadowRoot); const d = document.createElement('div'); d.innerHTML = e.shadowRoot.innerHTML; e.appendChild(d); } };
  open(document);
})()`;

export async function drivePage(
  page: Page,
  job: RenderJob,
  requests: PageRequests,
  settings: BrowserSettings,
): Promise<Rendered> {
  const watch = new IdleWatch(requests, settings.deadline_ms);
  let cut: Rendered['cut'] = null;
  let rounds = 0;
  try {
    page.goto(job.url, { waitUntil: 'commit', timeout: 0 }).catch(() => undefined);
    if (!(await settled(page, job, requests, settings, watch))) cut = 'deadline';
    let idle = 0;
    while (job.more() && cut === null && idle < IDLE_ROUNDS) {
      if (rounds >= settings.max_rounds) cut = 'rounds';
      else if (requests.overdrawn) cut = 'requests';
      else {
        const before = await asked(page, SIZE);
        const answered = requests.answered;
        await asked(page, NEXT);
        if (!(await settled(page, job, requests, settings, watch))) cut = 'deadline';
        if ((await asked(page, SIZE)) !== before || requests.answered > answered) {
          rounds += 1;
          idle = 0;
        } else idle += 1;
      }
    }
    if (requests.overdrawn) cut ??= 'requests';
    // A page that does not answer at the end of its time never will.
    const silent = cut === 'deadline' && (await asked(page, SIZE, LAST_WORD_MS)) === null;
    if (!silent) await asked(page, SHADOWS);
    const html = silent ? null : await within(page.content(), HANG_MS);
    return {
      html: html ?? '',
      answered: requests.answered,
      refused: requests.refused,
      blocked: requests.blocked,
      rounds,
      cut: html === null ? 'deadline' : cut,
    };
  } finally {
    watch.stop();
  }
}

/** True when nothing is under way and nothing has changed for a while; false when the page's time is up. */
async function settled(
  page: Page,
  job: RenderJob,
  requests: PageRequests,
  settings: BrowserSettings,
  watch: IdleWatch,
): Promise<boolean> {
  let size: unknown = null;
  let since = performance.now();
  for (;;) {
    if (job.signal.aborted) throw new Interrupted();
    if (watch.over) return false;
    if (requests.overdrawn) return true;
    await new Promise((done) => setTimeout(done, LOOK_MS));
    if (requests.pending > 0) {
      since = performance.now();
      continue;
    }
    const now = await asked(page, SIZE);
    if (now === null && watch.over) return false;
    if (now !== size || now === null) {
      size = now;
      since = performance.now();
    }
    const quiet = performance.now() - Math.max(since, requests.lastActivity);
    if (quiet >= settings.quiet_ms) return true;
  }
}

/** Counts the time that a page takes for itself: while it waits for the site, politeness takes the time. */
class IdleWatch {
  private own = 0;
  private readonly timer: NodeJS.Timeout;
  private readonly deadlineMs: number;

  constructor(requests: PageRequests, deadlineMs: number) {
    this.deadlineMs = deadlineMs;
    let last = performance.now();
    this.timer = setInterval(() => {
      const now = performance.now();
      if (requests.pending === 0) this.own += now - last;
      last = now;
    }, LOOK_MS);
  }

  get over(): boolean {
    return this.own >= this.deadlineMs;
  }

  stop(): void {
    clearInterval(this.timer);
  }
}

const asked = (page: Page, script: string, ms = HANG_MS): Promise<unknown> =>
  within(page.evaluate(script).catch(notReady), ms);

/** Between two documents there is nothing to ask. A page that is gone is an error all the same. */
function notReady(error: unknown): null {
  if (error instanceof Error && /closed|crashed/i.test(error.message)) throw error;
  return null;
}

/** The first of an answer and a wait. */
async function within<T>(promise: Promise<T>, ms: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((done) => {
    timer = setTimeout(() => done(null), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
    promise.catch(() => undefined);
  }
}
