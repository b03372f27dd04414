import { describe, expect, it } from 'vitest';
import {
  fingerprintsFileSchema,
  providersConfigSchema,
  vendorsFileSchema,
} from '../../../lib/providers/config.js';
import { providers as PROVIDERS } from '../../../lib/providers/index.js';
import { FIELD_NAMES, FIELDS } from '../../../lib/providers/provider.js';
import { fingerprints, vendorsFile } from './helpers.js';

describe('config', () => {
  it('the two files are valid and full', () => {
    expect(vendorsFile.vendors.length).toBeGreaterThan(80);
    expect(fingerprints.technologies.length).toBeGreaterThan(80);
    expect(new Set(fingerprints.technologies.map((t) => t.name)).size).toBe(fingerprints.technologies.length);
  });
  it('every class 2 name has words that make it believable', () => {
    for (const vendor of vendorsFile.vendors) {
      for (const name of vendor.names) {
        if (typeof name === 'string' ? vendor.class === 2 : (name.class ?? vendor.class) === 2) {
          expect(
            (typeof name === 'string' ? vendor.accept : (name.accept ?? vendor.accept)).length,
            `${vendor.id} ${JSON.stringify(name)}`,
          ).toBeGreaterThan(0);
        }
      }
    }
  });
  it('every fingerprint has a mark', () => {
    for (const t of fingerprints.technologies)
      expect(
        Object.keys(t.headers).length +
          Object.keys(t.meta).length +
          t.urls.length +
          t.cookies.length +
          t.scripts.length +
          t.attributes.length,
        t.name,
      ).toBeGreaterThan(0);
  });
  it('the default order names providers that serve the field', () => {
    const { fields } = providersConfigSchema.parse({});
    for (const field of FIELD_NAMES) {
      for (const name of fields[field]) {
        const provider = PROVIDERS.find((p) => p.name === name);
        expect(
          provider?.calls.some((c) => c.fields.includes(field)),
          `${name} ${field}`,
        ).toBe(true);
        expect(provider?.steps).toContain(FIELDS[field]);
      }
    }
  });
  it('mistakes are refused', () => {
    expect(
      vendorsFileSchema.safeParse({
        vendors: [
          { id: 'a', product: 'A', vendor: 'A', names: ['A'] },
          { id: 'a', product: 'B', vendor: 'B', names: ['B'] },
        ],
      }).success,
    ).toBe(false);
    expect(
      vendorsFileSchema.safeParse({
        vendors: [{ id: 'a', product: 'A', vendor: 'A', names: [{ text: 'A', class: 3 }] }],
      }).success,
    ).toBe(false);
    expect(
      fingerprintsFileSchema.safeParse({ technologies: [{ name: 'A', category: 'B', regex: ['x'] }] })
        .success,
    ).toBe(false);
    expect(providersConfigSchema.safeParse({ fields: { shoe_size: ['apollo'] } }).success).toBe(false);
  });
});
