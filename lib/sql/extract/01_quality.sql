-- What a harvest is held to: configured assertions, and the good run before it.
-- Grain: assertion. Inputs: harvest and previous_harvest (extracted_companies of now and of the good run before, which may
--   be empty). Variables: least_members; min_members; shares ([{field, least}] as JSON); level (of these two);
--   max_members_drop, max_fill_drop, drop_level. Creates: out_extraction_checks.

-- A member is one record or several: its list entry and its own page. A column is filled where one of them has it.
create or replace temp macro member_columns(harvest) as table
with members as (
  select coalesce(profile_url, lower(name)) as member,
    bool_or(website is not null) as website, bool_or(phone is not null) as phone, bool_or(email is not null) as email,
    bool_or(street is not null) as street, bool_or(city is not null) as city, bool_or(state is not null) as state,
    bool_or(postal_code is not null) as postal_code, bool_or(country is not null) as country,
    bool_or(description is not null) as description, bool_or(len(categories) > 0) as categories,
    bool_or(json_array_length(contacts) > 0) as contacts, bool_or(profile_url is not null) as profile_url
  from query_table(harvest) group by 1
)
select field, count(*) as members, avg(filled::int) as share
from (unpivot members on columns(* exclude (member)) into name field value filled)
group by field;

create or replace temp table out_extraction_checks as
with now_ as (select * from member_columns('harvest')),
before_ as (select * from member_columns('previous_harvest')),
counts as (
  select coalesce((select max(members) from now_), 0) as members, (select max(members) from before_) as members_before,
    (select any_value(job_id) from previous_harvest) as job_before
),
wanted as (
  select unnest(from_json(getvariable('shares'), '[{"field": "VARCHAR", "least": "DOUBLE"}]'), recursive := true)
),
checks as (
  select 'members_found' as name, 'fail' as level, members::double as observed, getvariable('least_members')::double as expected,
    null::double as before, null as compared_with, 'members, of those expected' as about from counts
  union all
  select 'min_members', getvariable('level'), members, getvariable('min_members')::double, null, null, 'members'
  from counts where getvariable('min_members') is not null
  union all
  select 'share:' || w.field, getvariable('level'), coalesce(n.share, 0), w.least, null, null, 'of the members have ' || w.field
  from wanted w left join now_ n using (field)
  union all
  select 'members_drop', getvariable('drop_level'), members, ceil(members_before * (1 - getvariable('max_members_drop')::double)),
    members_before, job_before, 'members'
  from counts where members_before > 0
  union all
  -- Of few members, or of a column that few have, a share says little.
  select 'fill_drop:' || b.field, getvariable('drop_level'), coalesce(n.share, 0), b.share * (1 - getvariable('max_fill_drop')::double),
    b.share, c.job_before, 'of the members have ' || b.field
  from before_ b cross join counts c left join now_ n using (field)
  where b.members >= 10 and b.share >= 0.2 and c.members > 0
)
select name, level, observed >= expected as ok, round(observed, 4) as observed, round(expected, 4) as expected,
  round(before, 4) as before, compared_with,
  case when name like 'share:%' or name like 'fill_drop:%'
    then round(observed * 100)::integer || ' % ' || about || ', at least ' || round(expected * 100)::integer || ' % wanted'
      || coalesce(' (before ' || round(before * 100)::integer || ' %)', '')
    else observed::bigint || ' ' || about || ', at least ' || expected::bigint || ' wanted' || coalesce(' (before ' || before::bigint || ')', '')
  end as detail
from checks;
