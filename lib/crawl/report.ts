/** What a crawl came to: figures for the screen and for SQL, and the words on what it could not follow. */
import type { PhaseContext } from '../harness/recipe.js';
import type { Coverage, CoverageFigure } from './coverage.js';
import type { CrawlOutcome } from './crawl.js';

/** What is left out of every crawl and says nothing about its completeness. */
const ORDINARY = new Set(['offsite', 'kind', 'file', 'same_thing']);
/** A crawl that has seen less of the membership than this says so. */
const WORTH_A_WORD = 0.8;

const IN_WORDS: Readonly<Record<string, string>> = {
  robots: 'robots.txt closes them',
  nofollow: 'the site asks not to follow them',
  login: 'they ask for a login',
  depth: 'deeper than discovery.max_depth',
  repeat: 'further pages of lists that repeat themselves',
  trap: 'traps: calendars without end, session ids, filters that multiply',
  postback: 'lists that page by a script of the server (__doPostBack)',
  form: 'lists behind a form',
  offsite: 'other sites',
  kind: 'neither members nor events',
  file: 'files, not pages',
  same_thing: 'the same in another order or layout',
};

export async function tellFigures(
  phase: PhaseContext,
  crawled: { coverage: Coverage; outcome: CrawlOutcome; repeated: number },
): Promise<void> {
  const { association, lake, count, notice } = phase;
  const { outcome } = crawled;
  const figures = crawled.coverage.figures(association.expected_members);
  const figure = (measure: string) => figures.find((f) => f.measure === measure)?.value ?? 0;
  count('members seen', figure('members_seen'));
  count('members expected', association.expected_members);

  const left = await leftOut(phase);
  if (outcome.left > 0) count('left out by budget', outcome.left);
  if (outcome.trapped > 0) count('left out as traps', outcome.trapped);
  for (const { reason, urls } of left) if (!ORDINARY.has(reason)) count(`left out: ${reason}`, urls);
  await lake.write('crawl_figures', [
    ...figures,
    { measure: 'repeated_pages', value: crawled.repeated, basis: 'pages that said what was known already' },
    ...leftOutFigures(left, outcome),
  ]);

  const closed = await lake.query(
    `SELECT any_value(from_url) AS page, any_value(anchor_text) AS words, count(DISTINCT from_url) AS pages, decision
     FROM ${await lake.soFar('links')} WHERE decision IN ('postback', 'form') GROUP BY decision, to_url ORDER BY pages DESC LIMIT 5`,
  );
  for (const { page, words, decision } of closed)
    notice(
      'NOT_FOLLOWED',
      `${page}: ${decision === 'postback' ? 'a pager that only a script of the server answers (__doPostBack)' : `a form (${words})`} may lead to more records; it is not followed`,
    );
  const share = figure('coverage');
  if (share < WORTH_A_WORD)
    notice(
      'COVERAGE',
      `about ${figure('members_seen')} of ${association.expected_members} expected members were seen (${basisOf(figures)}); see crawl_figures and links.decision for what was left out`,
    );
}

const basisOf = (figures: readonly CoverageFigure[]) =>
  figures.find((f) => f.measure === 'members_seen')?.basis ?? '';

interface LeftOut {
  reason: string;
  urls: number;
}

/** Addresses that were seen and not fetched, by reason; one that was followed from elsewhere does not count. */
async function leftOut({ lake }: PhaseContext): Promise<LeftOut[]> {
  const links = await lake.soFar('links');
  const rows = await lake.query(
    `WITH followed AS (SELECT to_url FROM ${links} WHERE decision IN ('followed', 'adopted') UNION SELECT url FROM ${await lake.soFar('pages')})
     SELECT split_part(decision, ':', 1) AS reason, count(DISTINCT to_url) AS urls FROM ${links}
     WHERE decision NOT IN ('followed', 'adopted') AND (context <> 'endpoint' OR decision = 'robots')
       AND (decision IN ('postback', 'form') OR to_url NOT IN (SELECT to_url FROM followed))
     GROUP BY reason ORDER BY urls DESC, reason`,
  );
  return rows.map((row) => ({ reason: String(row.reason), urls: Number(row.urls) }));
}

function leftOutFigures(left: readonly LeftOut[], { left: budget, trapped }: CrawlOutcome): CoverageFigure[] {
  return [
    { measure: 'left_out:budget', value: budget, basis: 'pages still waiting when max_pages was reached' },
    {
      measure: 'left_out:trap_waiting',
      value: trapped,
      basis: 'pages that turned out to be traps while they waited',
    },
    ...left.map(({ reason, urls }) => ({
      measure: `left_out:${reason}`,
      value: urls,
      basis: `addresses: ${IN_WORDS[reason] ?? reason}`,
    })),
  ];
}
