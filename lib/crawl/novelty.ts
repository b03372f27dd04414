/** Has a page said anything that no page said before it? Remembers the lines of all pages in a fixed amount of memory. */

/** A Bloom filter of 8 MB: at six million lines, one in 250 that is new counts as known. */
const BITS = 2 ** 26;
const PROBES = 4;

export class Novelty {
  private readonly bits = new Uint32Array(BITS / 32);

  /** How many of these lines were new. They are known from now on. */
  learn(lines: readonly number[]): number {
    let fresh = 0;
    for (const line of lines) if (this.remember(line)) fresh += 1;
    return fresh;
  }

  private remember(line: number): boolean {
    // Two hashes give all probes (Kirsch and Mitzenmacher).
    let at = Math.imul(line ^ (line >>> 16), 0x85ebca6b) >>> 0;
    const step = (Math.imul(line ^ (line >>> 13), 0xc2b2ae35) >>> 0) | 1;
    let fresh = false;
    for (let i = 0; i < PROBES; i += 1) {
      const bit = at & (BITS - 1);
      const mask = 1 << (bit & 31);
      if ((this.bits[bit >>> 5]! & mask) === 0) {
        this.bits[bit >>> 5]! |= mask;
        fresh = true;
      }
      at = (at + step) >>> 0;
    }
    return fresh;
  }
}
