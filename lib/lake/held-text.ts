/**
 * A long text that waits for its part: its bytes lie outside the heap, where no collection moves or counts them, and it
 * is a string again for the moment in which it is written.
 */

/** Shorter texts, in characters, are held as they are. */
export const LONG_TEXT = 4_096;

export class HeldText {
  /** UTF-8; a lone surrogate has become U+FFFD, as in every text of the lake. */
  readonly bytes: Buffer;

  constructor(text: string) {
    this.bytes = Buffer.from(text);
  }

  toString(): string {
    return this.bytes.toString();
  }
}
