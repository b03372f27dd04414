/** Apollo's people: which of the stubs are worth a credit, and a matched person as a row. */
import { z } from 'zod';
import { functionOf, seniorityOf, titleRank } from './people.js';
import type { ContactRow, Settings } from './provider.js';
import { e164, registrable, tidy } from './units.js';

const text = z.string().nullish().catch(null);

const stubSchema = z.looseObject({
  id: z.string().min(1),
  title: text,
  has_email: z.boolean().nullish().catch(null),
});

const personSchema = z.looseObject({
  first_name: text,
  last_name: text,
  name: text,
  title: text,
  headline: text,
  email: text,
  email_status: text,
  linkedin_url: text,
  phone_numbers: z
    .array(z.looseObject({ sanitized_number: text, raw_number: text }))
    .nullish()
    .catch(null),
  organization: z.looseObject({ primary_domain: text, website_url: text }).nullish().catch(null),
});

/** Ids of the people worth a credit, by the order of the wanted titles, those with an e-mail first. */
export function pickPeople(stubs: readonly unknown[], settings: Settings): string[] {
  const { titles, maxPerCompany } = settings.contacts;
  const ranked: { id: string; rank: number; mail: number; at: number }[] = [];
  const seen = new Set<string>();
  stubs.forEach((stub, at) => {
    const parsed = stubSchema.safeParse(stub);
    if (!parsed.success || seen.has(parsed.data.id)) return;
    seen.add(parsed.data.id);
    const rank = titleRank(parsed.data.title ?? null, titles);
    // Apollo answers with similar titles too: "Machine Operator" is no plant manager.
    if (rank !== null)
      ranked.push({ id: parsed.data.id, rank, mail: parsed.data.has_email === false ? 1 : 0, at });
  });
  ranked.sort((a, b) => a.rank - b.rank || a.mail - b.mail || a.at - b.at);
  return ranked.slice(0, maxPerCompany).map((person) => person.id);
}

export function contactRow(body: unknown, domain: string, observedAt: string): ContactRow | null {
  const parsed = personSchema.safeParse(body);
  if (!parsed.success) return null;
  const p = parsed.data;
  const first = tidy(p.first_name, 100);
  const last = tidy(p.last_name, 100);
  const full = tidy(p.name, 200) ?? tidy([first, last].filter(Boolean).join(' '));
  if (full === null) return null;
  const title = tidy(p.title, 200) ?? tidy(p.headline, 200);
  const email = addressOf(p.email);
  const employer = registrable(p.organization?.primary_domain ?? p.organization?.website_url);
  return {
    domain,
    full_name: full,
    first_name: first,
    last_name: last,
    title,
    seniority: seniorityOf(title),
    function: functionOf(title),
    email,
    email_status: email === null ? null : statusOf(p.email_status),
    phone_e164: e164(p.phone_numbers?.[0]?.sanitized_number ?? p.phone_numbers?.[0]?.raw_number),
    linkedin_url: tidy(p.linkedin_url, 300),
    provider: 'apollo',
    // Somebody now at another company is most likely gone from this one.
    confidence: employer !== null && employer !== domain ? 0.4 : 0.8,
    observed_at: observedAt,
  };
}

/** Apollo writes a placeholder (`email_not_unlocked@domain.com`) where the address was not paid for. */
function addressOf(email: string | null | undefined): string | null {
  const clean = tidy(email, 254)?.toLowerCase() ?? null;
  return clean !== null && /^[^\s@]+@[^\s@]+\.[a-z]{2,}$/.test(clean) && !/not_unlocked@/.test(clean)
    ? clean
    : null;
}

function statusOf(status: string | null | undefined): string {
  const word = (status ?? '').toLowerCase();
  if (word === 'verified') return 'verified';
  return /guess|extrapolat|likely|probabl/.test(word) ? 'guessed' : 'unknown';
}
