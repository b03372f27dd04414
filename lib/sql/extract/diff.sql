-- What one harvest changed against another, record by record and field by field.
-- Grain: record (new, gone) or record and field (changed). Inputs: after_companies, after_events, after_participants and
--   before_companies, before_events, before_participants. Creates: harvest_diff (kind, change, name, page_url, field,
--   old, new) and harvest_counts (kind, before, after, new, gone, changed).

create or replace temp macro company_fields(harvest) as table
select 'company' as kind, record_id, lower(name) || '|' || coalesce(lower(city), '') as pairing, name as title, page_url as page,
  unnest([
    {field: 'name', value: name}, {field: 'website', value: website}, {field: 'phone', value: coalesce(phone_e164, phone)},
    {field: 'fax', value: fax}, {field: 'email', value: email}, {field: 'street', value: street}, {field: 'city', value: city},
    {field: 'state', value: state}, {field: 'postal_code', value: postal_code}, {field: 'country', value: country},
    {field: 'description', value: description}, {field: 'categories', value: nullif(array_to_string(categories, ', '), '')},
    {field: 'contacts', value: nullif(contacts, '[]')}, {field: 'profile_url', value: profile_url}, {field: 'page_url', value: page_url}],
    recursive := true)
from query_table(harvest);

create or replace temp macro event_fields(harvest) as table
select 'event' as kind, record_id, lower(name) || '|' || coalesce(start_date::varchar, '') as pairing, name as title, page_url as page,
  unnest([
    {field: 'name', value: name}, {field: 'start_date', value: start_date::varchar}, {field: 'end_date', value: end_date::varchar},
    {field: 'venue', value: venue}, {field: 'street', value: street}, {field: 'city', value: city}, {field: 'state', value: state},
    {field: 'url', value: url}, {field: 'page_url', value: page_url}], recursive := true)
from query_table(harvest);

create or replace temp macro participant_fields(harvest) as table
select 'participant' as kind, record_id, role || '|' || lower(name) as pairing, name as title, page_url as page,
  unnest([
    {field: 'name', value: name}, {field: 'company', value: company}, {field: 'title', value: title}, {field: 'role', value: role},
    {field: 'level', value: level}, {field: 'booth', value: booth}, {field: 'website', value: website}, {field: 'category', value: category},
    {field: 'profile_url', value: profile_url}, {field: 'event', value: event_name}, {field: 'page_url', value: page_url}], recursive := true)
from query_table(harvest);

create or replace temp table fields_before as
  select * from company_fields('before_companies') union all select * from event_fields('before_events')
  union all select * from participant_fields('before_participants');
create or replace temp table fields_after as
  select * from company_fields('after_companies') union all select * from event_fields('after_events')
  union all select * from participant_fields('after_participants');

-- The same record by its id; else, where a list moved to another page or another order, by what it is called.
create or replace temp table record_pairs as
with b as (select distinct kind, record_id, pairing, page from fields_before),
a as (select distinct kind, record_id, pairing, page from fields_after),
lone_b as (
  select *, row_number() over (partition by kind, pairing order by page, record_id) as place
  from b where not exists (from a where a.kind = b.kind and a.record_id = b.record_id)
),
lone_a as (
  select *, row_number() over (partition by kind, pairing order by page, record_id) as place
  from a where not exists (from b where b.kind = a.kind and b.record_id = a.record_id)
)
select kind, record_id as before_id, record_id as after_id from b join a using (kind, record_id)
union all
select kind, x.record_id, y.record_id from lone_b x full join lone_a y using (kind, pairing, place);

create or replace temp table harvest_diff as
with sides as (
  select p.kind, p.before_id, p.after_id, b.title, b.page, b.field, b.value as old, a.value as new
  from record_pairs p
  join fields_before b on b.kind = p.kind and b.record_id = p.before_id
  join fields_after a on a.kind = p.kind and a.record_id = p.after_id and a.field = b.field
)
select kind, 'changed' as change, title as name, page as page_url, field, old, new from sides where old is distinct from new
union all
select p.kind, 'new', a.title, a.page, null, null, null
from record_pairs p join fields_after a on a.kind = p.kind and a.record_id = p.after_id and a.field = 'name' where p.before_id is null
union all
select p.kind, 'gone', b.title, b.page, null, null, null
from record_pairs p join fields_before b on b.kind = p.kind and b.record_id = p.before_id and b.field = 'name' where p.after_id is null;

create or replace temp table harvest_counts as
select k.kind,
  (select count(distinct record_id) from fields_before b where b.kind = k.kind) as before,
  (select count(distinct record_id) from fields_after a where a.kind = k.kind) as after,
  (select count(*) from harvest_diff d where d.kind = k.kind and d.change = 'new') as new,
  (select count(*) from harvest_diff d where d.kind = k.kind and d.change = 'gone') as gone,
  (select count(distinct (name, page_url)) from harvest_diff d where d.kind = k.kind and d.change = 'changed') as changed
from (values (1, 'company'), (2, 'event'), (3, 'participant')) k(place, kind) order by place;
