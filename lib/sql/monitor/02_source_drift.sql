-- What changed in a source since the last good run.
-- Grain: association, path shape, page type, measure; only what changed has a row.
-- Inputs: source_measures, previous_source_baselines. Creates: out_source_drift.

create or replace temp table out_source_drift as
with sides as (
  select coalesce(n.association_code, p.association_code) as association_code, coalesce(n.url_pattern, p.url_pattern) as url_pattern,
    coalesce(n.page_type, p.page_type) as page_type, p.job_id as compared_with,
    p.url_pattern is null as is_new, n.url_pattern is null as is_gone,
    p.pages as pages_before, n.pages as pages_after, p.records as records_before, n.records as records_after,
    p.structure_hash as hash_before, n.structure_hash as hash_after, p.fill_rates as fills_before, n.fill_rates as fills_after
  from source_measures n
  full join previous_source_baselines p
    on p.association_code = n.association_code and p.url_pattern = n.url_pattern and p.page_type = n.page_type
  -- an association seen for the first time has nothing to drift from
  where coalesce(n.association_code, p.association_code) in (select association_code from previous_source_baselines)
),
fills as (
  select s.*, b.key as field, b.value::double as share_before, a.value::double as share_after
  from sides s, json_each(coalesce(s.fills_before, '{}')) b
  left join lateral (select value from json_each(coalesce(s.fills_after, '{}')) x where x.key = b.key) a on true
  where not s.is_new and not s.is_gone and s.records_after > 0
),
measures as (
  select association_code, url_pattern, page_type, compared_with, 'pages' as measure,
    coalesce(pages_before, 0)::double as before, coalesce(pages_after, 0)::double as after,
    (coalesce(pages_after, 0) - coalesce(pages_before, 0)) / nullif(pages_before, 0)::double as change, is_new, is_gone from sides
  union all
  select association_code, url_pattern, page_type, compared_with, 'records', coalesce(records_before, 0), coalesce(records_after, 0),
    (coalesce(records_after, 0) - coalesce(records_before, 0)) / nullif(records_before, 0)::double, is_new, is_gone from sides
  union all
  select association_code, url_pattern, page_type, compared_with, 'structure', 0, 1, null, is_new, is_gone
  from sides where hash_before <> hash_after
  union all
  select association_code, url_pattern, page_type, compared_with, 'fill:' || field, share_before, coalesce(share_after, 0),
    coalesce(share_after, 0) - share_before, is_new, is_gone from fills
),
judged as (
  select *, case
    when measure = 'structure' then 'warning'
    when is_new then 'info'
    when measure = 'records' and change <= -0.5 then 'critical'
    when measure = 'records' and change <= -0.1 then 'warning'
    when measure = 'pages' and change <= -0.5 then 'warning'
    when measure like 'fill:%' and change <= -0.3 then 'critical'
    when measure like 'fill:%' and change <= -0.1 then 'warning'
    else 'info' end as severity
  from measures
  where measure = 'structure' or after <> before and (measure not like 'fill:%' or abs(change) >= 0.02)
)
select url_pattern, page_type, measure, before, after, severity,
  case
    when measure = 'structure' then 'the markup of these pages is not the one of the last run'
    when is_new then 'a kind of page that was not there before, with ' || after::bigint || ' ' || measure
    when is_gone then 'no such page any more; there were ' || before::bigint || ' ' || measure
    when measure like 'fill:%' then substr(measure, 6) || ' is filled in ' || round(after * 100)::integer || ' % of the records, before in ' || round(before * 100)::integer || ' %'
    else before::bigint || ' ' || measure || ' before, ' || after::bigint || ' now' end as explanation,
  compared_with
from judged;
