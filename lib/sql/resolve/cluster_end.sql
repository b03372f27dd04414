-- What a grain's rounds found, twins included.
-- Inputs: clusters, twins. Variables: grain. Creates: site_clusters (n, site) at grain site; at grain company
--   clusters (n, c) of all members. The number of a cluster is the smallest n in it.

create or replace temp table clusters as
select t.n, c.c from twins t join clusters c on c.n = t.twin_of;
create or replace temp table ended as
select n, min(n) over (partition by c) as c from clusters;
create or replace temp table clusters as from ended;
create or replace temp table site_clusters as
select e.n, coalesce(case when getvariable('grain') = 'company' then s.site end, e.c) as site
from ended e left join site_clusters s using (n);
