/** Bytes to text: by byte order mark, header, `<meta>`, then by looking. The label `iso-8859-1` means windows-1252 (WHATWG). */

/** How far into a page a `<meta charset>` is looked for, bytes (the HTML standard asks for 1024; pages run over). */
const PRESCAN_BYTES = 4096;

export function decodeText(body: Uint8Array, contentType: string | null): { text: string; charset: string } {
  const bom = byteOrderMark(body);
  if (bom) return { text: new TextDecoder(bom).decode(body), charset: bom };
  const labelled = label(/charset\s*=\s*["']?([\w.:-]+)/i.exec(contentType ?? '')?.[1]) ?? metaLabel(body);
  const valid = isUtf8(body);
  // Mislabelled both ways: valid UTF-8 beyond ASCII is hardly ever anything else, and a UTF-8 label on other bytes is a lie.
  if (valid && (labelled === null || labelled === 'utf-8' || ONE_OCTET_A_LETTER.test(labelled))) {
    return { text: new TextDecoder('utf-8').decode(body), charset: 'utf-8' };
  }
  const charset = labelled === null || labelled === 'utf-8' ? 'windows-1252' : labelled;
  const text = new TextDecoder(charset).decode(body);
  return { text: charset === 'windows-1252' ? withQuotes(text) : text, charset };
}

/** In the others (GBK, Shift_JIS …) short words may be valid UTF-8 by accident. */
const ONE_OCTET_A_LETTER = /^(?:windows-(?:125\d|874)|iso-8859-|koi8-|ibm866|macintosh|x-mac-)/;

/** What windows-1252 has at 0x80 to 0x9F: Node 20 decodes them as the control characters of ISO-8859-1. */
const WINDOWS_1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';
const withQuotes = (text: string) =>
  text.replace(/[\u0080-\u009f]/g, (c) => WINDOWS_1252[c.charCodeAt(0) - 0x80]!);

function byteOrderMark(body: Uint8Array): string | null {
  if (body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf) return 'utf-8';
  if (body[0] === 0xff && body[1] === 0xfe) return 'utf-16le';
  if (body[0] === 0xfe && body[1] === 0xff) return 'utf-16be';
  return null;
}

function metaCharset(body: Uint8Array): string | undefined {
  const head = Buffer.from(body.subarray(0, PRESCAN_BYTES)).toString('latin1');
  return (
    /<meta\s[^>]*charset\s*=\s*["']?\s*([\w.:-]+)/i.exec(head)?.[1] ??
    /^<\?xml[^>]*encoding\s*=\s*["']([\w.:-]+)/.exec(head)?.[1]
  );
}

/** What the page says of itself. It was read as ASCII to get there, so UTF-16 cannot be true (HTML standard: UTF-8). */
function metaLabel(body: Uint8Array): string | null {
  const named = label(metaCharset(body));
  return named?.startsWith('utf-16') ? 'utf-8' : named;
}

/** The decoder's own name of a label; null for one that nobody knows. */
function label(name: string | undefined): string | null {
  if (!name) return null;
  try {
    return new TextDecoder(name).encoding;
  } catch {
    return null;
  }
}

/** True for bytes that are UTF-8 from the first to the last. */
export function isUtf8(body: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(body);
    return true;
  } catch {
    return false;
  }
}
