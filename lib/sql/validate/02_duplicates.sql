-- Records of one member within one association: list card and profile page, two lists, featured repeats.
-- Grain: record. Inputs: record_keys. Creates: duplicate_links, out_duplicates.
-- Caution goes before catch: two entries that each have a profile page of their own are two members unless nearly identical.

create or replace temp table record_blocks as
with keys as (
  select n, association_code || '|u|' || link as key from record_keys where link is not null
  union select n, association_code || '|u|' || page from record_keys where on_profile
  union select n, association_code || '|d|' || domain from record_keys where domain is not null
  union select n, association_code || '|p|' || phone from record_keys where phone is not null
  union select n, association_code || '|n|' || name_key from record_keys where name_key is not null
  union select n, association_code || '|l|' || letters from record_keys where letters is not null
)
select n, key, row_number() over (partition by key order by n) as place from keys;

-- Everyone meets the next 25 of a block: blocks are a handful of records, and a page of equals stays linear.
create or replace temp table record_pairs as
select distinct x.n as a, y.n as b
from (select n, key, place + step as place from record_blocks cross join (select unnest(range(1, 26)) as step)) x
join record_blocks y on y.key = x.key and y.place = x.place;

create or replace temp table duplicate_links as
with names as (
  select association_code, name_key from record_keys group by all having count(distinct coalesce(city, zip, phone, domain)) <= 1
),
lone_names as (select k.n from record_keys k semi join names s on s.association_code = k.association_code and s.name_key = k.name_key),
sides as (
  select p.a, p.b,
    x.name_key = y.name_key or x.letters = y.letters as same_name,
    x.name_key = y.name_key or x.letters = y.letters
      or len(list_intersect(x.words, y.words)) >= least(len(x.words), len(y.words))
      or jaro_winkler_similarity(left(x.letters, 60), left(y.letters, 60)) >= 0.9
      or length(x.letters) >= 6 and starts_with(y.letters, x.letters) or length(y.letters) >= 6 and starts_with(x.letters, y.letters) as like_name,
    jaro_winkler_similarity(left(x.letters, 60), left(y.letters, 60)) as likeness,
    x.domain = y.domain as same_domain, x.phone = y.phone as same_phone,
    x.city = y.city and coalesce(x.state = y.state, true) as same_city,
    coalesce(x.zip <> y.zip, false) and coalesce(x.city <> y.city, true) or coalesce(x.city <> y.city and coalesce(x.zip <> y.zip, true), false)
      or coalesce(x.state <> y.state, false)
      or len(x.numbers) > 0 and len(y.numbers) > 0 and len(list_intersect(x.numbers, y.numbers)) = 0 as elsewhere,
    len(list_intersect(x.numbers, y.numbers)) > 0 and (coalesce(x.zip = y.zip, false) or coalesce(x.city = y.city, false)) as same_address,
    coalesce(x.domain <> y.domain, false)::int + coalesce(x.phone <> y.phone, false)::int as against,
    x.domain is null and x.phone is null and x.city is null and x.zip is null
      or y.domain is null and y.phone is null and y.city is null and y.zip is null as bare,
    coalesce(x.link, case when x.on_profile then x.page end) as x_profile, coalesce(y.link, case when y.on_profile then y.page end) as y_profile,
    -- the only record of a profile page, and the only card that links to it
    x.on_profile and x.page_records = 1 and y.link = x.page or y.on_profile and y.page_records = 1 and x.link = y.page as page_of_other
  from record_pairs p join record_keys x on x.n = p.a join record_keys y on y.n = p.b
),
judged as (
  select a, b, likeness,
    case
      when x_profile <> y_profile then
        case when same_name and same_phone and same_address and against = 0 then 'same_phone'
          when same_name and same_domain and same_address and against = 0 then 'same_website' end
      when x_profile = y_profile and (like_name or page_of_other and coalesce(same_phone, false) or page_of_other and coalesce(same_domain, false)) then 'same_profile'
      when elsewhere then null
      when same_domain and like_name and coalesce(same_phone or same_city or same_name, true) then 'same_website'
      when same_phone and like_name then 'same_phone'
      when same_name and same_city and against = 0 then 'same_name_and_city'
      when same_name and bare then 'same_name' end as reason
  from sides
)
select a, b, reason, case when reason = 'same_profile' then greatest(likeness, 0.9) else likeness end as similarity
from judged
where reason is not null
  -- a bare name joins only where one place has that name, so that it cannot weld two namesakes together
  and (reason <> 'same_name' or a in (select n from lone_names));

create or replace temp table duplicate_groups as
with recursive edges as (select a, b from duplicate_links union select b, a from duplicate_links),
labels(n, label) using key (n) as (
  select n, n from record_keys
  union
  select e.b, min(l.label) from labels l join edges e on e.a = l.n join recurring.labels r on r.n = e.b
  where l.label < r.label group by e.b
)
select n, label from labels;

create or replace temp table out_duplicates as
with stood as (
  select k.association_code, k.n, k.record_id, g.label,
    first_value(k.record_id) over member as member_id, row_number() over member = 1 as is_primary
  from record_keys k join duplicate_groups g using (n)
  window member as (partition by g.label order by k.fullness desc, k.on_profile desc, k.confidence desc, k.record_id)
),
best_link as (
  select n, first(reason order by similarity desc, reason) as reason, max(similarity) as similarity
  from (select a as n, reason, similarity from duplicate_links union all select b, reason, similarity from duplicate_links) group by n
)
select s.record_id, s.member_id, s.is_primary, case when not s.is_primary then b.reason end as reason,
  case when s.is_primary then 1.0 else b.similarity end as similarity
from stood s left join best_link b using (n);
