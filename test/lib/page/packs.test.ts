import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readPage } from '../../../lib/page/read.js';
import { AssociationSelectors, PlatformPack } from '../../../lib/page/selectors.js';
import { weights } from '../../support/weights.js';

const folder = new URL('../../../config/platforms/', import.meta.url);
const packs = readdirSync(folder)
  .filter((f) => f.endsWith('.yaml'))
  .map((f) => PlatformPack.parse(parse(readFileSync(new URL(f, folder), 'utf8'))));

describe('platform packs', () => {
  it('are all valid and have names of their own', () => {
    expect(new Set(packs.map((p) => p.name)).size).toBe(packs.length);
  });

  it('read GrowthZone cards', () => {
    const card = (n: string, i: number) =>
      `<div class="card gz-directory-card"><h5 class="gz-card-title"><a itemprop="url" href="//business.example.org/list/member/x-${i}"><span itemprop="name">${n}</span></a></h5><ul><li class="gz-card-address"><a href="https://maps.google.com/?q=x"><span class="gz-street-address" itemprop="streetAddress">${i} Main St</span><span class="gz-address-city">Town</span><span>OH</span><span>44101</span></a></li><li class="gz-card-phone"><a href="tel:216555010${i}"><span>(216) 555-010${i}</span></a></li><li class="gz-card-website"><a href="https://x${i}.example.com"><span>Visit Website</span></a></li></ul></div>`;
    const html = `<html><title>Members</title><body><h1>Member Directory</h1><div class="gz-cards">${['Acme', 'Bolt Works', 'Cog Co'].map(card).join('')}</div></body></html>`;
    for (const platforms of [packs, []]) {
      const reading = readPage({
        url: 'https://business.example.org/list',
        html,
        now: '2026-01-01',
        platforms,
        weights,
      });
      expect(
        reading.companies.map((c) => [c.name, c.street, c.city, c.state, c.postal_code, c.phone_e164]),
      ).toEqual(
        ['Acme', 'Bolt Works', 'Cog Co'].map((n, i) => [
          n,
          `${i} Main St`,
          'Town',
          'OH',
          '44101',
          `+1216555010${i}`,
        ]),
      );
    }
  });

  it("let an association's own selectors lead", () => {
    const selectors = AssociationSelectors.parse({
      records: [{ kind: 'company', record: '.x', fields: { name: 'b', website: 'a@href' } }],
    });
    const html = `<h1>Our members</h1>${['Acme', 'Bolt', 'Cog'].map((n) => `<div class="x"><i>Gold member ${n}</i> <b>${n}</b><a href="http://${n.toLowerCase()}gears.com">w</a></div>`).join('')}`;
    const reading = readPage({
      url: 'https://a.example.org/members',
      html,
      now: '2026-01-01',
      weights,
      selectors,
    });
    expect(reading.companies.map((c) => c.name)).toEqual(['Acme', 'Bolt', 'Cog']);
    expect(reading.companies[0]?.provenance.name?.[0]?.strategy).toBe('selectors');
  });

  it('report a broken selector instead of failing', () => {
    const selectors = AssociationSelectors.parse({
      records: [{ kind: 'company', record: 'div[[', fields: { name: 'b' } }],
    });
    const reading = readPage({
      url: 'https://a.example.org/',
      html: '<p>x</p>',
      now: '2026-01-01',
      weights,
      selectors,
    });
    expect(reading.notes.map((n) => n.code)).toContain('selector_failed');
  });
});
