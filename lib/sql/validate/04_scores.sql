-- How good the data of a member is: 0 to 100, A to F, and what is wrong with it.
-- Grain: member. Inputs: member_values_now, out_crosschecks, firmographics, technologies, found_contacts.
-- Variables: now, scoring (JSON text of config/scoring.yaml). Creates: out_scores.

create or replace temp table scored_values as
with known as (
  select m.member_id,
    exists (from firmographics f where f.domain = m.domain and (f.employees is not null or f.employees_min is not null)) as employees,
    exists (from technologies t where t.domain = m.domain) as technologies,
    exists (from found_contacts c where c.domain = m.domain) as found_contacts
  from member_values_now m
)
select m.member_id, unnest([
    {field: 'name', present: nullif(trim(m.name), '') is not null, valid: regexp_matches(plain_text(m.name), '\p{L}|\d') and length(m.name) between 2 and 150},
    {field: 'website', present: m.website is not null, valid: registrable_domain(m.website) is not null and own_domain(registrable_domain(m.website)) is not null},
    {field: 'phone', present: m.phone is not null, valid: length(phone10(m.phone)) = 10},
    {field: 'email', present: m.email is not null, valid: email_address(m.email) is not null},
    {field: 'street', present: m.street is not null, valid: len(house_numbers(m.street)) > 0 or po_box(m.street) is not null},
    {field: 'city', present: m.city is not null, valid: regexp_matches(m.city, '\p{L}{2}') and not regexp_matches(m.city, '\d')},
    {field: 'state', present: m.state is not null, valid: length(state_key(m.state)) = 2},
    {field: 'postal_code', present: m.postal_code is not null,
      valid: regexp_matches(trim(m.postal_code), '^\d{5}(-?\d{4})?$') or regexp_matches(upper(trim(m.postal_code)), '^[A-Z]\d[A-Z] ?\d[A-Z]\d$')
        or coalesce(m.country not in ('US', 'CA'), false)},
    {field: 'description', present: m.description is not null, valid: true},
    {field: 'categories', present: m.categories > 0, valid: true},
    {field: 'contacts', present: m.contacts > 0 or k.found_contacts, valid: true},
    {field: 'employees', present: k.employees, valid: true},
    {field: 'technologies', present: k.technologies, valid: true}
  ], recursive := true)
from member_values_now m join known k using (member_id);

create or replace temp table out_scores as
with field_weights as (
  select key as field, value::double as weight from json_each(getvariable('scoring')::varchar, '$.fields')
),
agreement_worth as (
  select key as agreement, value::double as worth from json_each(getvariable('scoring')::varchar, '$.agreement')
),
filled as (
  select member_id,
    100 * sum(w.weight) filter (v.present) / nullif(sum(w.weight), 0) as completeness,
    100.0 * count(*) filter (v.present and coalesce(v.valid, false)) / nullif(count(*) filter (v.present), 0) as validity,
    list(case when not v.present then 'no ' || v.field when not coalesce(v.valid, false) then 'odd ' || v.field end order by v.field)
      filter (not v.present or not coalesce(v.valid, false)) as problems
  from scored_values v join field_weights w using (field) group by member_id
),
checked as (
  select c.member_id, 100 * avg(w.worth) as consistency,
    list(c.field || ' differs from ' || c.source order by c.field, c.source) filter (c.agreement = 'differs') as problems
  from out_crosschecks c join agreement_worth w using (agreement) group by c.member_id
),
parts as (
  select m.member_id, coalesce(f.completeness, 0) as completeness, coalesce(f.validity, 0) as validity, c.consistency,
    100 * pow(0.5, greatest(0, epoch(getvariable('now')::timestamptz - m.fetched_at)) / 86400
      / json_extract(getvariable('scoring')::varchar, '$.freshness_half_life_days')::double) as freshness,
    100 * m.confidence as confidence,
    list_concat(coalesce(f.problems, []), coalesce(c.problems, [])) as problems
  from member_values_now m left join filled f using (member_id) left join checked c using (member_id)
),
weighed as (
  select p.*, unnest([
    {part: 'completeness', points: completeness}, {part: 'validity', points: validity}, {part: 'consistency', points: consistency},
    {part: 'freshness', points: freshness}, {part: 'confidence', points: confidence}], recursive := true)
  from parts p
),
totals as (
  select w.member_id, round(sum(w.points * k.value::double) / nullif(sum(k.value::double), 0), 1) as quality_score
  from weighed w join json_each(getvariable('scoring')::varchar, '$.weights') k on k.key = w.part
  where w.points is not null group by w.member_id
)
select p.member_id, round(p.completeness, 1) as completeness, round(p.validity, 1) as validity, round(p.consistency, 1) as consistency,
  round(p.freshness, 1) as freshness, round(p.confidence, 1) as confidence, t.quality_score,
  coalesce((select min(g.key) from json_each(getvariable('scoring')::varchar, '$.grades') g where t.quality_score >= g.value::double), 'F') as quality_grade,
  p.problems
from parts p join totals t using (member_id);
