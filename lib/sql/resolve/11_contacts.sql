-- People at companies: those named on pages and those found by providers, the same person once.
-- Grain: person at a company. Inputs: member_records, out_company_members, found_contacts, company_domains.
-- Creates: offered_contacts, out_contacts. The same person: equal first and last name, or the same mail address.

create or replace temp table offered_contacts as
with listed as (
  select k.company_id, r.page_url as source, 0 as provider_rank, coalesce(r.confidence, 0.5) as confidence, r.fetched_at as observed_at,
    unnest(from_json(r.contacts, '[{"name":"VARCHAR","title":"VARCHAR","phone":"VARCHAR","email":"VARCHAR"}]')) as person
  from member_records r join out_company_members k using (member_id)
  where json_valid(r.contacts) and json_array_length(r.contacts) > 0
),
all_people as (
  select company_id, trim(person.name) as full_name, null::varchar as first_name, null::varchar as last_name, person.title as title,
    null::varchar as seniority, null::varchar as function, email_address(person.email) as email,
    case when person.email is not null then 'verified' end as email_status, person.phone as phone, null::varchar as linkedin_url,
    source, confidence, observed_at
  from listed
  union all
  select c.company_id, trim(f.full_name), f.first_name, f.last_name, f.title, f.seniority, f.function, email_address(f.email), f.email_status,
    f.phone_e164, f.linkedin_url, f.provider, coalesce(f.confidence, 0.5), f.observed_at
  from found_contacts f join company_domains c using (domain)
),
named as (
  select *, regexp_replace(regexp_replace(plain_text(full_name), '^(mr|mrs|ms|dr|prof) ', ''), '( (jr|sr|ii|iii|iv|phd|pe|mba|cpa|esq))+$', '') as plain
  from all_people where plain_text(full_name) is not null
),
keyed as (
  select *, regexp_extract(plain, '^(\S+)', 1) || ' ' || regexp_extract(plain, '(\S+)$', 1) as name_key from named
)
select *, coalesce(min(name_key) over (partition by company_id, coalesce(email, name_key)), name_key) as person_key
from keyed;

create or replace temp table out_contacts as
with people as (
  select company_id, person_key,
    first(full_name order by length(full_name) desc, confidence desc, full_name) as full_name,
    first(first_name order by confidence desc, source) filter (first_name is not null) as first_name,
    first(last_name order by confidence desc, source) filter (last_name is not null) as last_name,
    first(title order by observed_at desc nulls last, confidence desc, title) filter (nullif(title, '') is not null) as title,
    first(seniority order by confidence desc, source) filter (seniority is not null) as seniority,
    first(function order by confidence desc, source) filter (function is not null) as function,
    first(struct_pack(email := email, status := email_status)
      order by (email_status = 'verified')::int desc nulls last, confidence desc, email) filter (email is not null) as mail,
    first(phone order by confidence desc, phone) filter (nullif(phone, '') is not null) as phone,
    first(linkedin_url order by confidence desc, linkedin_url) filter (linkedin_url is not null) as linkedin_url,
    array_to_string(list_sort(list_distinct(list(source))), ', ') as source,
    round(1 - product(1 - least(confidence, 0.99)), 4) as confidence, max(observed_at) as observed_at
  from offered_contacts group by company_id, person_key
),
titled as (select *, lower(coalesce(title, '')) as t from people)
select 'p_' || left(sha256(company_id || '|' || person_key), 16) as contact_id, company_id, full_name,
  coalesce(first_name, regexp_extract(full_name, '^(\S+)', 1)) as first_name,
  coalesce(last_name, nullif(regexp_extract(full_name, '\s(\S+)$', 1), '')) as last_name,
  title,
  coalesce(seniority, case
    when t = '' then null
    when regexp_matches(t, '(^|\W)(owner|founder|proprietor)(\W|$)') then 'owner'
    when regexp_matches(t, '(^|\W)(vice president|vp|svp|evp)(\W|$)') then 'vp'
    when regexp_matches(t, '(^|\W)(chief|ceo|cfo|coo|cio|cto|president)(\W|$)') then 'c_suite'
    when regexp_matches(t, '(^|\W)director(\W|$)') then 'director'
    when regexp_matches(t, '(^|\W)(manager|supervisor|head)(\W|$)') then 'manager'
    else 'other' end) as seniority,
  coalesce(function, case
    when t = '' then null
    when regexp_matches(t, '(^|\W)(it|cio|cto|information|systems|technology)(\W|$)') then 'it'
    when regexp_matches(t, '(^|\W)(cfo|finance|financial|controller|accounting|treasurer)(\W|$)') then 'finance'
    when regexp_matches(t, '(^|\W)(purchasing|procurement|buyer|supply|materials)(\W|$)') then 'purchasing'
    when regexp_matches(t, '(^|\W)(sales|marketing|account|business development)(\W|$)') then 'sales'
    when regexp_matches(t, '(^|\W)(operations|plant|production|manufacturing|coo|quality|engineering|engineer)(\W|$)') then 'operations'
    when regexp_matches(t, '(^|\W)(ceo|president|owner|founder|general manager)(\W|$)') then 'executive'
    else 'other' end) as function,
  mail.email as email, mail.status as email_status, phone, linkedin_url, source, confidence, observed_at
from titled;
