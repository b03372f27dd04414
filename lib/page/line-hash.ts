/** Lines of a page as hashes, built from the pieces of text that a streaming parser gives. */
import { squash } from './text.js';

/** What is gathered on the way. */
interface Read {
  textLength: number;
  mainLength: number;
  lines: number[];
  statedTotal: number | null;
  text: string[];
}

/** Lines of one page that are kept. */
const MOST_LINES = 5_000;

/** A total stated in words, on a short line. */
const TOTAL_OF = /\b\d[\d,]*\s*(?:-|–|—|to|through)\s*\d[\d,]*\s+of\s+(?:about\s+)?(\d[\d,]*)\b/i;
const TOTAL_FOUND =
  /(?:^|\s)(\d[\d,]*)\s*(?:total\s+)?(?:members?|compan(?:y|ies)|records?(?:\(s\))?|results?|listings?|matches|entries|suppliers)\b(?:\(s\))?\s*(?:were\s+|was\s+)?(?:found|listed|total|match\w*|in\s+(?:the|our)\s+directory)/i;

/** Builds lines out of text pieces and hashes them (FNV-1a): white space counts once, numbers count as equal. */
export class LineHash {
  counts = true;
  private hash = 0x811c9dc5;
  private length = 0;
  private gap = false;
  private digits = false;
  private first = 0x811c9dc5;
  private second = 0x1b873593;
  private text = '';
  private readonly skim: Read;
  private readonly keep: boolean;

  constructor(skim: Read, keep: boolean) {
    this.skim = skim;
    this.keep = keep;
  }

  add(data: string): void {
    let visible = 0;
    let { hash, gap } = this;
    let number = false;
    for (let i = 0; i < data.length; i += 1) {
      let c = data.charCodeAt(i);
      if (c <= 32 || c === 160) {
        gap = true;
        continue;
      }
      if (c >= 48 && c <= 57) {
        c = 48;
        this.digits = true;
        // A number counts as one digit, however long it is.
        if (number && !gap) {
          visible += 1;
          continue;
        }
        number = true;
      } else number = false;
      if (gap && this.length + visible > 0) hash = Math.imul(hash ^ 32, 0x01000193);
      gap = false;
      hash = Math.imul(hash ^ c, 0x01000193);
      visible += 1;
    }
    this.skim.textLength += visible;
    if (!this.counts) {
      this.gap = true;
      return;
    }
    this.hash = hash;
    this.gap = gap;
    this.length += visible;
    this.skim.mainLength += visible;
    if (this.text.length < 2_000) this.text += data;
  }

  end(): void {
    if (this.length > 1) {
      const { skim } = this;
      const hash = this.hash >>> 0;
      if (skim.lines.length < MOST_LINES) skim.lines.push(hash);
      this.first = Math.imul(this.first ^ hash, 0x01000193);
      this.second = Math.imul(this.second, 31) + hash;
      if (this.digits && skim.statedTotal === null && this.length < 200) {
        const total = TOTAL_OF.exec(this.text)?.[1] ?? TOTAL_FOUND.exec(this.text)?.[1];
        if (total) skim.statedTotal = Number(total.replaceAll(',', ''));
      }
      if (this.keep) skim.text.push(squash(this.text));
    }
    this.hash = 0x811c9dc5;
    this.length = 0;
    this.gap = false;
    this.digits = false;
    this.text = '';
  }

  /** With the addresses of links where there is next to no text (a wall of logos). */
  fingerprint(links: readonly { url: string; context: string }[]): string {
    for (const link of links) {
      if (link.context !== 'main') continue;
      this.add(link.url);
      this.length = Math.max(this.length, 2);
      this.first = Math.imul(this.first ^ (this.hash >>> 0), 0x01000193);
    }
    return `${(this.first >>> 0).toString(36)}-${(this.second >>> 0).toString(36)}`;
  }
}
