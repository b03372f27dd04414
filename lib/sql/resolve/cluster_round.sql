-- One round of agglomeration; run again and again by cluster.ts until `merges` is empty.
-- Inputs: clusters, cluster_keys, cluster_sources, cluster_links. Variables: match_threshold (default 0.5), cluster_threshold (-1).
-- Creates: admissible, merges; moves clusters, cluster_sources and cluster_links on.
--
-- Average linkage over the pairs that were compared guards against chains: one strong link does not outweigh members
-- that contradict. Clusters that share a clean source stay apart, unless a nearly identical pair joins them. Equal
-- links are ordered by a mix of two numbers made of their content, so that a row of equals pairs up instead of queueing.

create or replace temp table admissible as
  with likely as materialized (
    select * from cluster_links where best >= coalesce(getvariable('match_threshold')::double, 0.5)
  ),
  -- in two steps, each with the link in it: joined at once, the sources would meet each other first
  listed as materialized (select l.x, l.y, s.source from likely l join cluster_sources s on s.c = l.x where not l.twin),
  conflicts as (select distinct l.x, l.y from listed l join cluster_sources s on s.c = l.y and s.source = l.source)
  select l.x, l.y, l.total / l.pairs / 10000 as linkage, l.best, (p.key * q.key) % 999983 as mix
  from likely l join cluster_keys p on p.n = l.x join cluster_keys q on q.n = l.y
  anti join conflicts k on k.x = l.x and k.y = l.y
  where l.total / l.pairs / 10000 >= coalesce(getvariable('cluster_threshold')::double, -1);
create or replace temp table merges as
  with sided as (
    select x as c, y as other, linkage, best, mix from admissible union all select y, x, linkage, best, mix from admissible
  ),
  choice as (
    select c, first(other order by linkage desc, best desc, mix desc, other) as other from sided group by c
  )
  select p.c as keep, p.other as gone from choice p join choice q on q.c = p.other and q.other = p.c where p.c < p.other;
update clusters set c = m.keep from merges m where clusters.c = m.gone;
create or replace temp table cluster_sources as
  select distinct coalesce(m.keep, s.c) as c, s.source from cluster_sources s left join merges m on m.gone = s.c;
create or replace temp table cluster_links as
  with moved as (
    select coalesce(p.keep, l.x) as x, coalesce(q.keep, l.y) as y, l.total, l.pairs, l.best, l.worst, l.twin
    from cluster_links l left join merges p on p.gone = l.x left join merges q on q.gone = l.y
  )
  select least(x, y) as x, greatest(x, y) as y, sum(total)::bigint as total, sum(pairs)::bigint as pairs, max(best) as best, min(worst) as worst,
    bool_or(twin) as twin
  from moved where x <> y group by all;
