import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseTables } from '../../lib/lake/tables/index.js';
import { startPostgres, type TestPostgres } from '../support/postgres.js';
import { runScript } from './run.js';

const TABLES = databaseTables.map((t) => t.name).sort();
const VIEWS = ['company_summary', 'competitor_report', 'event_summary', 'job_summary'];

describe('init-db without a database', () => {
  it('says that DATABASE_URL is missing, and what to do', async () => {
    const { code, err } = await runScript('init-db', [], { DATABASE_URL: '' });
    expect(code).toBe(2);
    expect(err).toContain('DATABASE_URL is not set');
    expect(err).not.toMatch(/^\s+at /m);
  });

  it('says which database cannot be reached, without the password', async () => {
    const { code, err } = await runScript('init-db', [], {
      DATABASE_URL: 'postgres://me:hush-hush@127.0.0.1:1/nam',
    });
    expect(code).toBe(1);
    expect(err).toContain('127.0.0.1:1/nam');
    expect(err).not.toContain('hush-hush');
    expect(err).not.toMatch(/^\s+at /m);
  });

  it('does not take any text for a database', async () => {
    const { code, err } = await runScript('init-db', [], { DATABASE_URL: 'mysql://localhost/nam' });
    expect(code).toBe(2);
    expect(err).toContain('not a PostgreSQL URL');
  });
});

describe('init-db', () => {
  let server: TestPostgres;
  let url: string;
  beforeAll(async () => {
    server = await startPostgres();
    url = await server.database('nam');
  }, 120_000);
  afterAll(() => server?.stop());

  async function rows(sql: string): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  }

  const named = (type: string) =>
    rows(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = '${type}' ORDER BY 1`,
    ).then((found) => found.map((r) => String(r.name)));

  const addCompany = () =>
    rows("INSERT INTO companies (job_id, company_id, canonical_name) VALUES ('j', 'c1', 'Acme Stamping')");
  const companies = async () => Number((await rows('SELECT count(*) AS n FROM companies'))[0]!.n);

  it('makes the ten tables and four views, and leaves rows alone when it is run again', async () => {
    const first = await runScript('init-db', [], { DATABASE_URL: url });
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(first.out).toContain('10 tables and 4 views');
    expect(await named('BASE TABLE')).toEqual(TABLES);
    expect(await named('VIEW')).toEqual(VIEWS);
    await addCompany();
    expect((await runScript('init-db', [], { DATABASE_URL: url })).code).toBe(0);
    expect(await companies()).toBe(1);
  });

  it('refuses to drop when there is nobody to ask', async () => {
    const { code, err } = await runScript('init-db', ['--drop'], { DATABASE_URL: url }, 'yes\n');
    expect(code).toBe(2);
    expect(err).toContain('--force');
    expect(await companies()).toBe(1);
  });

  it('begins anew with --drop --force', async () => {
    const { code, out } = await runScript('init-db', ['--drop', '--force'], { DATABASE_URL: url });
    expect(code).toBe(0);
    expect(out).toContain('Made anew');
    expect(await companies()).toBe(0);
    expect(await named('BASE TABLE')).toEqual(TABLES);
  });

  it('changes nothing when something of somebody else hangs on a table', async () => {
    await addCompany();
    await rows('CREATE VIEW mine AS SELECT canonical_name FROM companies');
    const { code, err } = await runScript('init-db', ['--drop', '--force'], { DATABASE_URL: url });
    expect(code).toBe(1);
    expect(err).toContain('depend');
    expect(err).not.toMatch(/^\s+at /m);
    expect(await companies()).toBe(1);
  });

  it('is reachable in the health check', async () => {
    const { out } = await runScript('healthcheck', [], { DATABASE_URL: url });
    expect(out).toMatch(/^ok {2}database {7}127\.0\.0\.1:\d+\/nam is reachable$/m);
    expect(out).not.toContain('secret');
  });
});
