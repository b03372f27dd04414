import { describe, expect, it } from 'vitest';
import { monitor } from './support.js';

const list = '<ul class="card list"><li class="card-1"></li></ul>';
const site = (records: number, filled: number, body = list) => ({
  pages: Array.from({ length: 10 }, (_, i) => ({
    page_id: `${i}`,
    url: `https://pma.org/m/firm-${'abcdefghij'[i]}`,
    body,
  })),
  page_types: Array.from({ length: 10 }, (_, i) => ({
    page_id: `${i}`,
    url: `https://pma.org/m/firm-${'abcdefghij'[i]}`,
    page_type: 'member_profile',
  })),
  extracted_companies: Array.from({ length: records }, (_, i) => ({
    record_id: `r${i}`,
    page_url: `https://pma.org/m/firm-${'abcdefghij'[i % 10]}`,
    name: `Firm ${i}`,
    phone: i < filled ? '330-555-0100' : null,
  })),
});

describe('source baselines', () => {
  it('describe pages by the shape of their address', async () => {
    const db = await monitor(site(10, 5));
    const [row, ...more] = await db.rows('select * from out_source_baselines');
    expect(more).toEqual([]);
    expect(row).toMatchObject({
      url_pattern: 'pma.org/m/{slug}',
      page_type: 'member_profile',
      pages: 10,
      records: 10,
    });
    expect(JSON.parse(String(row?.fill_rates))).toMatchObject({ name: 1, phone: 0.5, website: 0 });
    expect(await db.rows('from out_source_drift')).toEqual([]);
  });
});

describe('source drift', () => {
  const drift = async (before: ReturnType<typeof site>, after: ReturnType<typeof site>) => {
    const earlier = await monitor(before);
    const baselines = await earlier.rows(
      "select 'PMA' as association_code, 'job-0' as job_id, * from out_source_baselines",
    );
    const db = await monitor({ ...after, previous_source_baselines: baselines });
    return (await db.rows('select * from out_source_drift order by measure')).map(
      (r) => `${r.measure} ${r.severity} ${r.explanation} ${r.compared_with}`,
    );
  };

  it('is silent when nothing changed', async () => {
    expect(await drift(site(10, 5), site(10, 5))).toEqual([]);
  });

  it('shouts when records are gone, a field went blank or the markup is another', async () => {
    expect(await drift(site(10, 10), site(4, 1, '<table class="grid"></table>'))).toEqual([
      'fill:phone critical phone is filled in 25 % of the records, before in 100 % job-0',
      'records critical 10 records before, 4 now job-0',
      'structure warning the markup of these pages is not the one of the last run job-0',
    ]);
  });

  it('reports a kind of page that is gone', async () => {
    const gone = { pages: [], page_types: [], extracted_companies: [] };
    expect(await drift(site(10, 10), gone as unknown as ReturnType<typeof site>)).toEqual([
      'pages warning no such page any more; there were 10 pages job-0',
      'records critical no such page any more; there were 10 records job-0',
    ]);
  });
});
