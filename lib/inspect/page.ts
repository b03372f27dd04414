/** One page read as EXTRACTION would read it, from a file or from text. */
import { promises as fs } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { UserError } from '../errors.js';
import { readPage } from '../page/read.js';
import type { AssociationSelectors, PlatformPack } from '../page/selectors.js';
import type { ClassificationWeights, PageInput } from '../page/types.js';
import { decodeText } from '../web/charset.js';

export const pageQuestion = z.object({
  file: z.string().nullish(),
  html: z.string().nullish(),
  /** Address the page was found at; links are resolved against it. */
  url: z.string().nullish(),
  content_type: z.string().nullish(),
  now: z.string().nullish(),
});

export interface PageContext {
  platforms: readonly PlatformPack[];
  weights: ClassificationWeights;
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

export type PageQuestion = z.output<typeof pageQuestion>;

/** The page as the readers take it. */
export async function pageInput(question: PageQuestion, context: PageContext): Promise<PageInput> {
  const { file, url, content_type } = question;
  return {
    url: url ?? (file ? pathToFileURL(file).href : 'https://example.org/'),
    html: question.html ?? decodeText(await bytesOf(file), content_type ?? null).text,
    contentType: content_type ?? null,
    now: question.now ?? new Date().toISOString(),
    selectors: context.selectors,
    platforms: context.platforms,
    weights: context.weights,
    siteName: context.siteName,
  };
}

export async function inspectPage(question: PageQuestion, context: PageContext): Promise<PageAnswer> {
  const input = await pageInput(question, context);
  return { file: question.file ?? null, url: input.url, ...readPage(input) };
}

async function bytesOf(file: string | null | undefined): Promise<Uint8Array> {
  if (file == null) throw new UserError('a page is given by `file` or by `html`');
  return fs.readFile(file).catch((error: unknown) => {
    throw new UserError(`Cannot read ${file}: ${(error as Error).message}`);
  });
}
