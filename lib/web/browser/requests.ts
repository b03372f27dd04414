/** The requests of one page: which are blocked, which are asked for, and how many are under way. */
import type { Page, Request, Route } from 'playwright-core';
import type { BrowserSettings, RenderJob } from './types.js';

export class PageRequests {
  answered = 0;
  refused = 0;
  blocked = 0;
  /** Asked for and not answered yet. */
  pending = 0;
  /** More were wanted than a page may have. */
  overdrawn = false;
  /** When something was last asked for or answered, ms of `performance.now()`. */
  lastActivity = performance.now();
  private documentServed = false;
  private readonly page: Page;
  private readonly job: RenderJob;
  private readonly settings: BrowserSettings;
  private readonly blockedUrls: readonly RegExp[];

  constructor(page: Page, job: RenderJob, settings: BrowserSettings) {
    this.page = page;
    this.job = job;
    this.settings = settings;
    this.blockedUrls = Object.values(settings.blocked_urls).map((pattern) => new RegExp(pattern, 'i'));
  }

  async open(): Promise<void> {
    await this.page.route('**/*', (route) => this.handle(route));
    this.page.on('dialog', (dialog) => void dialog.dismiss().catch(() => undefined));
    this.page.on('popup', (popup) => void popup.close().catch(() => undefined));
  }

  private async handle(route: Route): Promise<void> {
    const request = route.request();
    // The page may be gone by the time of an answer; then there is nobody to tell.
    const abort = () => route.abort('blockedbyclient').catch(() => undefined);
    if (request.isNavigationRequest()) {
      // "No content" leaves the page where it is; an abort would put the browser's own error page in its place.
      if (this.documentServed || request.frame() !== this.page.mainFrame())
        return route.fulfill({ status: 204 }).catch(() => undefined);
      this.documentServed = true;
      const contentType = 'text/html; charset=utf-8';
      return route.fulfill({ status: 200, contentType, body: this.job.html }).catch(() => undefined);
    }
    const method = request.method();
    if (this.isBlocked(request) || (method !== 'GET' && method !== 'POST')) {
      this.blocked += 1;
      return abort();
    }
    if (this.answered + this.refused + this.pending >= this.settings.max_requests) {
      this.overdrawn = true;
      return abort();
    }
    this.pending += 1;
    this.lastActivity = performance.now();
    try {
      const answer = await this.job.fetch({
        url: request.url(),
        method,
        type: request.resourceType(),
        headers: request.headers(),
        body: request.postData(),
      });
      if (answer === null) {
        this.refused += 1;
        await abort();
        return;
      }
      this.answered += 1;
      const body = typeof answer.body === 'string' ? answer.body : Buffer.from(answer.body);
      await route
        .fulfill({ status: answer.status, headers: { ...answer.headers }, body })
        .catch(() => undefined);
    } catch {
      // What stops the whole phase is remembered by who fetches; here the page only sees that its request failed.
      this.refused += 1;
      await abort();
    } finally {
      this.pending -= 1;
      this.lastActivity = performance.now();
    }
  }

  private isBlocked(request: Request): boolean {
    const url = request.url();
    return (
      !/^https?:/.test(url) ||
      this.settings.blocked_types.includes(request.resourceType()) ||
      this.blockedUrls.some((pattern) => pattern.test(url))
    );
  }
}
