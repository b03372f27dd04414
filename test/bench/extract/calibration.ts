/**
 * How sure a verdict on a page's type is: the lead of the winning type, fitted to how often such verdicts are right on
 * pages whose type is known (Platt's method: a logistic curve of two parameters, on smoothed targets), and judged on
 * pages that took no part in the fit.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { type Config, loadClassification, loadConfig, loadPlatforms } from '../../../lib/config.js';
import { UserError } from '../../../lib/errors.js';
import { classifyPage } from '../../../lib/page/classify.js';
import { calibrated } from '../../../lib/page/classify-weights.js';
import type { ClassificationWeights, PageInput } from '../../../lib/page/types.js';
import { decodeText } from '../../../lib/web/charset.js';
import { goldenCases, inputOf } from '../../sites/cases.js';
import type { ExtractOptions } from '../bench-extract.js';
import { atMost, type Floored } from '../crawl/floors.js';

/** A verdict on a page whose type is known. */
export interface Judged {
  page: string;
  /** Share of the winning type among all, before any calibration. */
  lead: number;
  right: boolean;
}

export type Points = ClassificationWeights['calibration'];

const FOLDS = 5;
const BINS = 10;
/** Leads at which the curve is written down. */
const LEADS = [0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1];

export async function calibration({ pages, writeConfig }: ExtractOptions): Promise<Floored> {
  const config = await loadConfig();
  const weights = await loadClassification(config);
  const sets = new Map<string, Judged[]>([['golden pages', await goldenVerdicts(config, weights)]]);
  if (pages !== null) {
    sets.set('business pages', await businessVerdicts(path.resolve(pages), config, weights));
    sets.set('listings', await listingVerdicts(path.resolve(pages), config, weights));
  }
  const all = [...sets.values()].flat();
  const held = outOfFold(all);
  const points = fitPoints(all);
  if (writeConfig) {
    if (pages === null)
      throw new UserError(
        '--write-config wants --pages too: the golden pages alone were made to be read rightly.',
      );
    writePoints(path.join(config.folder, 'classification.yaml'), points);
  }
  const configured = writeConfig ? points : weights.calibration;
  const row = (name: string, of: readonly Judged[], sure: (one: Judged) => number) => [
    name,
    String(of.length),
    share(of.filter((one) => one.right).length / of.length),
    share(mean(of.map(sure))),
    share(expectedError(of, sure)),
    share(mean(of.map((one) => (sure(one) - (one.right ? 1 : 0)) ** 2))),
  ];
  const ofFold = (one: Judged) => calibrated(one.lead, held.get(one.page) ?? []);
  return {
    section: {
      title: 'Classification: how sure it is',
      command: `npm run bench:extract -- --only calibration${pages === null ? '' : ' --pages <folder>'}`,
      about: `The confidence of a page's type against how often it is right. As led: the lead of the winning type as it is. Fitted: by a curve made from the other four fifths of the pages. As configured: by the points in config/classification.yaml, made from all of them. Expected calibration error over ${BINS} bins of equal width. Weights were chosen looking at the golden pages and two thirds of the others, so verdicts on pages of other kinds are somewhat less sure than this.`,
      tables: [
        {
          head: ['pages', 'how many', 'types right', 'mean confidence', 'calibration error', 'Brier score'],
          rows: [
            ...[...sets].map(([name, of]) => row(`${name}, fitted`, of, ofFold)),
            row('all, as led', all, (one) => one.lead),
            row('all, fitted', all, ofFold),
            row('all, as configured', all, (one) => calibrated(one.lead, configured)),
          ],
        },
      ],
    },
    figures:
      pages === null
        ? []
        : [
            atMost(
              'page types, calibration error on pages kept aside',
              expectedError(all, ofFold),
              0.1,
              share,
            ),
          ],
  };
}

/** The curve through these verdicts as points; it never falls. Platt 1999, with the targets smoothed as there. */
export function fitPoints(of: readonly Judged[]): Points {
  const right = of.filter((one) => one.right).length;
  const target = (one: Judged) => (one.right ? (right + 1) / (right + 2) : 1 / (of.length - right + 2));
  let slope = 1;
  let offset = 0;
  // Newton's method on the log loss; the bit on the diagonal keeps it defined where all verdicts are alike.
  for (let round = 0; round < 100; round += 1) {
    let [g0, g1, h00, h01, h11] = [0, 0, 1e-6, 0, 1e-6];
    for (const one of of) {
      const x = logit(one.lead);
      const p = sigmoid(slope * x + offset);
      const w = Math.max(p * (1 - p), 1e-9);
      g0 += (p - target(one)) * x;
      g1 += p - target(one);
      h00 += w * x * x;
      h01 += w * x;
      h11 += w;
    }
    const determinant = h00 * h11 - h01 * h01;
    const [bySlope, byOffset] = [(h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant];
    slope -= Math.max(-1, Math.min(1, bySlope));
    offset -= Math.max(-1, Math.min(1, byOffset));
    if (Math.abs(bySlope) + Math.abs(byOffset) < 1e-9) break;
  }
  if (slope < 0) {
    // A greater lead is never less sure: what is left is how often verdicts are right at all.
    slope = 0;
    offset = logit(mean(of.map(target)));
  }
  return LEADS.map((lead) => [lead, Math.round(sigmoid(slope * logit(lead) + offset) * 1000) / 1000]);
}

/** For each page the points that the pages of the other folds give. */
function outOfFold(of: readonly Judged[]): Map<string, Points> {
  const foldOf = ({ page }: Judged) => createHash('sha256').update(page).digest()[0]! % FOLDS;
  const points = new Map<string, Points>();
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const made = fitPoints(of.filter((one) => foldOf(one) !== fold));
    for (const one of of) if (foldOf(one) === fold) points.set(one.page, made);
  }
  return points;
}

/** Expected calibration error: distance of confidence and share of right ones by bin, weighed by the bin's size. */
export function expectedError(of: readonly Judged[], sure: (one: Judged) => number): number {
  const bins = Array.from({ length: BINS }, () => ({ n: 0, sure: 0, right: 0 }));
  for (const one of of) {
    const confidence = sure(one);
    const bin = bins[Math.min(BINS - 1, Math.floor(confidence * BINS))]!;
    bin.n += 1;
    bin.sure += confidence;
    bin.right += one.right ? 1 : 0;
  }
  return bins.reduce((sum, bin) => sum + Math.abs(bin.sure - bin.right), 0) / of.length;
}

/** Replaces the points in the file and leaves everything else of it as it stands. */
export function writePoints(file: string, points: Points): void {
  const text = readFileSync(file, 'utf8');
  const block = /^calibration:.*\n?(?:[ \t]+.*\n?)*/m;
  if (!block.test(text)) throw new UserError(`${file} has no line that begins with calibration:`);
  const lines = points.map(([lead, probability]) => `  - [${lead}, ${probability}]\n`).join('');
  writeFileSync(file, text.replace(block, `calibration:\n${lines}`));
}

function judge(page: string, type: string, input: PageInput): Judged {
  const uncalibrated = { ...input, weights: { ...input.weights, calibration: [] } };
  const { page_type, confidence } = classifyPage(uncalibrated);
  return { page, lead: confidence, right: page_type === type };
}

async function goldenVerdicts(config: Config, weights: ClassificationWeights): Promise<Judged[]> {
  const platforms = await loadPlatforms(config);
  return goldenCases().map((one) =>
    judge(one.name, one.expected.page_type, { ...inputOf(one, platforms), weights }),
  );
}

/** Pages of firms, of one kind all. */
async function businessVerdicts(
  folder: string,
  config: Config,
  weights: ClassificationWeights,
): Promise<Judged[]> {
  const labels = z
    .record(z.string(), z.object({ url: z.string().nullable() }))
    .parse(JSON.parse(readFileSync(path.join(folder, 'business', 'labels.json'), 'utf8')));
  const platforms = await loadPlatforms(config);
  return Object.entries(labels).map(([name, { url }]) =>
    judge(name, 'company', {
      ...pageAt(path.join(folder, 'business', `${name}.html`), url ?? 'https://example.org/'),
      platforms,
      weights,
    }),
  );
}

async function listingVerdicts(
  folder: string,
  config: Config,
  weights: ClassificationWeights,
): Promise<Judged[]> {
  const labels = path.join(folder, 'listings', 'labels');
  const platforms = await loadPlatforms(config);
  return readdirSync(labels)
    .filter((file) => file.endsWith('.json'))
    .map((file) => {
      const { page_type, page_url_guess } = z
        .object({ page_type: z.string(), page_url_guess: z.string() })
        .parse(JSON.parse(readFileSync(path.join(labels, file), 'utf8')));
      const name = file.replace(/\.json$/, '');
      const url = /^https?:\/\/[^\s…]+/.exec(page_url_guess)?.[0] ?? 'https://example.org/';
      return judge(name, page_type, {
        ...pageAt(path.join(folder, 'listings', `${name}.html`), url),
        platforms,
        weights,
      });
    });
}

const pageAt = (file: string, url: string): Omit<PageInput, 'weights' | 'platforms'> => ({
  url,
  html: decodeText(readFileSync(file), null).text,
  contentType: 'text/html',
  now: '2026-01-15T12:00:00.000Z',
  selectors: null,
  siteName: null,
});

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const logit = (p: number): number => {
  const inside = Math.min(0.995, Math.max(0.005, p));
  return Math.log(inside / (1 - inside));
};
const mean = (list: readonly number[]): number => list.reduce((sum, n) => sum + n, 0) / list.length;
const share = (n: number): string => n.toFixed(3);
