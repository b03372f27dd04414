-- Match weights of the compared pairs, and what follows for two members of one directory.
-- Grain: pair (a, b). Inputs: compared, weights, match_prior, standing. Variables: match_threshold (bits, default 0.5), clean_sources ('yes': every source lists a member once; 'no'; 'auto', the default: seen from the data).
-- Creates: scored (a, b, weight, site_weight, decision input flags, weight per field), source_repeats (grain, source, clean).

create or replace temp table weighed_pairs as
with weighed as (
  select c.*,
    least(nw.high, greatest(nw.low, nw.base + nw.rarity * name_bits)) as name_weight,
    coalesce(least(dw.high, greatest(dw.low, dw.base + dw.rarity * domain_bits)), 0) as domain_weight,
    coalesce(least(pw.high, greatest(pw.low, pw.base + pw.rarity * phone_bits)), 0) as phone_weight,
    coalesce(ew.base, 0) as email_weight,
    coalesce(least(aw.high, greatest(aw.low, aw.base + aw.rarity * address_bits)), 0) as address_weight,
    coalesce(least(pw.site_high, greatest(pw.site_low, pw.site_base + pw.rarity * phone_bits)), 0) as site_phone_weight,
    coalesce(least(aw.site_high, greatest(aw.site_low, aw.site_base + aw.rarity * address_bits)), 0) as site_address_weight
  from compared c
  join weights nw on nw.field = 'name' and nw.level = c.name_level
  left join weights dw on dw.field = 'domain' and dw.level = c.domain_level
  left join weights pw on pw.field = 'phone' and pw.level = c.phone_level
  left join weights ew on ew.field = 'email' and ew.level = c.email_level
  left join weights aw on aw.field = 'address' and aw.level = c.address_level
),
flagged as (
  -- nearly identical: the one case in which two entries of one directory are taken for one member
  select *,
    name_level in ('same', 'same_letters')
      and coalesce(domain_level not in ('different', 'similar'), true)
      and coalesce(phone_level = 'same', true)
      and coalesce(address_level in ('same', 'same_zip', 'same_city'), true)
      and coalesce(domain_level = 'same', false)::int + coalesce(phone_level = 'same', false)::int + coalesce(address_level = 'same', false)::int >= 2
      as nearly_identical
  from weighed
)
-- Rarity must not argue identical records apart: where values are common because one company repeats them, agreement of
-- name, street address and a phone or domain is enough.
select f.*,
  greatest(
    round(p.bits + name_weight + domain_weight + phone_weight + email_weight + address_weight, 4),
    case when nearly_identical and address_level = 'same' then 3 else -1000 end) as weight,
  greatest(
    round(p.bits + name_weight + domain_weight + site_phone_weight + email_weight + site_address_weight, 4),
    case when nearly_identical and address_level = 'same' then 3 else -1000 end) as site_weight
from flagged f cross join match_prior p;

-- A source is clean when hardly any of its members matches another of its own. A list of branches is clean of sites and
-- not of companies, so each grain has its answer.
create or replace temp table source_repeats as
with sizes as (select source, count(*) as members from standing group by source),
  repeats as (
    select grain, source, count(distinct n) as members from (
      select 'site' as grain, x.source, unnest([s.a, s.b]) as n from weighed_pairs s join standing x on x.n = s.a where s.same_source and s.site_weight >= 3
      union all
      select 'company', x.source, unnest([s.a, s.b]) from weighed_pairs s join standing x on x.n = s.a where s.same_source and s.weight >= 3)
    group by grain, source
  )
select g.grain, s.source, s.members, coalesce(r.members, 0) as repeated,
  case coalesce(getvariable('clean_sources'), 'auto')
    when 'yes' then true when 'no' then false
    else coalesce(r.members, 0) <= greatest(2, s.members * 0.05) end as clean
from sizes s cross join (select unnest(['site', 'company']) as grain) g left join repeats r using (grain, source);

-- Between two clean lists a record has one partner at most. A pair just below the line whose two records have no other
-- candidate near is taken: each list says by its silence that nobody else is meant.
create or replace temp table only_candidates as
with line as (select coalesce(getvariable('match_threshold')::double, 0.5) as bits),
  clean as (select source from source_repeats where clean and grain = 'site'),
  listed as (
    select w.a, w.b, w.site_weight, w.name_level <> 'different' as named, x.source as source_a, y.source as source_b
    from weighed_pairs w join standing x on x.n = w.a join standing y on y.n = w.b cross join line
    where not w.same_source and w.site_weight >= line.bits - 6 and x.source in (from clean) and y.source in (from clean)
  ),
  sides as (
    select a as n, source_b as list, site_weight, named, a, b from listed union all select b, source_a, site_weight, named, a, b from listed
  ),
  counted as (
    select *, count(*) over (partition by n, list order by site_weight range between 4 preceding and unbounded following) as near from sides
  )
select a, b from counted cross join line
where site_weight < line.bits and site_weight >= line.bits - 1.5 and named
group by a, b having count(*) = 2 and max(near) = 1;

create or replace temp table scored as
select w.* replace (
    case when o.a is null then w.weight else greatest(w.weight, coalesce(getvariable('match_threshold')::double, 0.5)) end as weight,
    case when o.a is null then w.site_weight else coalesce(getvariable('match_threshold')::double, 0.5) end as site_weight),
  o.a is not null as only_candidate
from weighed_pairs w left join only_candidates o using (a, b);
