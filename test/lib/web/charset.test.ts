import { describe, expect, test } from 'vitest';
import { decodeText } from '../../../lib/web/charset.js';

const bytes = (...parts: (string | number[])[]) =>
  Buffer.concat(parts.map((p) => (typeof p === 'string' ? Buffer.from(p, 'latin1') : Buffer.from(p))));
const utf8 = (text: string) => Buffer.from(text, 'utf8');

describe('bytes to text', () => {
  test.each<[string, Uint8Array, string | null, string, string]>([
    ['UTF-8 by header', utf8('Café'), 'text/html; charset=utf-8', 'Café', 'utf-8'],
    ['no label, valid UTF-8', utf8('Café'), 'text/html', 'Café', 'utf-8'],
    ['no label, no header', utf8('Café'), null, 'Café', 'utf-8'],
    ['no label, not UTF-8', bytes('Caf', [0xe9]), 'text/html', 'Café', 'windows-1252'],
    [
      'windows-1252 by header',
      bytes([0x93], 'x', [0x94]),
      'text/html; charset=windows-1252',
      '“x”',
      'windows-1252',
    ],
    ['iso-8859-1 means windows-1252', bytes([0x80]), 'text/html; charset=ISO-8859-1', '€', 'windows-1252'],
    ['a quoted label', bytes([0x80]), 'text/html; charset="windows-1252"', '€', 'windows-1252'],
    [
      'UTF-8 mislabelled as windows-1252',
      utf8('Müller – €'),
      'text/html; charset=iso-8859-1',
      'Müller – €',
      'utf-8',
    ],
    [
      'windows-1252 mislabelled as UTF-8',
      bytes('M', [0xfc], 'ller'),
      'text/html; charset=utf-8',
      'Müller',
      'windows-1252',
    ],
    ['UTF-8 mislabelled as windows-1250', utf8('Łódź'), 'text/html; charset=windows-1250', 'Łódź', 'utf-8'],
    ['UTF-8 mislabelled as iso-8859-15', utf8('5 €'), 'text/html; charset=iso-8859-15', '5 €', 'utf-8'],
    [
      'GBK that is UTF-8 by accident',
      bytes([0xc1, 0xaa, 0xcd, 0xa8]),
      'text/html; charset=gbk',
      '联通',
      'gbk',
    ],
    [
      'meta charset',
      bytes('<meta charset="iso-8859-2">', [0xb3]),
      'text/html',
      '<meta charset="iso-8859-2">ł',
      'iso-8859-2',
    ],
    [
      'meta http-equiv',
      bytes('<meta http-equiv="Content-Type" content="text/html; charset=shift_jis">', [0x83, 0x41]),
      null,
      '<meta http-equiv="Content-Type" content="text/html; charset=shift_jis">ア',
      'shift_jis',
    ],
    [
      'the header stands above meta',
      bytes('<meta charset="utf-8">', [0xb3]),
      'text/html; charset=iso-8859-2',
      '<meta charset="utf-8">ł',
      'iso-8859-2',
    ],
    [
      'XML declaration',
      bytes('<?xml version="1.0" encoding="ISO-8859-1"?><a>', [0xe9], '</a>'),
      null,
      '<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>',
      'windows-1252',
    ],
    [
      'a UTF-8 byte order mark goes',
      Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), utf8('é')]),
      'text/html; charset=iso-8859-1',
      'é',
      'utf-8',
    ],
    [
      'UTF-16LE by byte order mark',
      Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('Zoë', 'utf16le')]),
      'text/html; charset=utf-8',
      'Zoë',
      'utf-16le',
    ],
    ['UTF-16BE by byte order mark', Buffer.from([0xfe, 0xff, 0, 0x5a, 0, 0xeb]), null, 'Zë', 'utf-16be'],
    ['UTF-16LE by header', Buffer.from('Zoë', 'utf16le'), 'text/html; charset=utf-16le', 'Zoë', 'utf-16le'],
    [
      'a meta that says utf-16 cannot be right (HTML standard)',
      utf8('<meta charset="utf-16">Café'),
      'text/html',
      '<meta charset="utf-16">Café',
      'utf-8',
    ],
    ['an unknown label is as good as none', utf8('Café'), 'text/html; charset=klingon', 'Café', 'utf-8'],
    ['an empty body', new Uint8Array(), 'text/html', '', 'utf-8'],
  ])('%s', (_name, body, contentType, text, charset) => {
    expect(decodeText(body, contentType)).toEqual({ text, charset });
  });

  test('a body clipped inside a character is decoded, with a replacement at most', () => {
    expect(decodeText(utf8('Café').subarray(0, 4), 'text/html; charset=utf-8').text.startsWith('Caf')).toBe(
      true,
    );
  });
});
