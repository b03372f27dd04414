-- Canonical companies.
-- Grain: company. Inputs: surviving_values, company_values, out_company_members, members, scores, technologies,
--   company_domains, previous_companies. Variables: now. Creates: erp_choice, out_companies, out_association_memberships.

-- ERP: each product's confidence is that of all its witnesses together (1 - product of doubts); the best witness is quoted.
create or replace temp table erp_choice as
with witnesses as (
  select c.company_id, t.name, t.provider, max(least(coalesce(t.confidence, 0.5), 0.99)) as confidence,
    arg_max(struct_pack(evidence := t.evidence, url := t.evidence_url), coalesce(t.confidence, 0.5)) as best,
    max(coalesce(t.last_seen, t.observed_at)) as seen
  from technologies t join company_domains c using (domain)
  where upper(t.category) = 'ERP' group by c.company_id, t.name, t.provider
),
products as (
  select company_id, name, round(1 - product(1 - confidence), 4) as confidence, max(seen) as seen,
    first(best order by confidence desc, provider) as best
  from witnesses group by company_id, name
)
select company_id, name as erp_system, confidence as erp_confidence,
  nullif(concat_ws(' ', best.evidence, case when best.url is not null then '(' || best.url || ')' end), '') as erp_evidence
from products
qualify row_number() over (partition by company_id order by confidence desc, seen desc nulls last, name) = 1;

create or replace temp table out_companies as
with picked as (
  select company_id,
    max(value) filter (field = 'name') as name, max(same) filter (field = 'name') as normalized_name,
    max(value) filter (field = 'website') as website, max(same) filter (field = 'website') as site,
    max(value) filter (field = 'phone') as phone, max(value) filter (field = 'email') as email,
    max(value) filter (field = 'description') as description, any_value(place) filter (field = 'address') as place,
    max(try_cast(value as integer)) filter (field = 'employees') as employees,
    max(value) filter (field = 'employee_band') as band,
    max(try_cast(value as bigint)) filter (field = 'revenue_usd') as revenue_usd,
    max(try_cast(value as integer)) filter (field = 'founded_year') as founded_year,
    max(value) filter (field = 'naics_code') as naics_code, max(value) filter (field = 'sic_code') as sic_code,
    max(value) filter (field = 'ownership') as ownership, max(value) filter (field = 'parent_name') as parent_name,
    max(value) filter (field = 'linkedin_url') as linkedin_url,
    '{' || string_agg(to_json(field) || ':' || json_object('value', left(value, 200), 'source_kind', source_kind, 'source', source,
      'association', association_code, 'agreeing', agreeing, 'trust', round(trust, 3), 'at', seen_at::varchar), ',' order by field) || '}' as provenance
  from surviving_values group by company_id
),
gathered as (
  select k.company_id, min(m.fetched_at) as first_seen, max(m.fetched_at) as last_seen, count(distinct m.association_code) as associations,
    list_sort(list_distinct(list(m.name))) as names, list_sort(list_distinct(flatten(list(m.categories)))) as categories,
    max(s.quality_score) as quality_score, arg_max(s.quality_grade, s.quality_score) as quality_grade
  from out_company_members k join members m using (member_id)
  left join scores s on s.member_id = m.member_id and s.association_code = m.association_code
  group by k.company_id
),
software as (
  select c.company_id, list_sort(list_distinct(list(t.name))) as names
  from technologies t join company_domains c using (domain) where upper(coalesce(t.category, '')) <> 'ERP' group by c.company_id
),
sites as (select company_id, min(domain) as domain from company_domains group by company_id),
earlier as (select company_id, min(first_seen_at) as first_seen_at from previous_companies group by company_id)
select g.company_id, coalesce(p.name, g.names[1]) as canonical_name, p.normalized_name, legal_form(p.name) as legal_form,
  list_filter(g.names, lambda x: x <> p.name) as other_names,
  p.website, coalesce(own_domain(p.site), d.domain) as domain, p.phone, p.email,
  p.place.street as street, p.place.city as city, p.place.state as state, p.place.postal_code as postal_code, p.place.country as country,
  p.description, g.categories, p.employees,
  try_cast(nullif(split_part(p.band, '-', 1), '') as integer) as employees_min,
  try_cast(nullif(split_part(p.band, '-', 2), '') as integer) as employees_max,
  p.revenue_usd, p.founded_year, p.naics_code, p.sic_code, p.ownership, p.parent_name, p.linkedin_url,
  e.erp_system, e.erp_confidence, e.erp_evidence, coalesce(t.names, []) as technologies,
  g.associations::integer as association_count, g.quality_score, g.quality_grade,
  p.provenance,
  least(coalesce(b.first_seen_at, g.first_seen, getvariable('now')::timestamptz), coalesce(g.first_seen, getvariable('now')::timestamptz)) as first_seen_at,
  g.last_seen as last_seen_at
from gathered g
left join picked p using (company_id)
left join sites d using (company_id)
left join erp_choice e using (company_id)
left join software t using (company_id)
left join earlier b using (company_id);

create or replace temp table out_association_memberships as
select 'm_' || left(sha256(m.association_code || '|' || m.member_id), 16) as membership_id, m.association_code, m.member_id, k.company_id,
  m.name as listed_name, m.profile_url, m.categories, s.quality_score, s.quality_grade, m.fetched_at as seen_at
from members m
left join out_company_members k using (member_id)
left join scores s on s.member_id = m.member_id and s.association_code = m.association_code;
