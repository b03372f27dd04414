-- Members: one merged record per member of one association, the best value of each field over its duplicate records.
-- Grain: member. Inputs: extracted_companies, duplicates. Creates: member_records, member_values, members
--   (member_id, association_code, name, website, domain, phone, phone_e164, phones, email, emails, street, city, state,
--   postal_code, country, description, categories, profile_url, confidence, fetched_at, records, provenance).
-- A record without a row in duplicates (validation has not seen it) is a member of its own.

create or replace temp table member_records as
select coalesce(d.member_id, r.record_id) as member_id, coalesce(d.is_primary, true) as is_primary, r.*
from extracted_companies r
left join duplicates d on d.record_id = r.record_id and d.association_code = r.association_code;

-- One row per value that a record offers, with the confidence the extractor gave that very field where it did.
-- An address moves as one block: street of one page with the ZIP of another would be an address nobody has.
create or replace temp table member_values as
with addresses as (
  select record_id,
    (street is not null)::int * 4 + (postal_code is not null)::int * 2 + (city is not null)::int + (state is not null)::int as fullness
  from member_records
),
offered as (
  select unnest([
      {field: 'name', value: name}, {field: 'website', value: website}, {field: 'phone', value: coalesce(phone_e164, phone)},
      {field: 'email', value: email}, {field: 'description', value: description}, {field: 'profile_url', value: profile_url},
      {field: 'address', value: case when a.fullness > 0 then record_id end}
    ], recursive := true),
    member_id, record_id, page_url, is_primary, fetched_at, confidence, provenance,
    a.fullness
  from member_records join addresses a using (record_id)
)
select member_id, record_id, page_url, field, value, is_primary, fetched_at,
  coalesce(
    try_cast(json_extract_string(provenance, '$.' || case field when 'address' then 'street' else field end || '[0].confidence') as double),
    confidence, 0.5) as confidence,
  case field when 'address' then fullness when 'description' then least(length(value), 1000) else 0 end as fullness
from offered
where nullif(trim(value), '') is not null;

create or replace temp table member_best as
select * exclude (place) from (
  select *, row_number() over (
    partition by member_id, field order by fullness desc, confidence desc, is_primary desc, fetched_at desc nulls last, record_id) as place
  from member_values
) where place = 1;

create or replace temp table members as
with best as (
  select member_id,
    max(value) filter (field = 'name') as name,
    max(record_id) filter (field = 'website') as website_record,
    max(record_id) filter (field = 'phone') as phone_record,
    max(record_id) filter (field = 'email') as email_record,
    max(value) filter (field = 'description') as description,
    max(value) filter (field = 'profile_url') as profile_url,
    max(value) filter (field = 'address') as address_record,
    '{' || string_agg(to_json(field) || ':' || json_object(
      'value', case when field = 'address' then null else left(value, 200) end,
      'record_id', record_id, 'page_url', page_url, 'confidence', confidence, 'at', fetched_at::varchar), ',' order by field) || '}' as provenance
  from member_best
  group by member_id
),
merged as (
  select member_id, min(association_code) as association_code, count(*) as records, max(fetched_at) as fetched_at,
    round(avg(confidence), 6) as confidence,
    list_sort(list_distinct(flatten(list(coalesce(phones, []))))) as phones,
    list_sort(list_distinct(flatten(list(coalesce(emails, []))))) as emails,
    list_sort(list_distinct(flatten(list(coalesce(categories, []))))) as categories
  from member_records group by member_id
)
select m.member_id, m.association_code, coalesce(b.name, '') as name,
  w.website, coalesce(w.domain, registrable_domain(w.website)) as domain,
  p.phone, p.phone_e164, m.phones, e.email, m.emails,
  a.street, a.city, a.state, a.postal_code, a.country,
  b.description, m.categories, b.profile_url, m.confidence, m.fetched_at, m.records, b.provenance
from merged m
left join best b using (member_id)
left join member_records w on w.record_id = b.website_record
left join member_records p on p.record_id = b.phone_record
left join member_records e on e.record_id = b.email_record
left join member_records a on a.record_id = b.address_record;
