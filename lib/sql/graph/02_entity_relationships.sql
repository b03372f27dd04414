-- Edges between companies.
-- Grain: pair of companies and kind of edge; parent_of is directed, of the others from is the smaller id.
-- Inputs: companies, event_participants, firmographics, events. Variables: min_shared_events (default 2),
--   max_group (default 12). Creates: out_entity_relationships.
-- A phone or address that very many share (switchboard, industrial park) links each to the first only: a star, not a web.

create or replace temp table out_entity_relationships as
with grouped as (
  select company_id, 'same_domain' as relationship, domain as key, domain as shown, 0.9 as strength from companies where domain is not null
  union all
  select company_id, 'shared_phone', phone10(phone), phone, 0.7 from companies where phone10(phone) is not null
  union all
  select company_id, 'shared_address',
    list_min(house_numbers(street)) || '|' || array_to_string(list_sort(street_words(street)), ' ') || '|' || coalesce(postal_key(postal_code), city_key(city)),
    concat_ws(', ', street, city), 0.6
  from companies where len(house_numbers(street)) > 0 and len(street_words(street)) > 0
),
places as (
  select *, row_number() over g as place, count(*) over (partition by relationship, key) as size
  from grouped where key is not null window g as (partition by relationship, key order by company_id)
),
shared as (
  select x.company_id as from_company_id, y.company_id as to_company_id, x.relationship,
    x.strength / greatest(1, log2(x.size)) as strength, 'both have ' || x.shown as evidence
  from places x join places y on y.relationship = x.relationship and y.key = x.key
  where x.place < y.place and (x.size <= coalesce(getvariable('max_group')::integer, 12) or x.place = 1)
),
-- a parent is known by its domain, else by its name: two joins, since one with an OR compares every pair
named_parents as (
  select c.company_id, f.parent_domain, case when f.parent_domain is null then name_key(f.parent_name) end as parent_key,
    f.provider || ' names ' || coalesce(f.parent_name, f.parent_domain) || ' as parent' as evidence
  from companies c join firmographics f on f.domain = c.domain
  where f.parent_domain is not null or f.parent_name is not null
),
parent_pairs as (
  select p.company_id as parent_id, n.company_id, n.evidence from named_parents n join companies p on p.domain = n.parent_domain
  union all
  select p.company_id, n.company_id, n.evidence from named_parents n join companies p on p.normalized_name = n.parent_key
),
parents as (
  select parent_id as from_company_id, company_id as to_company_id, 'parent_of' as relationship, 0.8 as strength, min(evidence) as evidence
  from parent_pairs where parent_id <> company_id group by parent_id, company_id
),
shown as (select distinct event_id, company_id from event_participants where company_id is not null and event_id is not null and role in ('exhibitor', 'sponsor')),
co_exhibitors as (
  select x.company_id as from_company_id, y.company_id as to_company_id, 'co_exhibitor' as relationship,
    least(1.0, 0.2 * count(*)) as strength, 'together at ' || count(*) || ' events' as evidence
  from shown x join shown y on y.event_id = x.event_id and x.company_id < y.company_id
  group by x.company_id, y.company_id having count(*) >= coalesce(getvariable('min_shared_events')::integer, 2)
),
offers as (select company_id, state, naics_code, lower(unnest(categories)) as category from companies where state is not null),
category_counts as (select category, count(distinct company_id) as companies from offers group by category),
rivals as (
  -- same state and industry, and two uncommon offers in common
  select x.company_id as from_company_id, y.company_id as to_company_id, 'competitor' as relationship,
    least(1.0, 0.15 * count(*)) as strength, 'both offer ' || array_to_string(list_sort(list(x.category))[1:5], ', ') as evidence
  from offers x join offers y on y.category = x.category and y.state = x.state and x.company_id < y.company_id
  join category_counts k on k.category = x.category and k.companies <= 200
  where coalesce(left(x.naics_code, 4) = left(y.naics_code, 4), true)
  group by x.company_id, y.company_id having count(*) >= 2
),
edges as (from shared union all by name from parents union all by name from co_exhibitors union all by name from rivals)
select 'r_' || left(sha256(from_company_id || '|' || to_company_id || '|' || relationship), 16) as relationship_id,
  from_company_id, to_company_id, relationship, round(strength, 4)::double as strength, evidence
from edges
qualify row_number() over (partition by from_company_id, to_company_id, relationship order by strength desc, evidence) = 1;
