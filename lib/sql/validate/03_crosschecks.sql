-- A member's values against what providers and its other pages say.
-- Grain: member, field, source. Inputs: extracted_companies, out_duplicates, record_keys, firmographics.
-- Creates: member_values_now, out_crosschecks. Only values that both sides have are compared.

create or replace temp table member_values_now as
select d.member_id,
  first(r.name order by d.is_primary desc, r.confidence desc, r.record_id) as name,
  first(r.website order by d.is_primary desc, r.confidence desc, r.record_id) filter (r.website is not null) as website,
  first(coalesce(r.domain, registrable_domain(r.website)) order by d.is_primary desc, r.confidence desc, r.record_id)
    filter (coalesce(r.domain, r.website) is not null) as domain,
  first(coalesce(r.phone_e164, r.phone) order by d.is_primary desc, r.confidence desc, r.record_id)
    filter (coalesce(r.phone_e164, r.phone) is not null) as phone,
  first(r.email order by d.is_primary desc, r.confidence desc, r.record_id) filter (r.email is not null) as email,
  first(r.street order by d.is_primary desc, r.confidence desc, r.record_id) filter (r.street is not null) as street,
  first(r.city order by d.is_primary desc, r.confidence desc, r.record_id) filter (r.city is not null) as city,
  first(r.state order by d.is_primary desc, r.confidence desc, r.record_id) filter (r.state is not null) as state,
  first(r.postal_code order by d.is_primary desc, r.confidence desc, r.record_id) filter (r.postal_code is not null) as postal_code,
  first(r.country order by d.is_primary desc, r.confidence desc, r.record_id) filter (r.country is not null) as country,
  first(r.description order by d.is_primary desc, length(r.description) desc, r.record_id) filter (r.description is not null) as description,
  max(len(r.categories)) as categories,
  max(coalesce(json_array_length(case when json_valid(r.contacts) then r.contacts end), 0)) as contacts,
  avg(r.confidence) as confidence, max(r.fetched_at) as fetched_at
from extracted_companies r join out_duplicates d using (record_id)
group by d.member_id;

create or replace temp table out_crosschecks as
with ours as (
  select member_id, unnest([
    {field: 'name', value: name}, {field: 'website', value: website}, {field: 'phone', value: phone}, {field: 'street', value: street},
    {field: 'city', value: city}, {field: 'state', value: state}, {field: 'postal_code', value: postal_code}], recursive := true)
  from member_values_now
),
theirs as (
  select m.member_id, f.provider as source, unnest([
    {field: 'name', other_value: f.name}, {field: 'website', other_value: null}, {field: 'phone', other_value: f.phone_e164},
    {field: 'street', other_value: f.street}, {field: 'city', other_value: f.city}, {field: 'state', other_value: f.state},
    {field: 'postal_code', other_value: f.postal_code}], recursive := true)
  from member_values_now m join firmographics f on f.domain = m.domain
  union all
  select d.member_id, r.page_url, unnest([
    {field: 'name', other_value: r.name}, {field: 'website', other_value: r.website}, {field: 'phone', other_value: coalesce(r.phone_e164, r.phone)},
    {field: 'street', other_value: r.street}, {field: 'city', other_value: r.city}, {field: 'state', other_value: r.state},
    {field: 'postal_code', other_value: r.postal_code}], recursive := true)
  from out_duplicates d join extracted_companies r using (record_id) where not d.is_primary
),
pairs as (
  select o.member_id, o.field, o.value, t.other_value, t.source
  from ours o join theirs t using (member_id, field)
  where nullif(trim(o.value), '') is not null and nullif(trim(t.other_value), '') is not null
),
-- words of names and streets, and keys of the rest, once per value: the macros are long, and planning them is what costs
normal as materialized (
  select *,
    case field when 'name' then name_words(value) when 'street' then street_tokens(value) end as words,
    case field when 'name' then name_words(other_value) when 'street' then street_tokens(other_value) end as other_words,
    case field when 'website' then registrable_domain(value) when 'phone' then phone10(value) when 'city' then city_key(value)
      when 'state' then state_key(value) when 'postal_code' then postal_key(value) when 'street' then po_box(value) end as key,
    case field when 'website' then registrable_domain(other_value) when 'phone' then phone10(other_value) when 'city' then city_key(other_value)
      when 'state' then state_key(other_value) when 'postal_code' then postal_key(other_value) when 'street' then po_box(other_value) end as other_key
  from pairs
),
compared as (
  select *,
    case
      when key = other_key or words = other_words and len(words) > 0 then 1.0
      when field = 'name' and len(list_intersect(words, other_words)) = least(len(words), len(other_words)) then 0.9
      when field = 'street' and list_has_any(house_numbers_of(words), house_numbers_of(other_words))
        and list_has_any(street_words_of(words), street_words_of(other_words)) then 1.0
      when field in ('name', 'street') then 0.95 * jaro_winkler_similarity(left(array_to_string(words, ' '), 80), left(array_to_string(other_words, ' '), 80))
      when field = 'city' then 0.95 * jaro_winkler_similarity(key, other_key)
      -- the same exchange or the same delivery area: another line, the office next door
      when field = 'phone' and left(key, 6) = left(other_key, 6) or field = 'postal_code' and left(key, 3) = left(other_key, 3) then 0.8
      when key <> other_key then 0.0 end as similarity
  from normal
)
select member_id, field, value, other_value, source,
  case when similarity >= 0.95 then 'agrees' when similarity >= 0.8 then 'similar' else 'differs' end as agreement,
  round(similarity, 4)::double as similarity
from compared
where similarity is not null
qualify row_number() over (partition by member_id, field, source order by similarity desc, other_value) = 1;
