/**
 * One Chromium for a run, started when the first page needs it. Nothing leaves it by itself: every request of a page is
 * answered by the polite fetcher through `page.route`, and what goes around that meets a resolver that knows no host
 * and a proxy that does not exist.
 */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { EnvironmentError, Interrupted, messageOf, RetryLater } from '../../errors.js';
import { drivePage } from './drive.js';
import { findChromium, HOW_TO_INSTALL } from './find-chromium.js';
import { PageRequests } from './requests.js';
import type { BrowserSettings, PageRenderer, Rendered, RenderJob } from './types.js';

export interface RendererOptions {
  settings: BrowserSettings;
  /** What scripts see as `navigator.userAgent`: the name we go by. */
  userAgent: string;
  env: NodeJS.ProcessEnv;
}

/** A host that no resolver knows (RFC 6761 6.4): whatever is sent there goes nowhere. */
const NOWHERE = 'http://nowhere.invalid:9';

const ARGUMENTS = [
  '--host-resolver-rules=MAP * ~NOTFOUND',
  '--disable-quic',
  // No peer-to-peer traffic past the proxy.
  '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
  '--webrtc-ip-handling-policy=disable_non_proxied_udp',
  '--no-pings',
  '--disable-background-networking',
  '--disable-dev-shm-usage',
  '--disable-gpu',
  '--renderer-process-limit=2',
  '--js-flags=--max-old-space-size=512',
];

/** Peer connections, and all that a page could send behind the back of `page.route`, are gone before its scripts run. */
const WITHOUT_PEERS = `for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection', 'RTCDataChannel', 'WebTransport', 'WebSocketStream'])
  try { delete globalThis[name]; } catch {}`;

/** A renderer, and a way to end its browser the hard way, as a crash would. */
export function openRenderer({ settings, userAgent, env }: RendererOptions): PageRenderer & { kill(): void } {
  let browser: Promise<Browser> | null = null;
  let context: BrowserContext | null = null;
  let pages = 0;
  let closed = false;
  let queue: Promise<unknown> = Promise.resolve();

  async function launch(): Promise<Browser> {
    const executablePath = await findChromium(env);
    if (executablePath === null)
      throw new EnvironmentError(`No Chromium was found on this machine. ${HOW_TO_INSTALL}.`, {
        code: 'NO_BROWSER',
      });
    const { chromium } = await import('playwright-core');
    // Chromium's sandbox needs an ordinary user; as root (in a container) it would not start with it.
    const root = process.getuid?.() === 0;
    const started = await chromium
      .launch({
        executablePath,
        headless: true,
        chromiumSandbox: !root,
        args: [...ARGUMENTS, ...(root ? ['--no-sandbox'] : [])],
        proxy: { server: NOWHERE, bypass: '<-loopback>' },
        env: harmless(env),
        handleSIGINT: false,
        handleSIGTERM: false,
        handleSIGHUP: false,
      })
      .catch((error: unknown) => {
        throw new EnvironmentError(
          `${executablePath} did not start: ${messageOf(error).split('\n')[0]}. ${HOW_TO_INSTALL}.`,
          { code: 'NO_BROWSER', cause: error },
        );
      });
    started.on('disconnected', () => {
      browser = null;
      context = null;
    });
    return started;
  }

  async function freshPage(): Promise<Page> {
    browser ??= launch().catch((error: unknown) => {
      browser = null;
      throw error;
    });
    const running = await browser;
    if (context !== null && pages >= settings.pages_per_context) {
      await context.close().catch(() => undefined);
      context = null;
    }
    if (context === null) {
      pages = 0;
      context = await running.newContext({
        userAgent,
        serviceWorkers: 'block',
        acceptDownloads: false,
        locale: 'en-US',
        viewport: { width: 1280, height: 1600 },
      });
      await context.addInitScript(WITHOUT_PEERS);
      // Not connected to a server, a routed socket is open to nobody.
      await context.routeWebSocket(/.*/, (socket) => void socket.close({ code: 1000 }));
    }
    pages += 1;
    return context.newPage();
  }

  async function once(job: RenderJob): Promise<Rendered> {
    const page = await freshPage();
    try {
      const crashed = new Promise<never>((_, reject) => {
        page.on('crash', () => reject(new Crash('the page crashed')));
        page
          .context()
          .browser()
          ?.on('disconnected', () => reject(new Crash('the browser ended')));
      });
      crashed.catch(() => undefined);
      const requests = new PageRequests(page, job, settings);
      await requests.open();
      return await Promise.race([drivePage(page, job, requests, settings), crashed]);
    } finally {
      await page.close({ runBeforeUnload: false }).catch(() => undefined);
    }
  }

  /** A crash is survived once a page; what ends the browser twice is the page's own doing. */
  async function survived(job: RenderJob): Promise<Rendered> {
    for (let attempt = 1; ; attempt += 1) {
      if (closed || job.signal.aborted) throw new Interrupted();
      try {
        return await once(job);
      } catch (error) {
        if (job.signal.aborted) throw new Interrupted();
        if (error instanceof EnvironmentError) throw error;
        const gone =
          error instanceof Crash ||
          /(?:has been closed|Target closed|Browser closed|crashed)/i.test(messageOf(error));
        if (!gone) throw error;
        context = null;
        if (attempt >= 2)
          throw new RetryLater(`${job.url}: the browser ended twice while it drew the page`, {
            code: 'BROWSER_CRASH',
            cause: error,
          });
      }
    }
  }

  return {
    // One page at a time: memory stays bounded, and the site's limit is the bound anyway.
    render(job) {
      const turn = queue.then(() => survived(job));
      queue = turn.catch(() => undefined);
      return turn;
    },
    kill() {
      void browser
        ?.then((running) => running.newBrowserCDPSession().then((s) => s.send('Browser.crash' as never)))
        .catch(() => undefined);
    },
    async close() {
      closed = true;
      const running = await browser?.catch(() => null);
      await running?.close().catch(() => undefined);
    },
  };
}

class Crash extends Error {}

/** The browser needs no key of ours. */
function harmless(env: NodeJS.ProcessEnv): Record<string, string> {
  const names = [
    'PATH',
    'HOME',
    'LANG',
    'TMPDIR',
    'TEMP',
    'TMP',
    'SYSTEMROOT',
    'LD_LIBRARY_PATH',
    'FONTCONFIG_PATH',
  ];
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}
