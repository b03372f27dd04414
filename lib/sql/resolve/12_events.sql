-- Events and who takes part in them.
-- Grain: event; participant. Inputs: extracted_events, extracted_participants, members, member_records,
--   out_company_members, company_domains. Creates: event_records, out_events, participant_links, out_event_participants.
-- An event listed on a calendar and on its own page is one: same address, or same title and first day.

create or replace temp table event_records as
with own_page as (
  -- a page with one event on it is that event's page
  select e.*, url_key(coalesce(e.url, case when count(*) over (partition by e.association_code, e.page_url) = 1 then e.page_url end)) as place,
    plain_text(e.name) as title
  from extracted_events e where plain_text(e.name) is not null
),
titled as (
  select *, min(title) over (partition by association_code, coalesce(place, 'title ' || title)) as event_title from own_page
)
select *, coalesce(start_date, min(start_date) over (partition by association_code, event_title)) as event_day,
  'e_' || left(sha256(association_code || '|' || event_title || '|'
    || coalesce(coalesce(start_date, min(start_date) over (partition by association_code, event_title))::varchar, '')), 16) as event_id
from titled;

create or replace temp table out_events as
with ranked as (
  select *, coalesce(confidence, 0) + (start_date is not null)::int + (venue is not null)::int * 0.5 + (city is not null)::int * 0.5 as fullness
  from event_records
)
select event_id, min(association_code) as association_code,
  first(name order by fullness desc, record_id) as name,
  min(event_day) as start_date,
  max(end_date) as end_date,
  first(venue order by fullness desc, record_id) filter (venue is not null) as venue,
  first(street order by fullness desc, record_id) filter (street is not null) as street,
  first(city order by fullness desc, record_id) filter (city is not null) as city,
  first(state order by fullness desc, record_id) filter (state is not null) as state,
  coalesce(first(url order by fullness desc, record_id) filter (url is not null), first(page_url order by fullness desc, record_id)) as url,
  max(confidence) as confidence
from ranked group by event_id;

create or replace temp table participants as
with events_by_url as (select association_code, place, min(event_id) as event_id from event_records where place is not null group by all),
  events_by_title as (
    select association_code, title, min(event_id) as event_id from event_records group by all having count(distinct event_id) = 1)
select p.*, coalesce(u.event_id, v.event_id, t.event_id) as event_id,
  case when p.role = 'speaker' then p.company else coalesce(p.company, p.name) end as company_name
from extracted_participants p
left join events_by_url u on u.association_code = p.association_code and u.place = url_key(p.event_url)
left join events_by_url v on v.association_code = p.association_code and v.place = url_key(p.page_url)
left join events_by_title t on t.association_code = p.association_code and t.title = plain_text(p.event_name);

-- Which company a participant is: by its page, its domain, its name; a tie between companies links to none.
create or replace temp table participant_links as
with names as (
  select distinct k.company_id, f.name_key as key, f.letters
  from name_features f join normalised m using (n) join out_company_members k using (member_id)
),
asked as (
  select record_id, association_code, url_key(profile_url) as profile, own_domain(registrable_domain(website)) as domain,
    name_key(company_name) as key, name_letters(company_name) as letters
  from participants
),
profiles as (
  select distinct k.company_id, url_key(r.profile_url) as profile from member_records r join out_company_members k using (member_id) where r.profile_url is not null
  union select distinct k.company_id, url_key(r.page_url) from member_records r join out_company_members k using (member_id) where r.page_type = 'member_profile'
),
-- a slip of the pen in a long name; a slip in its beginning leaves its end, and the other way round
near as (
  select a.record_id, n.company_id, a.letters as x, n.letters as y from asked a join names n on left(n.letters, 4) = left(a.letters, 4)
  union select a.record_id, n.company_id, a.letters, n.letters from asked a join names n on right(n.letters, 5) = right(a.letters, 5)
),
misspelt as (
  select distinct record_id, company_id from near
  where case when length(x) >= 8 and x <> y and abs(length(x) - length(y)) <= 2
    then damerau_levenshtein(left(x, 60), left(y, 60)) <= case when length(x) >= 14 then 2 else 1 end else false end
),
offered as (
  select a.record_id, p.company_id, 8 as points from asked a join profiles p using (profile)
  union all select a.record_id, d.company_id, 4 from asked a join company_domains d using (domain)
  union all (
    select a.record_id, n.company_id, 2 from asked a join names n on n.key = a.key
    union select a.record_id, n.company_id, 2 from asked a join names n on n.letters = a.letters)
  union all select record_id, company_id, 1 from misspelt
),
summed as (
  select o.record_id, o.company_id, sum(points) + max(case when m.company_id is not null then 1 else 0 end) as points
  from offered o join asked a using (record_id)
  left join (select distinct company_id, member_association from out_company_members) m
    on m.company_id = o.company_id and m.member_association = a.association_code
  group by all
)
select record_id, min(company_id) as company_id
from (select *, max(points) over (partition by record_id) as top from summed)
where points = top group by record_id having count(*) = 1;

create or replace temp table out_event_participants as
with identified as (
  select p.*, l.company_id,
    'x_' || left(sha256(concat_ws('|', coalesce(p.event_id, p.page_url), p.role, plain_text(p.name), coalesce(plain_text(p.company), ''))), 16) as participant_id
  from participants p left join participant_links l using (record_id)
)
select participant_id, min(event_id) as event_id, min(company_id) as company_id,
  first(name order by confidence desc nulls last, record_id) as name,
  first(company_name order by confidence desc nulls last, record_id) as company_name, min(role) as role,
  first(level order by confidence desc nulls last, record_id) filter (level is not null) as level,
  first(booth order by confidence desc nulls last, record_id) filter (booth is not null) as booth,
  first(title order by confidence desc nulls last, record_id) filter (title is not null) as person_title,
  first(page_url order by confidence desc nulls last, record_id) as page_url, max(confidence) as confidence
from identified group by participant_id;
