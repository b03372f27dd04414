/** The drift of a source as a page for people: `monitoring/reports/<job>/<association>.md`. */
import path from 'node:path';
import type { Association } from '../config.js';
import type { AnyRow } from '../lake/duck.js';
import { writeAtomically } from '../lake/files.js';
import { reportsFolder } from '../lake/paths.js';

interface Report {
  jobId: string;
  association: Association;
  drift: readonly AnyRow[];
  at: Date;
}

export async function writeDriftReport(root: string, report: Report): Promise<void> {
  const { jobId, association, drift, at } = report;
  const rows = drift.map(
    (d) =>
      `| ${[d.severity, d.page_type, d.url_pattern, d.measure, d.before, d.after, d.explanation].map(cell).join(' | ')} |`,
  );
  const body =
    rows.length === 0
      ? 'Nothing has drifted, or there is no earlier run to compare with.'
      : [
          '| severity | page type | pages | measure | before | after | in words |',
          '|---|---|---|---|---|---|---|',
          ...rows,
        ].join('\n');
  const text = `# Drift of ${association.code} (${association.name})\n\nJob ${jobId}, ${at.toISOString()}.\n\n${body}\n`;
  await writeAtomically(path.join(reportsFolder(root), jobId, `${association.code}.md`), text);
}

/** Text of the web in a Markdown table: pipes, line breaks, markup and terminal codes lose their meaning. */
const cell = (value: unknown): string =>
  String(value ?? '')
    .replace(/\p{Cc}+/gu, ' ')
    .replace(/[|<>&`*_~[\]\\]/g, (c) => `\\${c}`);
