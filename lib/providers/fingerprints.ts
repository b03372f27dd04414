/** Web technologies by the marks of config/fingerprints.yaml. Plain text comparisons only: no pattern can run away. */
import type { Fingerprint, FingerprintsFile } from './config.js';
import type { PageFacts } from './page-facts.js';

export interface TechnologyMark {
  name: string;
  category: string;
  vendor: string | null;
  /** The mark, readable: `script www.googletagmanager.com/gtm.js`. */
  evidence: string;
  url: string;
  confidence: number;
}

/** Technologies of a site, one entry each, with the surest mark. */
export function matchFingerprints(pages: readonly PageFacts[], file: FingerprintsFile): TechnologyMark[] {
  const found = new Map<string, TechnologyMark>();
  for (const page of pages) {
    const urls = page.urls.map((url) => url.toLowerCase());
    for (const technology of file.technologies) {
      const known = found.get(technology.name);
      if (known && known.confidence >= 0.95) continue;
      const mark = markOf(page, urls, technology);
      if (mark && mark.confidence > (known?.confidence ?? 0)) {
        found.set(technology.name, {
          name: technology.name,
          category: technology.category,
          vendor: technology.vendor,
          url: page.finalUrl,
          ...mark,
        });
      }
    }
  }
  return [...found.values()];
}

function markOf(
  page: PageFacts,
  urls: readonly string[],
  t: Fingerprint,
): { evidence: string; confidence: number } | null {
  for (const [name, part] of Object.entries(t.headers)) {
    const value = page.headers[name];
    if (value?.toLowerCase().includes(part.toLowerCase()))
      return { evidence: `header ${name}: ${value.slice(0, 100)}`, confidence: 0.95 };
  }
  for (const [name, start] of Object.entries(t.meta)) {
    const value = page.meta[name.toLowerCase()];
    if (value?.toLowerCase().startsWith(start.toLowerCase()))
      return { evidence: `meta ${name}: ${value.slice(0, 100)}`, confidence: 0.95 };
  }
  const url = t.urls
    .map((part) => urls.find((u) => u.includes(part.toLowerCase())))
    .find((u) => u !== undefined);
  if (url !== undefined) return { evidence: `address ${url.slice(0, 160)}`, confidence: 0.9 };
  const cookie = t.cookies.find((start) => page.cookies.some((name) => name.startsWith(start)));
  if (cookie !== undefined) return { evidence: `cookie ${cookie}`, confidence: 0.9 };
  const script = t.scripts.find((part) => page.scripts.some((body) => body.includes(part)));
  if (script !== undefined) return { evidence: `inline script with ${script}`, confidence: 0.85 };
  const attribute = t.attributes.find((part) => page.attributes.includes(part));
  return attribute === undefined ? null : { evidence: `element with ${attribute}`, confidence: 0.7 };
}
