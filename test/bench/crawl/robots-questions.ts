/** A thousand questions about robots.txt, asked of `inspect` as a program: start-up, reading, parsing, answering. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { packageRoot } from '../../../lib/lake/package-root.js';
import { TSX } from '../measure.js';
import { count, duration, type Section, spreadRow } from '../report.js';
import { below, type Floored } from './floors.js';

export const QUESTIONS = 1_000;

export async function robotsQuestions({ quick }: { quick: boolean }): Promise<Floored> {
  const questions = Array.from({ length: QUESTIONS }, (_, i) => question(i));
  const bytes = questions.reduce((sum, q) => sum + q.robots_txt.length, 0);
  const times: number[] = [];
  for (let round = 0; round < (quick ? 2 : 5); round += 1) times.push(await ask(questions));
  const section: Section = {
    title: 'Questions about robots.txt',
    command: 'npm run bench:crawl -- --only robots',
    about: `\`inspect robots --batch\` with ${count(QUESTIONS)} questions, each with a robots.txt of its own (${Math.round(bytes / QUESTIONS / 1000)} KB on average, the largest ${Math.round(Math.max(...questions.map((q) => q.robots_txt.length)) / 1000)} KB; groups, wildcards, anchors, percent-encoding), from the start of the process to its end.`,
    tables: [
      {
        head: ['', 'min', 'median', 'max'],
        rows: [spreadRow(`${count(QUESTIONS)} questions`, times, duration)],
      },
    ],
  };
  return {
    section,
    figures: [below('inspect robots --batch, slowest round', Math.max(...times), 5_000, duration)],
  };
}

/** One round; throws unless every question has its answer and both verdicts occur. */
async function ask(questions: readonly object[]): Promise<number> {
  const started = performance.now();
  const child = spawn(process.execPath, [...TSX, 'scripts/inspect.ts', 'robots', '--batch'], {
    cwd: packageRoot(),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(questions.map((q) => `${JSON.stringify(q)}\n`).join(''));
  const answers = (await text(child.stdout))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: number; allowed?: boolean });
  const ms = performance.now() - started;
  const verdicts = new Set(answers.map((a) => a.allowed));
  if (answers.length !== questions.length || !verdicts.has(true) || !verdicts.has(false) || verdicts.size > 2)
    throw new Error(`${answers.length} answers, verdicts ${[...verdicts].join(', ')}`);
  return ms;
}

const PATHS = [
  '/private/',
  '/*.pdf$',
  '/search?*q=',
  '/a%20b/',
  '/members/*/edit',
  '/cart',
  '/wp-admin/',
  '/%7Eold/',
];

/** A robots.txt of a few lines to some thousand, and an address that some of its rules are about. */
function question(i: number) {
  const groups = 1 + (i % 7);
  const rules = i % 100 === 0 ? 4_000 : 5 + (i % 60);
  const lines: string[] = [];
  for (let g = 0; g < groups; g += 1) {
    lines.push(`User-agent: ${g === 0 ? '*' : g === 3 ? 'NAMIntelligenceBot' : `Other-${g}`}`);
    for (let r = 0; r < rules; r += 1) {
      const path = PATHS[(i + r * 3 + g) % PATHS.length]!;
      lines.push(
        `${(r + g) % 4 === 0 ? 'Allow' : 'Disallow'}: ${r % 5 === 0 ? path : `/section-${r}${path}`}`,
      );
    }
    if (g % 2 === 1) lines.push(`Crawl-delay: ${g}`);
    lines.push('');
  }
  lines.push('Sitemap: https://www.example.org/sitemap.xml');
  const asked = PATHS[i % PATHS.length]!.replaceAll('*', 'x').replace('$', '');
  return {
    id: i,
    robots_txt: lines.join(i % 2 === 0 ? '\n' : '\r\n'),
    user_agent: 'NAMIntelligenceBot/0.1',
    url: `https://www.example.org${i % 3 === 0 ? '/open/page.html' : asked}`,
  };
}
