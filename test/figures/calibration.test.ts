/** Confidence is fitted to how often verdicts of a lead are right, and written into the config without touching the rest. */
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { configFolder, loadClassification, loadConfig } from '../../lib/config.js';
import { calibrated } from '../../lib/page/classify-weights.js';
import { expectedError, fitPoints, type Judged, writePoints } from '../bench/extract/calibration.js';
import { tempFolder } from '../support/lake.js';

/** Verdicts of every lead, of which the share that `truth` says is right. */
const verdicts = (truth: (lead: number) => number): Judged[] =>
  [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95].flatMap((lead) =>
    Array.from({ length: 200 }, (_, i) => ({ page: `${lead}-${i}`, lead, right: i < truth(lead) * 200 })),
  );

test('verdicts that are right more often than they lead become surer, and no less ordered', () => {
  const timid = verdicts((lead) => Math.sqrt(lead));
  const points = fitPoints(timid);
  expect(expectedError(timid, (one) => one.lead)).toBeGreaterThan(0.1);
  expect(expectedError(timid, (one) => calibrated(one.lead, points))).toBeLessThan(0.02);
  for (const [i, [, sure]] of points.entries()) expect(sure).toBeGreaterThanOrEqual(points[i - 1]?.[1] ?? 0);
});

test('verdicts that lead further than they are right become less sure', () => {
  const bold = verdicts((lead) => lead ** 2);
  const points = fitPoints(bold);
  expect(expectedError(bold, (one) => calibrated(one.lead, points))).toBeLessThan(0.05);
  expect(calibrated(0.6, points)).toBeLessThan(0.5);
});

test('a lead that says nothing, or the wrong way round, gives one confidence for all', () => {
  const wrongWay = verdicts((lead) => 1 - lead);
  const points = fitPoints(wrongWay);
  expect(new Set(points.map(([, sure]) => sure)).size).toBe(1);
  expect(points[0]![1]).toBeCloseTo(wrongWay.filter((one) => one.right).length / wrongWay.length, 2);
});

test('pages that were all read rightly are not certain', () => {
  const points = fitPoints(verdicts(() => 1).slice(0, 20));
  const sure = calibrated(0.9, points);
  expect(sure).toBeGreaterThan(0.8);
  expect(sure).toBeLessThan(1);
});

test('the error weighs a bin by its pages: sure of 0.9, right in half of them', () => {
  const of = [true, false, true, false].map((right, i) => ({ page: String(i), lead: 0.9, right }));
  expect(expectedError(of, (one) => one.lead)).toBeCloseTo(0.4);
});

test('the points go into the file, which is otherwise left as it stands, and are read from it', async () => {
  const folder = path.join(await tempFolder(), 'config');
  await fs.cp(configFolder(), folder, { recursive: true });
  const file = path.join(folder, 'classification.yaml');
  const before = await fs.readFile(file, 'utf8');
  const points = fitPoints(verdicts((lead) => lead));
  writePoints(file, points);
  writePoints(file, points); // again, over its own lines
  const after = await fs.readFile(file, 'utf8');
  const head = (text: string) => text.slice(0, text.search(/^calibration:/m));
  expect(head(after)).toBe(head(before));
  expect((await loadClassification(await loadConfig(folder))).calibration).toEqual(points);
});
