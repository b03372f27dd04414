-- Where clustering begins: at grain site every member alone, at grain company every site that was found.
-- Inputs: standing, source_repeats, scored, twins; at grain company clusters. Variables: grain ('site', then 'company').
-- Creates: clusters (n, c), cluster_keys, cluster_sources, cluster_links.

create or replace temp table clusters as
select n, n as c from standing where coalesce(getvariable('grain'), 'site') = 'site'
union all
select n, site from site_clusters semi join standing using (n) where getvariable('grain') = 'company';

-- What orders equal links: a number made of the content, so that ids, order of rows and unrelated members do not matter.
create or replace temp table cluster_keys as
select n, (md5_number_lower(content || copy) % 1000003)::bigint as key from twins;

create or replace temp table cluster_sources as
select distinct c.c, m.source
from clusters c join standing m using (n)
where m.source in (select source from source_repeats where clean and grain = coalesce(getvariable('grain'), 'site'));

-- Totals are whole numbers (ten-thousandths of a bit), since a sum of fractions depends on the order of threads.
create or replace temp table cluster_links as
with weighed as (
  select x.c as x, y.c as y, case when getvariable('grain') = 'company' then s.weight else s.site_weight end as weight,
    -- two entries of a clean list may be one company at two places, unless the lists are said to name a company once
    s.nearly_identical or getvariable('grain') = 'company' and s.site_address_weight <= -3
      and coalesce(getvariable('clean_sources'), 'auto') <> 'yes' as nearly_identical
  from scored s join clusters x on x.n = s.a join clusters y on y.n = s.b
  -- in CASE: as a condition of its own it would let the optimiser join all clusters with all others first
  where case when x.c = y.c then false else true end
),
-- only clusters with a link above the line can ever merge; what lies between the others is left out, most of all pairs
linkable as (
  select x as c from weighed where weight >= coalesce(getvariable('match_threshold')::double, 0.5)
  union
  select y from weighed where weight >= coalesce(getvariable('match_threshold')::double, 0.5)
)
select least(x, y) as x, greatest(x, y) as y, sum(round(greatest(least(weight, 12), -6) * 10000)::bigint)::bigint as total,
  count(*)::bigint as pairs, max(weight) as best, min(weight) as worst, bool_or(nearly_identical) as twin
from weighed semi join linkable l on l.c = x semi join linkable r on r.c = y group by all;
