-- All values that members and providers offer for each company, and the one that survives.
-- Grain: company, field, source. Inputs: members, normalised, name_features, out_company_members, firmographics.
-- Creates: company_domains, company_values, surviving_values.
-- Survivorship: trust in the source, plus agreement (each further source that says the same), then the fuller, then the
-- newer value; the losing values stay in company_values.

create or replace temp table company_domains as
select distinct k.company_id, d.domain
from members m join out_company_members k using (member_id),
  lateral (select own_domain(coalesce(m.domain, registrable_domain(m.website), email_domain(m.email))) as domain) d
where d.domain is not null;

create or replace temp table provider_values as
select * exclude (place) from (
  select c.company_id, f.*, row_number() over (partition by c.company_id, f.provider order by f.observed_at desc nulls last, f.domain, f.association_code) as place
  from firmographics f join company_domains c using (domain)
) where place = 1;

-- `same` is what makes two values agree: a key per field, so that spelling does not count as another opinion.
create or replace temp table company_values as
with from_members as (
  select k.company_id, 'member' as source_kind, m.member_id as source, m.association_code, 0.6 + 0.4 * coalesce(m.confidence, 0.5) as trust,
    m.fetched_at as seen_at,
    unnest([
      {field: 'name', value: m.name, same: f.name_key},
      {field: 'website', value: m.website, same: coalesce(m.domain, registrable_domain(m.website))},
      {field: 'phone', value: coalesce(m.phone_e164, m.phone), same: phone10(coalesce(m.phone_e164, m.phone))},
      {field: 'email', value: m.email, same: x.email},
      {field: 'address', value: coalesce(m.street, m.postal_code, m.city, m.state), same: coalesce(x.first_number::varchar, '') || '|' || coalesce(x.zip, x.city, '')},
      {field: 'description', value: m.description, same: null}
    ], recursive := true),
    {'street': m.street, 'city': m.city, 'state': m.state, 'postal_code': m.postal_code, 'country': m.country} as place
  from members m join out_company_members k using (member_id) join normalised x using (member_id)
  left join name_features f on f.n = x.n and f.form = 0
),
from_providers as (
  select company_id, 'provider' as source_kind, provider as source, null as association_code, 0.3 + 0.4 * coalesce(confidence, 0.5) as trust,
    observed_at as seen_at,
    unnest([
      {field: 'phone', value: phone_e164, same: right(phone_e164, 10)},
      {field: 'address', value: coalesce(street, postal_code, city, state), same: coalesce(list_min(list_transform(house_numbers(street), lambda h: h::integer))::varchar, '') || '|' || coalesce(postal_key(postal_code), city_key(city), '')},
      {field: 'description', value: description, same: null},
      {field: 'employees', value: employees::varchar, same: null},
      {field: 'employee_band', value: case when employees_min is not null or employees_max is not null then coalesce(employees_min::varchar, '') || '-' || coalesce(employees_max::varchar, '') end, same: null},
      {field: 'revenue_usd', value: revenue_usd::varchar, same: null},
      {field: 'founded_year', value: founded_year::varchar, same: null},
      {field: 'naics_code', value: naics_code, same: null},
      {field: 'sic_code', value: sic_code, same: null},
      {field: 'ownership', value: ownership, same: lower(ownership)},
      {field: 'parent_name', value: parent_name, same: lower(parent_name)},
      {field: 'linkedin_url', value: linkedin_url, same: lower(linkedin_url)}
    ], recursive := true),
    {'street': street, 'city': city, 'state': state, 'postal_code': postal_code, 'country': country} as place
  from provider_values
),
offered as (select * from from_members union all by name select * from from_providers)
select company_id, field, value, coalesce(same, value) as same, source_kind, source, association_code, trust, seen_at,
  case when field = 'address' then place end as place,
  case field
    when 'address' then (place.street is not null)::int * 4 + (place.postal_code is not null)::int * 2 + (place.city is not null)::int
    when 'description' then least(length(value), 2000)
    -- a name in capitals has lost its spelling; among the rest the fuller one is better
    when 'name' then case when value = upper(value) and length(value) > 5 then 0 else length(value) end
    else 0 end as fullness
from offered where nullif(trim(value), '') is not null;

create or replace temp table surviving_values as
with agreed as (
  select v.*, count(distinct source) over (partition by company_id, field, same) as agreeing from company_values v
)
select * exclude (place_no) from (
  select *, row_number() over (
    partition by company_id, field
    order by
      case when field = 'address' then (fullness >= 4)::int else 0 end desc,
      round(trust + 0.15 * (least(agreeing, 4) - 1), 3) desc, fullness desc, seen_at desc nulls last, source) as place_no
  from agreed
) where place_no = 1;
