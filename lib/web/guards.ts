/** What the fetcher never reaches, whatever a link, a redirect or DNS says. */
import { BlockList, isIP } from 'node:net';
import { Refused } from '../errors.js';

/** Longest URL that is asked for, characters. */
const MAX_URL_LENGTH = 4096;

const blocked = new BlockList();
// IANA special-purpose registries (RFC 6890): this host, private, shared, loopback, link-local (cloud metadata is there),
// protocol assignments, documentation, 6to4 relay, benchmarking, multicast, reserved.
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  blocked.addSubnet(net, bits, 'ipv4');
}
// Inside global unicast: protocol assignments (Teredo, ORCHID), documentation, 6to4.
for (const [net, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  blocked.addSubnet(net, bits, 'ipv6');
}

/** The only IPv6 space given out for the public internet (RFC 4291 2.4). */
const GLOBAL_UNICAST = new BlockList();
GLOBAL_UNICAST.addSubnet('2000::', 3, 'ipv6');

/** True for an address that is not on the public internet; IPv4 inside IPv6 (mapped, NAT64) counts as the IPv4 it is. */
export function isForbiddenAddress(address: string): boolean {
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  const family = isIP(bare);
  if (family === 4) return blocked.check(bare, 'ipv4');
  if (family !== 6) return true;
  const embedded = embeddedIPv4(bare);
  if (embedded) return blocked.check(embedded, 'ipv4');
  return !GLOBAL_UNICAST.check(bare, 'ipv6') || blocked.check(bare, 'ipv6');
}

function embeddedIPv4(address: string): string | null {
  const canonical = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const match = /^(?:::ffff:|::|64:ff9b::)([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonical);
  if (!match) return null;
  const [high, low] = [Number.parseInt(match[1]!, 16), Number.parseInt(match[2]!, 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** Checks a URL before anything is sent, and takes the user info off; throws `Refused`. */
export function guardUrl(text: string): URL {
  if (text.length > MAX_URL_LENGTH) throw refused(text, `is longer than ${MAX_URL_LENGTH} characters`);
  if (!URL.canParse(text)) throw refused(text, 'is not a URL');
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw refused(text, 'is not http or https');
  url.username = '';
  url.password = '';
  url.hash = '';
  const host = url.hostname.replace(/^\[|\]$|\.+$/g, '');
  if (isIP(host) !== 0 && isForbiddenAddress(host))
    throw refused(text, 'points to a private or special address');
  if (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    host.endsWith('.local') ||
    host.endsWith('.internal')
  ) {
    throw refused(text, 'names a local host');
  }
  return url;
}

const refused = (text: string, why: string) => {
  const shown = text.replace(/\/\/[^/?#]*@/, '//').slice(0, 200);
  return new Refused(`${shown} ${why}`, { code: 'URL_GUARD', context: { url: shown } });
};
