-- Signs that a company runs a competing ERP, and where ERP vendors show themselves.
-- Grain: company (or vendor at an event or in a directory), vendor, kind. Inputs: companies, company_members,
--   association_memberships, technologies, event_participants, events. Variables: own_vendor (default 'Global Shop Solutions'), erp_vendors
--   (JSON list of names, or of {"vendor", "products"?, "domains"?}; vendors seen in technologies are added).
-- Creates: vendor_names, out_competitor_signals.

create or replace temp table vendor_names as
with listed as (
  select json_extract_string(value, '$.vendor') as vendor, value from json_each(coalesce(getvariable('erp_vendors')::varchar, '[]'))
  where json_type(value) = 'OBJECT'
  union all
  select json_extract_string(value, '$'), null from json_each(coalesce(getvariable('erp_vendors')::varchar, '[]')) where json_type(value) = 'VARCHAR'
),
spelled as (
  select vendor, vendor as spelling, null as product from listed
  union all
  select l.vendor, json_extract_string(p.value, '$'), json_extract_string(p.value, '$')
  from listed l, json_each(coalesce(json_extract(l.value, '$.products'), '[]'::json)) p where l.value is not null
  union all
  select distinct vendor, vendor, null from technologies where upper(category) = 'ERP' and vendor is not null
)
-- names and products only: a short everyday word as a product ("Made2Manage" is one, "Business One" is not) is matched whole
select name_key(spelling) as key, min(vendor) as vendor, max(product) as product
from spelled where name_key(spelling) is not null group by name_key(spelling);

create or replace temp table out_competitor_signals as
with own as (select name_key(coalesce(getvariable('own_vendor')::varchar, 'Global Shop Solutions')) as key),
company_domains as (select company_id, min(domain) as domain from companies where domain is not null group by company_id),
in_use as (
  select d.company_id, coalesce(t.vendor, t.name) as vendor, t.name as product, 'erp_in_use' as signal_type,
    round(1 - product(1 - least(coalesce(t.confidence, 0.5), 0.99)), 4) as strength,
    first(t.evidence order by t.confidence desc nulls last, t.provider, t.evidence) as evidence,
    first(t.evidence_url order by t.confidence desc nulls last, t.provider, t.evidence_url) as source_url, max(t.observed_at) as observed_at
  from (
    -- two associations that share a company hold the same evidence once each
    select domain, name, vendor, provider, evidence, evidence_url, confidence, max(observed_at) as observed_at
    from technologies where upper(category) = 'ERP' group by all
  ) t
  join company_domains d using (domain) group by d.company_id, coalesce(t.vendor, t.name), t.name
),
at_events as (
  select p.company_id, v.vendor, v.product,
    case p.role when 'sponsor' then 'vendor_sponsor' else 'vendor_exhibitor' end as signal_type,
    case p.role when 'sponsor' then 0.9 else 0.8 end as strength,
    p.company_name || ' is ' || p.role || ' of ' || coalesce(e.name, 'an event') || coalesce(' (' || p.level || ')', '') as evidence,
    p.page_url as source_url, null::timestamptz as observed_at
  from event_participants p join vendor_names v on v.key = name_key(p.company_name)
  left join events e on e.event_id = p.event_id where p.role in ('sponsor', 'exhibitor')
),
in_directories as (
  select m.company_id, v.vendor, v.product, 'vendor_member' as signal_type, 0.8 as strength,
    m.listed_name || ' is a member of ' || m.association_code as evidence, m.profile_url as source_url, m.seen_at as observed_at
  from association_memberships m join vendor_names v on v.key = name_key(m.listed_name)
),
signals as (from in_use union all by name from at_events union all by name from in_directories),
identified as (
  select *, 's_' || left(sha256(concat_ws('|', coalesce(company_id, ''), vendor, coalesce(product, ''), signal_type, coalesce(source_url, ''), evidence)), 16) as signal_id
  from signals where name_key(vendor) not in (from own)
)
select signal_id, company_id, vendor, product, signal_type, strength::double as strength, evidence, source_url, observed_at
from identified qualify row_number() over (partition by signal_id order by strength desc, observed_at desc nulls last) = 1;
