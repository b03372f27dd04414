/** Text as windows-1252 bytes. */

// 0x80 to 0x9f; the gaps are code points that stand for themselves
const HIGH = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';
const BYTE = new Map([...HIGH].map((ch, i) => [ch, 0x80 + i]));

/** What the code page lacks becomes a character reference, as browsers and CMSs send it. */
export function encode1252(text: string): Buffer {
  const safe = text.replace(/[^\p{ASCII}\u00a0-\u00ff]/gu, (ch) =>
    BYTE.has(ch) ? ch : `&#${ch.codePointAt(0)};`,
  );
  return Buffer.from(Uint8Array.from(safe, (ch) => BYTE.get(ch) ?? ch.charCodeAt(0)));
}

/** The way back, by hand: some versions of Node take the code page for latin1. */
export const decode1252 = (bytes: Uint8Array): string =>
  Array.from(bytes, (b) => (b >= 0x80 && b <= 0x9f ? HIGH[b - 0x80] : String.fromCharCode(b))).join('');
