/** One page read as EXTRACTION would read it, from a file or from text. */
import { promises as fs } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { UserError } from '../errors.js';
import { readPage } from '../page/read.js';
import type { AssociationSelectors, PlatformPack } from '../page/selectors.js';
import { decodeText } from '../web/charset.js';

export const pageQuestion = z.object({
  file: z.string().optional(),
  html: z.string().optional(),
  /** Address the page was found at; links are resolved against it. */
  url: z.string().optional(),
  content_type: z.string().optional(),
  now: z.string().optional(),
});

export interface PageContext {
  platforms: readonly PlatformPack[];
  selectors: AssociationSelectors | null;
  siteName: string | null;
}

export interface PageAnswer {
  file: string | null;
  url: string;
  page_type: string;
  confidence: number;
  [more: string]: unknown;
}

export async function inspectPage(
  question: z.output<typeof pageQuestion>,
  context: PageContext,
): Promise<PageAnswer> {
  const { file, url, content_type } = question;
  const html = question.html ?? decodeText(await bytesOf(file), content_type ?? null).text;
  const address = url ?? (file ? pathToFileURL(file).href : 'https://example.org/');
  const reading = readPage({
    url: address,
    html,
    contentType: content_type ?? null,
    now: question.now ?? new Date().toISOString(),
    selectors: context.selectors,
    platforms: context.platforms,
    siteName: context.siteName,
  });
  return { file: file ?? null, url: address, ...reading };
}

async function bytesOf(file: string | undefined): Promise<Uint8Array> {
  if (file === undefined) throw new UserError('a page is given by `file` or by `html`');
  return fs.readFile(file).catch((error: unknown) => {
    throw new UserError(`Cannot read ${file}: ${(error as Error).message}`);
  });
}
