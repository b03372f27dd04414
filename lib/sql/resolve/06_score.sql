-- Match weights of the compared pairs, and what follows for two members of one directory.
-- Grain: pair (a, b). Inputs: compared, weights, match_prior, normalised. Variables: match_threshold (bits, default 0.5),
--   clean_sources ('yes': every source lists a member once; 'no'; 'auto', the default: seen from the data).
-- Creates: scored (a, b, weight, decision input flags, weight per field), clean_sources (source).

create or replace temp table scored as
with weighed as (
  select c.*,
    least(nw.high, greatest(nw.low, nw.base + nw.rarity * name_bits)) as name_weight,
    coalesce(least(dw.high, greatest(dw.low, dw.base + dw.rarity * domain_bits)), 0) as domain_weight,
    coalesce(least(pw.high, greatest(pw.low, pw.base + pw.rarity * phone_bits)), 0) as phone_weight,
    coalesce(ew.base, 0) as email_weight,
    coalesce(least(aw.high, greatest(aw.low, aw.base + aw.rarity * address_bits)), 0) as address_weight
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
    case when nearly_identical and address_level = 'same' then 3 else -1000 end) as weight
from flagged f cross join match_prior p;

-- A source is clean when hardly any of its members matches another of its own.
create or replace temp table clean_sources as
with sizes as (select source, count(*) as members from normalised group by source),
repeats as (
  select source, count(distinct n) as members from (
    select x.source, unnest([s.a, s.b]) as n from scored s join normalised x on x.n = s.a
    where s.same_source and s.weight >= 3)
  group by source
)
select s.source
from sizes s left join repeats r using (source)
where case coalesce(getvariable('clean_sources'), 'auto')
  when 'yes' then true when 'no' then false
  else coalesce(r.members, 0) <= greatest(2, s.members * 0.05) end;
