-- Every member begins as a cluster of its own.
-- Inputs: normalised, clean_sources, scored. Creates: clusters (n, c), cluster_sizes, cluster_sources, cluster_links.

create or replace temp table clusters as select n, n as c from normalised;
create or replace temp table cluster_sizes as select n as c, 1 as members from normalised;
create or replace temp table cluster_sources as
  select n as c, source from normalised where source in (from clean_sources);
create or replace temp table cluster_links as
  select a as x, b as y, round(greatest(least(weight, 12), -12) * 10000)::bigint as total, 1 as pairs, weight as best, weight as worst,
    nearly_identical as twin
  from scored;
