/** Technologies of a company from the pages of its own site: marks of the web, and sentences about the ERP. */
import type { FingerprintsFile } from './config.js';
import type { ErpMatcher, ErpMention } from './erp.js';
import { SPEAKS_FOR } from './erp-direction.js';
import { matchFingerprints } from './fingerprints.js';
import type { PageFacts } from './page-facts.js';
import type { TechnologyRow } from './provider.js';

export interface SiteTables {
  vendors: ErpMatcher;
  fingerprints: FingerprintsFile;
  /** Weaker ERP evidence is no evidence. */
  minConfidence: number;
}

interface Found {
  mention: ErpMention;
  url: string;
}

export function siteRows(
  pages: readonly PageFacts[],
  domain: string,
  companyName: string | null,
  observedAt: string,
  tables: SiteTables,
): TechnologyRow[] {
  const rows = new Map<string, TechnologyRow>();
  const row = (
    name: string,
    rest: Pick<
      TechnologyRow,
      'category' | 'vendor' | 'vendor_id' | 'evidence' | 'evidence_url' | 'confidence'
    >,
  ) => {
    if (!rows.has(name.toLowerCase()))
      rows.set(name.toLowerCase(), {
        domain,
        name,
        provider: 'site',
        first_seen: null,
        last_seen: null,
        observed_at: observedAt,
        ...rest,
      });
  };
  for (const { mention, url } of systemsOf(pages, companyName, tables)) {
    row(mention.product, {
      category: mention.category,
      vendor: mention.vendor,
      vendor_id: mention.vendor_id,
      evidence: mention.evidence,
      evidence_url: url,
      confidence: mention.confidence,
    });
  }
  for (const mark of matchFingerprints(pages, tables.fingerprints)) {
    row(mark.name, {
      category: mark.category,
      vendor: mark.vendor,
      vendor_id: null,
      evidence: mark.evidence,
      evidence_url: mark.url,
      confidence: mark.confidence,
    });
  }
  return [...rows.values()];
}

/** The systems the pages speak for, each with its best sentence; what only speaks against use is left out. */
function systemsOf(
  pages: readonly PageFacts[],
  companyName: string | null,
  { vendors, minConfidence }: SiteTables,
): Found[] {
  const best = new Map<string, Found>();
  const left = new Set<string>();
  for (const page of pages) {
    const mentions = [
      ...vendors.find(page.text, { page: page.kind, companyName }),
      ...page.urls.flatMap((url) => vendors.portal(url) ?? []),
    ];
    for (const mention of mentions) {
      if (mention.direction === 'past') left.add(mention.vendor_id);
      if (!SPEAKS_FOR.has(mention.direction) || mention.confidence < minConfidence) continue;
      const known = best.get(mention.vendor_id);
      if (!known || mention.confidence > known.mention.confidence)
        best.set(mention.vendor_id, { mention, url: page.finalUrl });
    }
  }
  // "We moved from Sage 100 to Plex" outweighs an old job ad that still asks for Sage 100.
  const found = [...best.values()].filter(
    ({ mention }) => !(left.has(mention.vendor_id) && mention.confidence < 0.9),
  );
  return found.filter(
    ({ mention }) => !found.some((other) => other.mention !== mention && outdoes(other.mention, mention)),
  );
}

/** "Sage" beside "Sage 100" is the same system, said less exactly. */
function outdoes(other: ErpMention, mention: ErpMention): boolean {
  return (
    mention.product.includes('not named') &&
    other.vendor === mention.vendor &&
    !other.product.includes('not named')
  );
}
