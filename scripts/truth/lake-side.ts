/** What the lake says, read the way RESOLUTION reads it. */
import type { AnyRow } from '../../lib/lake/duck.js';
import type { Lake } from '../../lib/lake/lake.js';
import { resolveMatchFiles } from '../../lib/sql/phases.js';
import { canonicalUrl } from '../../lib/web/url.js';
import type { Field } from './compare.js';

/** A member as RESOLUTION sees it: the best value of each field over its records. */
export interface LakeMember {
  member_id: string;
  association: string;
  values: Record<Field, string | null>;
  /** Keys of the pages that a record of it was read from, and of the profile pages that they link to. */
  pages: Set<string>;
  profiles: Set<string>;
  where: string | null;
  company_id: string | null;
}

export interface LakeSide {
  associations: string[];
  members: LakeMember[];
  pages: Map<string, Set<string>>;
  companies: AnyRow[];
  events: AnyRow[];
  participants: AnyRow[];
  /** Members that RESOLUTION has not put into a company: it is older than VALIDATION, or has not run. */
  unresolved: number;
}

/** URLs that mean the same page have the same key. */
export const urlKey = (url: string): string => canonicalUrl(url) ?? url;

/** The files of RESOLUTION that make `members`: measured is the very table that it works on. */
const memberFiles = resolveMatchFiles.slice(0, resolveMatchFiles.indexOf('resolve/01_members.sql') + 1);

const MEMBERS = `
  SELECT m.member_id, m.association_code, nullif(m.name, '') AS name, m.website, coalesce(m.phone_e164, m.phone) AS phone,
    r.fax, m.email, m.street, m.city, m.state, m.postal_code, r.pages, r.profiles, r.shown, k.company_id
  FROM members m
  JOIN (
    SELECT member_id,
      first(fax ORDER BY is_primary DESC, confidence DESC NULLS LAST, record_id) FILTER (fax IS NOT NULL) AS fax,
      list(DISTINCT page_url) AS pages, list(DISTINCT profile_url) FILTER (profile_url IS NOT NULL) AS profiles,
      first(page_url ORDER BY is_primary DESC, record_id) AS shown
    FROM member_records GROUP BY member_id
  ) r USING (member_id)
  LEFT JOIN company_members k USING (member_id)
  ORDER BY m.association_code, m.member_id`;

/** Reads members, pages, companies, events and participants; writes nothing. */
export async function readLakeSide(lake: Lake): Promise<LakeSide> {
  const partition = await lake.partition(
    {
      jobId: 'truth',
      phase: 'TRUTH',
      association: null,
      recipe: 'truth',
      recipeVersion: 1,
      fingerprint: '',
      now: () => new Date(),
    },
    ['extracted_companies', 'duplicates', 'company_members'],
    null,
  );
  let rows: AnyRow[];
  try {
    for (const file of memberFiles) await partition.runFile(file);
    rows = await partition.query(MEMBERS);
  } finally {
    await partition.close();
  }
  const members = rows.map(memberOf);
  const pages = await pagesOf(lake);
  return {
    associations: [...new Set([...pages.keys(), ...members.map((m) => m.association)])].sort(),
    members,
    pages,
    companies: await lake.query('SELECT company_id, canonical_name, erp_system, erp_evidence FROM companies'),
    events: await lake.query('SELECT * FROM events ORDER BY event_id'),
    participants: await lake.query(
      'SELECT p.*, e.association_code, e.url AS event_url FROM event_participants p LEFT JOIN events e USING (event_id) ORDER BY participant_id',
    ),
    unresolved: members.filter((m) => m.company_id === null).length,
  };
}

function memberOf(row: AnyRow): LakeMember {
  const keys = (list: unknown) => new Set(((list as string[] | null) ?? []).map(urlKey));
  const value = (name: string) => (row[name] as string | null) || null;
  return {
    member_id: String(row.member_id),
    association: String(row.association_code),
    values: {
      name: value('name'),
      website: value('website'),
      phone: value('phone'),
      fax: value('fax'),
      email: value('email'),
      street: value('street'),
      city: value('city'),
      state: value('state'),
      postal_code: value('postal_code'),
    },
    pages: keys(row.pages),
    profiles: keys(row.profiles),
    where: value('shown'),
    company_id: value('company_id'),
  };
}

async function pagesOf(lake: Lake): Promise<Map<string, Set<string>>> {
  const rows = await lake.query(
    'SELECT association_code, url, final_url, canonical_url FROM pages WHERE status BETWEEN 200 AND 299',
  );
  const pages = new Map<string, Set<string>>();
  for (const row of rows) {
    const code = String(row.association_code);
    const known = pages.get(code) ?? new Set<string>();
    for (const url of [row.url, row.final_url, row.canonical_url]) if (url) known.add(urlKey(String(url)));
    pages.set(code, known);
  }
  return pages;
}
