-- What each source looks like in this run.
-- Grain: association, path shape, page type. Inputs: pages, page_types, extracted_companies, extracted_events,
--   extracted_participants. Variables: now, sample_pages (pages per shape whose markup is looked at, default 15).
-- Creates: page_shapes, page_records, source_measures, out_source_baselines.

-- Path shape: numbers are {n}; a segment is {slug} where many pages of one type differ in it alone.
create or replace temp table page_shapes as
with split as (
  select p.association_code, p.url, coalesce(t.page_type, 'other') as page_type,
    regexp_extract(lower(p.url), '^[a-z]+://([^/?#]+)', 1) as host,
    regexp_replace(regexp_extract(p.url, '^[a-zA-Z]+://[^/?#]+([^?#]*)', 1), '\d+', '{n}', 'g') as path,
    array_to_string(list_sort(list_transform(
      list_filter(string_split(regexp_extract(p.url, '\?([^#]*)', 1), '&'), lambda q: q <> ''), lambda q: regexp_extract(q, '^([^=]*)', 1))), '&') as query
  from pages p left join page_types t on t.url = p.url and t.association_code = p.association_code
),
cut as (
  select *, regexp_replace(path, '[^/]*/?$', '') as folder, regexp_extract(path, '([^/]*)/?$', 1) as leaf from split
),
varied as (
  select *, count(distinct leaf) over (partition by association_code, page_type, host, folder) as leaves from cut
)
select association_code, url, page_type,
  host || folder || case when leaves > 5 and leaf <> '' then '{slug}' else leaf end || case when query <> '' then '?' || query else '' end as url_pattern
from varied;

create or replace temp table page_records as
select association_code, page_url as url, unnest([
    {field: 'name', filled: name is not null}, {field: 'website', filled: website is not null}, {field: 'phone', filled: phone is not null},
    {field: 'email', filled: email is not null}, {field: 'street', filled: street is not null}, {field: 'city', filled: city is not null},
    {field: 'state', filled: state is not null}, {field: 'postal_code', filled: postal_code is not null},
    {field: 'description', filled: description is not null}, {field: 'categories', filled: len(categories) > 0}], recursive := true), record_id
from extracted_companies
union all
select association_code, page_url, unnest([
    {field: 'event_name', filled: name is not null}, {field: 'start_date', filled: start_date is not null},
    {field: 'venue', filled: venue is not null}, {field: 'event_city', filled: city is not null}], recursive := true), record_id
from extracted_events
union all
select association_code, page_url, unnest([
    {field: 'participant', filled: name is not null}, {field: 'booth', filled: booth is not null},
    {field: 'participant_website', filled: website is not null}, {field: 'event', filled: event_name is not null or event_url is not null}], recursive := true), record_id
from extracted_participants;

create or replace temp table source_measures as
with records as (
  select s.association_code, s.url_pattern, s.page_type, r.field, avg(r.filled::int) as share, count(distinct r.record_id) as records
  from page_records r join page_shapes s on s.url = r.url and s.association_code = r.association_code group by all
),
fills as (
  select association_code, url_pattern, page_type, '{' || string_agg(to_json(field) || ':' || round(share, 4), ',' order by field) || '}' as fill_rates
  from records group by all
),
counted as (
  select s.association_code, s.url_pattern, s.page_type, count(distinct r.record_id) as records
  from page_records r join page_shapes s on s.url = r.url and s.association_code = r.association_code group by all
),
samples as (
  select s.association_code, s.url_pattern, s.page_type, p.body,
    row_number() over (partition by s.association_code, s.url_pattern, s.page_type order by md5(s.url)) as place
  from page_shapes s join pages p on p.url = s.url and p.association_code = s.association_code
),
marks as (
  -- class names without their numbers; those on at least half of the sampled pages are the skeleton
  select association_code, url_pattern, page_type, place,
    unnest(list_distinct(list_transform(regexp_extract_all(left(body, 200000), '<([a-z0-9]+)[^>]*class="([^"]{1,80})"', 2), lambda c: regexp_replace(c, '\d+', '', 'g')))) as mark
  from samples where place <= coalesce(getvariable('sample_pages')::integer, 15)
),
skeleton as (
  select association_code, url_pattern, page_type, mark, count(*) as pages from marks group by all
),
hashes as (
  select k.association_code, k.url_pattern, k.page_type, md5(array_to_string(list_sort(list(k.mark)), '|')) as structure_hash
  from skeleton k
  join (select association_code, url_pattern, page_type, max(place) as sampled from marks group by all) n
    on n.association_code = k.association_code and n.url_pattern = k.url_pattern and n.page_type = k.page_type
  where k.pages * 2 >= n.sampled group by all
)
select s.association_code, s.url_pattern, s.page_type, count(*)::integer as pages, coalesce(any_value(c.records), 0)::integer as records,
  coalesce(any_value(f.fill_rates), '{}') as fill_rates, any_value(h.structure_hash) as structure_hash,
  getvariable('now')::timestamptz as measured_at
from page_shapes s
left join counted c on c.association_code = s.association_code and c.url_pattern = s.url_pattern and c.page_type = s.page_type
left join fills f on f.association_code = s.association_code and f.url_pattern = s.url_pattern and f.page_type = s.page_type
left join hashes h on h.association_code = s.association_code and h.url_pattern = s.url_pattern and h.page_type = s.page_type
group by s.association_code, s.url_pattern, s.page_type;

create or replace temp table out_source_baselines as select * exclude (association_code) from source_measures;
