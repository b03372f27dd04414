import { describe, expect, test } from 'vitest';
import { Refused } from '../../../lib/errors.js';
import { guardUrl, isForbiddenAddress } from '../../../lib/web/guards.js';

describe('addresses', () => {
  test.each([
    // IPv4: this host, private, shared, loopback, link-local and cloud metadata, documentation, multicast, reserved
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.1',
    '10.255.255.255',
    '100.64.0.1',
    '100.127.255.255',
    '127.0.0.1',
    '127.255.0.1',
    '169.254.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.1',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.0.1',
    '192.168.255.255',
    '198.18.0.1',
    '198.19.255.255',
    '198.51.100.7',
    '203.0.113.9',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
    // IPv6: unspecified, loopback, private, link-local, site-local, multicast, documentation, discard, Teredo, 6to4, ORCHID
    '::',
    '::1',
    '[::1]',
    'fc00::1',
    'fdff::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    'febf::1',
    'fec0::1',
    'ff02::1',
    '2001:db8::1',
    '3fff::1',
    '100::1',
    '2001::1',
    '2001:20::1',
    '2002:7f00:1::',
    '2002:a00:1::',
    '5f00::1',
    '4000::1',
    '::2',
    '1::1',
    // IPv4 inside IPv6: mapped, compatible, translated, NAT64
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:10.0.0.1',
    '::ffff:169.254.169.254',
    '::ffff:0.0.0.0',
    '0:0:0:0:0:ffff:7f00:1',
    '::127.0.0.1',
    '::ffff:0:127.0.0.1',
    '64:ff9b::127.0.0.1',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b::10.0.0.1',
    '64:ff9b:1::1',
    '64:ff9b::1',
    // no addresses at all
    '',
    'localhost',
    '127.1',
    '1.2.3',
    '256.1.1.1',
    '1.2.3.4.5',
    ':::',
  ])('%s is not on the public internet', (address) => {
    expect(isForbiddenAddress(address)).toBe(true);
  }); // prettier-ignore

  test.each([
    '1.1.1.1',
    '8.8.8.8',
    '9.255.255.255',
    '11.0.0.1',
    '93.184.216.34',
    '100.63.255.255',
    '100.128.0.1',
    '126.255.255.255',
    '128.0.0.1',
    '169.253.255.255',
    '169.255.0.1',
    '172.15.255.255',
    '172.32.0.1',
    '192.167.255.255',
    '192.169.0.1',
    '223.255.255.255',
    '2606:4700:4700::1111',
    '2a00:1450:4001::1',
    '2620:fe::fe',
    '::ffff:8.8.8.8',
    '64:ff9b::8.8.8.8',
    '[2606:4700::1]',
  ])('%s is', (address) => {
    expect(isForbiddenAddress(address)).toBe(false);
  }); // prettier-ignore
});

describe('URLs', () => {
  test.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://017700000001/',
    'http://0/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[fe80::1]/',
    'http://169.254.169.254/latest/meta-data/',
    'http://192.168.1.1:8080/',
    'http://localhost/',
    'http://LOCALHOST:3000/',
    'http://localhost./',
    'http://a.localhost/',
    'http://printer.local/',
    'http://printer.local./',
    'http://metadata.google.internal/',
    'http://user:x@127.0.0.1/',
    'http://127.0.0.1./',
    'http://１２７.0.0.1/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/html,x',
    'mailto:a@b.c',
    'gopher://x/',
    '',
    'example.com',
    '//example.com/',
    'http://',
    'http://exa mple.com/',
    `https://example.com/${'a'.repeat(5000)}`,
  ])('%s is refused', (url) => {
    expect(() => guardUrl(url)).toThrow(Refused);
  }); // prettier-ignore

  test.each([
    ['https://user:secret@example.com/a', 'https://example.com/a'],
    ['https://example.com/a#part', 'https://example.com/a'],
    ['https://localhost.example.com/', 'https://localhost.example.com/'],
    ['http://93.184.216.34:8080/', 'http://93.184.216.34:8080/'],
    ['HTTPS://Example.COM', 'https://example.com/'],
  ])('%s is asked for as %s', (url, expected) => {
    expect(guardUrl(url).href).toBe(expected);
  });

  test('a refusal names what was wrong, not the whole URL, and no password', () => {
    try {
      guardUrl(`ftp://user:hunter22@example.com/${'x'.repeat(3000)}`);
      expect.unreachable();
    } catch (error) {
      const { message, code } = error as Refused;
      expect(code).toBe('URL_GUARD');
      expect(message.length).toBeLessThan(300);
      expect(message).not.toContain('hunter22');
    }
  });
});
