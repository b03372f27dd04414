/** The hosts that stand for hostility, whatever the dial says. */
import type { Site } from '../reply.js';
import { bombHost, charsetHost, hugeHost, lengthHost, resetHost, slowHost } from './bodies.js';
import { ROBOTS_HOSTS, robotsHost, sitemapHost } from './lists.js';
import { elsewhereHost, loopHost, lureHost } from './moves.js';
import { HOSTILE_DOMAIN, hostileSite } from './site.js';
import { trap } from './traps.js';
import { blockHost, soft404Host, statusHost } from './walls.js';

/** Each by its full name. */
export function hostileHosts(): [host: string, site: Site][] {
  return [
    trap,
    bombHost,
    hugeHost,
    slowHost,
    resetHost,
    lengthHost,
    charsetHost,
    loopHost,
    lureHost,
    elsewhereHost,
    blockHost,
    soft404Host,
    statusHost(),
    robotsHost,
    ...ROBOTS_HOSTS,
    sitemapHost,
  ].map((hostility) => [`${hostility.name}.${HOSTILE_DOMAIN}`, hostileSite(hostility)]);
}
