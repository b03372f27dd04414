/** The proof of a crawl as text: what was found of what is allowed, and what was asked that should not have been. */
import { sanitise } from '../../lib/ui/sanitise.js';
import type { Styles } from '../../lib/ui/styles.js';
import { tableLines } from '../../lib/ui/table.js';
import type { AssociationCrawl, CrawlResult } from './crawl.js';
import { missLines } from './print.js';
import type { Miss } from './score.js';

/** Offences shown of each kind; `--json` has them all. */
const SHOWN = 10;

/** Lines of the proof; of the misses, those of pages and members, which is what a crawl answers for. */
export function crawlLines(crawl: CrawlResult, misses: readonly Miss[], styles: Styles): string[] {
  const rows = Object.entries(crawl.associations).map(([code, a]) => [
    code,
    a.verdict ?? 'none',
    `${a.pages.found} of ${a.pages.allowed}`,
    `${a.members.found} of ${a.members.allowed}`,
    String(a.requests),
    remark(a),
  ]);
  const { pages, members } = crawl;
  rows.push([
    'all',
    '',
    `${pages.found} of ${pages.allowed}`,
    `${members.found} of ${members.allowed}`,
    String(crawl.requests),
    '',
  ]);
  const columns = [
    ...['association', 'verdict'].map((name) => ({ name, align: 'left' as const })),
    ...['pages found', 'members found', 'requests'].map((name) => ({ name, align: 'right' as const })),
    { name: '', align: 'left' as const },
  ];
  const faults = Object.entries(crawl.by_fault).sort(([, a], [, b]) => b - a);
  return [
    styles.bold(
      `Crawled with faults ${crawl.faults_dial}, in ${crawl.processes} ${crawl.processes === 1 ? 'process' : 'processes'}, time ${crawl.speed} times as fast, in ${crawl.rounds.length} steps`,
    ),
    '',
    ...tableLines(columns, rows, { width: null, styles }),
    '',
    `${crawl.faults} of ${crawl.requests} requests met a fault${faults.length > 0 ? `: ${faults.map(([name, n]) => `${n} ${name}`).join(', ')}` : ''}.`,
    ...offences(
      crawl.forbidden,
      'Nothing was asked that robots.txt, verdicts or guards forbid.',
      'requests were forbidden',
      (f) => `${f.why}: ${f.url} at ${f.at} (${f.detail})`,
      styles,
    ),
    ...offences(
      crawl.too_fast,
      `No domain was asked more in any stretch of time than limit × length + 1 (${crawl.tolerance_seconds} s of the crawler’s time granted to the machine).`,
      'domains were asked too fast',
      (r) => `${r.domain}: ${r.requests} requests in ${r.seconds} s from ${r.at}, at most ${r.most} allowed`,
      styles,
    ),
    ...offences(
      crawl.too_early,
      'Nothing was asked before the end of a pause that a server had asked for.',
      'pauses were cut short',
      (e) => `${e.url} at ${e.at}: ${e.asked} s asked, the next request came after ${e.came_after} s`,
      styles,
    ),
    ...missLines(
      misses.filter((m) => m.kind === 'missing' && (m.measure === 'pages' || m.measure === 'members')),
      styles,
    ),
    '',
    crawl.ok ? 'All that is allowed was found, and nothing else was asked.' : styles.red(verdict(crawl)),
  ];
}

function remark(a: AssociationCrawl): string {
  if (a.why_closed === null) return '';
  return a.pages_withheld > 0
    ? `${a.why_closed}; ${a.pages_withheld} open pages wait for a person`
    : a.why_closed;
}

function verdict({ pages, members, forbidden, too_fast, too_early }: CrawlResult): string {
  const missing = [
    ...(pages.found < pages.allowed ? [`${pages.allowed - pages.found} pages`] : []),
    ...(members.found < members.allowed ? [`${members.allowed - members.found} members`] : []),
  ];
  const offended = forbidden.length + too_fast.length + too_early.length;
  return [
    ...(missing.length > 0 ? [`Not found: ${missing.join(' and ')}; \`--misses 5\` names some.`] : []),
    ...(offended > 0 ? ['The crawl did what it must not do.'] : []),
  ].join(' ');
}

function offences<T>(
  list: readonly T[],
  none: string,
  what: string,
  line: (item: T) => string,
  styles: Styles,
): string[] {
  if (list.length === 0) return [none];
  const more = list.length - SHOWN;
  return [
    styles.red(`${list.length} ${what}:`),
    ...list.slice(0, SHOWN).map((item) => `  ${sanitise(line(item))}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}
