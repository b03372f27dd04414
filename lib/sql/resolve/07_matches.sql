-- Explained pairs, from near misses upward.
-- Grain: pair of members. Inputs: scored, clusters, normalised, pair_rules, source_repeats. Variables: match_threshold,
--   match_floor (bits below which an unlinked pair is not kept, default -4). Creates: out_matches.

create or replace temp table out_matches as
with kept as (
  select s.*, x.member_id as member_x, y.member_id as member_y, cx.c = cy.c as together,
    s.same_source and x.source in (select source from source_repeats where clean and grain = 'company') as same_list
  from scored s
  join normalised x on x.n = s.a join normalised y on y.n = s.b
  join clusters cx on cx.n = s.a join clusters cy on cy.n = s.b
  where s.weight >= coalesce(getvariable('match_floor')::double, -4) or cx.c = cy.c
),
rules as (select p.a, p.b, list_sort(list(p.rule)) as rules from pair_rules p semi join kept k on k.a = p.a and k.b = p.b group by p.a, p.b)
select least(member_x, member_y) as member_id_a, greatest(member_x, member_y) as member_id_b,
  weight, site_weight, 1 / (1 + pow(2, -weight)) as probability,
  case
    when together then 'match'
    when same_list and weight >= coalesce(getvariable('match_threshold')::double, 0.5) then 'cannot_link'
    when weight >= coalesce(getvariable('match_threshold')::double, 0.5) - 3 then 'possible'
    else 'no_match' end as decision,
  coalesce(r.rules, []) as blocking_rules,
  json_object(
    'prior', json_object('weight', round(p.bits, 2)),
    'name', json_object('level', name_level, 'weight', round(name_weight, 2)),
    'domain', json_object('level', domain_level, 'weight', round(domain_weight, 2)),
    'phone', json_object('level', phone_level, 'weight', round(phone_weight, 2)),
    'email', json_object('level', email_level, 'weight', round(email_weight, 2)),
    'address', json_object('level', address_level, 'weight', round(address_weight, 2), 'site_weight', round(site_address_weight, 2)),
    'only_candidate', only_candidate)::varchar as reasons
from kept k cross join match_prior p left join rules r using (a, b)
union all
-- members that repeat another of their source in every field were never compared
select least(x.member_id, y.member_id), greatest(x.member_id, y.member_id), 12, 12, 1 / (1 + pow(2, -12)), 'match', ['repeated'],
  json_object('repeated', true)::varchar
from twins t join normalised x using (n) join normalised y on y.n = t.twin_of where t.n <> t.twin_of;
