-- Company ids: a cluster keeps the id its records had in the last good run; merges and splits keep the older id.
-- Grain: cluster, then member. Inputs: clusters, site_clusters, normalised, member_records, scored, previous_companies,
--   previous_company_members. Variables: now. Creates: company_ids (c, company_id, previous_id, origin), ended_companies
--   (company_id, new_id), out_company_members.

create or replace temp table earlier_companies as
select company_id, any_value(first_seen_at) as first_seen_at, any_value(domain) as domain, any_value(normalized_name) as normalized_name
from previous_companies group by company_id;

-- A member's id is the id of one of its records; another of them may stand for it today, so all its records are asked.
create or replace temp table inherited as
with by_record as (
  select k.c, p.company_id, count(distinct p.member_id) as members, min(k.n) as first_member
  from clusters k
  join normalised m using (n)
  join member_records r on r.member_id = m.member_id
  join previous_company_members p on p.member_id = r.record_id
  group by k.c, p.company_id
),
by_value as (
  -- a site that moved has new records: the same name at the same domain is the same company, where that is unmistakable
  select min(c) as c, company_id, 0 as members, min(n) as first_member
  from (
    select k.c, k.n, e.company_id
    from clusters k join normalised m using (n) join name_features f using (n)
    join earlier_companies e on e.domain = m.domain and e.normalized_name = f.name_key
    where k.c not in (select c from by_record) and e.company_id not in (select company_id from by_record)
  ) group by company_id having count(distinct c) = 1
)
from by_record union all from by_value;

create or replace temp table company_ids as
with homes as (
  -- after a split the old id stays with the larger part
  select *, row_number() over (partition by company_id order by members desc, first_member) = 1 as is_home from inherited
),
heirs as (
  -- after a merge the older id stands
  select h.c, h.company_id, row_number() over (partition by h.c order by e.first_seen_at nulls last, h.company_id) as place
  from homes h left join earlier_companies e using (company_id) where h.is_home
),
leads as (
  select k.c, min(m.member_id) as lead, min(h.company_id) filter (not h.is_home) as split_from
  from clusters k join normalised m using (n) left join homes h on h.c = k.c group by k.c
),
named as (
  select l.c, h.company_id as kept, l.split_from, 'c_' || left(sha256(l.lead), 16) as fresh,
    'c_' || left(sha256(l.lead || '|' || coalesce(getvariable('now')::varchar, '')), 16) as fresher
  from leads l left join heirs h on h.c = l.c and h.place = 1
)
select c, coalesce(kept, case when fresh in (select company_id from earlier_companies) then fresher else fresh end) as company_id,
  case when kept is null then split_from end as previous_id,
  case when kept is not null then 'kept' when split_from is not null then 'split' else 'created' end as origin
from named;

-- Ids of the last run that no longer stand: merged into another, or gone.
create or replace temp table ended_companies as
with homes as (
  select company_id, arg_max(c, (members, -first_member)) as c from inherited group by company_id
)
select e.company_id, i.company_id as new_id
from earlier_companies e left join homes h using (company_id) left join company_ids i on i.c = h.c
where e.company_id not in (select company_id from company_ids);

create or replace temp table member_links as
with links as (
  select s.a as n, s.weight from scored s join clusters x on x.n = s.a join clusters y on y.n = s.b where case when x.c = y.c then true else false end
  union all
  select s.b, s.weight from scored s join clusters x on x.n = s.a join clusters y on y.n = s.b where case when x.c = y.c then true else false end
)
select n, max(weight) as weight from links group by n;

create or replace temp table out_company_members as
select m.member_id, m.source as member_association, i.company_id,
  's_' || left(sha256(min(m.member_id) over (partition by s.site)), 16) as site_id, l.weight as weakest_weight
from clusters k join normalised m using (n) join company_ids i on i.c = k.c join site_clusters s using (n) left join member_links l using (n);
