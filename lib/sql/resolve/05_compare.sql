-- Comparison of candidate pairs: a level and the bits of the agreeing value, per field.
-- Grain: pair (a, b). Inputs: candidates, standing, name_features, domain_counts, phone_counts, universe.
-- Creates: compared_names, compared (a, b, name_level, name_bits, domain_level, … address_bits).
-- Tests between the two sides stand in CASE, not in WHERE: an equality there lets the optimiser join the sides first.

create or replace temp table compared_names as
with forms as (
  select c.a, c.b, x.name_key = y.name_key as same_key, x.compact = y.compact or x.letters = y.letters as same_letters,
    x.compact as xc, y.compact as yc, x.letters as xl, y.letters as yl, x.initials as xi, y.initials as yi,
    coalesce(list_sum(list_transform(list_intersect(x.words, y.words), lambda w: w % 1024)), 0) / 100.0 as shared,
    x.bits as x_bits, y.bits as y_bits, greatest(x.same_name, y.same_name) as same_name,
    x.form + y.form as form
  from candidates c join name_features x on x.n = c.a join name_features y on y.n = c.b
  -- two names with the same word in brackets are not the same name
  where case when x.form = 2 and y.form = 2 then false else true end
),
measured as (
  select *, least(x_bits, y_bits) - shared as missing, least(x_bits, y_bits) as small_bits,
    case when not same_key and not same_letters then jaro_winkler_similarity(left(xl, 60), left(yl, 60)) end as jw,
    case when not same_key and not same_letters and abs(length(xl) - length(yl)) <= 2 and greatest(length(xl), length(yl)) between 6 and 60
      then damerau_levenshtein(xl, yl) end as edits
  from forms
),
levelled as (
  select a, b, form, shared, missing, small_bits, same_name, jw,
    case
      when same_key then 'same'
      when same_letters then 'same_letters'
      when edits <= case when length(xl) >= 12 then 2 else 1 end and missing > 0.5 then 'typo'
      when shared >= 2.5 and missing < 0.6 then 'contained'
      when least(length(xl), length(yl)) >= 8 and (contains(xl, yl) or contains(yl, xl)) then 'contained'
      when xi = yl or yi = xl then 'initials'
      when jw >= 0.94 and missing > 0.5 then 'typo'
      when shared >= 1.5 then 'overlap'
      else 'different' end as level
  from measured
),
weighed as (
  select l.a, l.b, l.level, l.form,
    case level
      when 'same' then least(shared, log2(u.size / same_name) + 2)
      when 'same_letters' then least(small_bits, 10)
      when 'typo' then small_bits * 0.9
      when 'contained' then greatest(shared, small_bits * 0.9)
      when 'overlap' then shared - missing * 0.9
      else 0 end as bits
  from levelled l cross join universe u
)
-- the best of name and alias speaks; the order of levels breaks ties
select a, b, arg_max(level, rank) as name_level, arg_max(bits, rank) as name_bits
from (select *, (case level when 'same' then 6 when 'same_letters' then 5 when 'typo' then 4 when 'contained' then 3 when 'overlap' then 2
  when 'initials' then 1 else 0 end) * 100 + bits - form as rank from weighed)
group by a, b;

create or replace temp table place_counts as
select 'zip' as kind, zip as place, count(*) as members from standing where zip is not null group by zip
union all select 'city', city || '|' || coalesce(state, ''), count(*) from standing where city is not null group by all
union all select 'line', num || '|' || word, count(distinct n)
  from (select n, num, unnest(street_words) as word from (select n, unnest(numbers) as num, street_words from standing)) group by all;

create or replace temp table compared as
with sides as (
  select c.a, c.b, x.source = y.source as same_source,
    x.domain as xd, y.domain as yd, x.mail_domain as xm, y.mail_domain as ym, x.label as x_label, y.label as y_label,
    x.email as xe, y.email as ye, list_intersect(x.phones, y.phones) as common_phones, len(x.phones) > 0 and len(y.phones) > 0 as phones_known,
    x.city as xc, y.city as yc, x.state as xs, y.state as ys, x.zip as xz, y.zip as yz, x.box as xb, y.box as yb,
    abs(x.first_number - y.first_number) as apart,
    length(x.first_number::varchar) >= 3 and damerau_levenshtein(x.first_number::varchar, y.first_number::varchar) = 1 as number_slip,
    x.street_letters as xl, y.street_letters as yl, jaro_winkler_similarity(x.street_key, y.street_key) as street_likeness,
    list_intersect(x.numbers, y.numbers) as common_numbers, len(x.numbers) > 0 and len(y.numbers) > 0 as numbers_known,
    list_intersect(x.street_words, y.street_words) as common_words, len(x.street_words) > 0 and len(y.street_words) > 0 as words_known
  from candidates c join standing x on x.n = c.a join standing y on y.n = c.b
),
streets as (
  select *, len(common_words) > 0 or street_likeness >= 0.9 or coalesce(length(xl) >= 5 and jaro_winkler_similarity(xl, yl) >= 0.95, false) as same_street
  from sides
),
levels as (
  select *,
    case
      when xd = yd then 'same'
      when xd = ym or xm = yd or (xd is null or yd is null) and xm = ym then 'same_mail'
      when coalesce(xd, xm) is null or coalesce(yd, ym) is null then null
      when jaro_winkler_similarity(x_label, y_label) >= 0.92 then 'similar'
      else 'different' end as domain_level,
    case when xd = yd or xd = ym then xd when xm = yd or xm = ym then xm end as common_domain,
    case when len(common_phones) > 0 then 'same' when phones_known then 'different' end as phone_level,
    -- a mail address agrees with its own domain already counted; a shared host's address is evidence of its own
    case when xe is not null and xe = ye then 'same' end as email_level,
    case
      when same_street and (len(common_numbers) > 0 or not numbers_known and xz = yz) and coalesce(xs = ys, true)
        and (coalesce(xz = yz, true) or coalesce(xc = yc, false) or left(xz, 3) = left(yz, 3)) then 'same'
      when xb is not null and xb = yb and (coalesce(xz = yz, false) or coalesce(xc = yc, false)) then 'same'
      when same_street and len(common_numbers) > 0 and coalesce(xc = yc, true) and coalesce(xs = ys, true) then 'same_line'
      when xs <> ys then 'other_state'
      when xz <> yz and left(xz, 3) <> left(yz, 3) and coalesce(xc <> yc, true) then 'other_city'
      when coalesce(xz <> yz, true) and xc <> yc and (xs is not null or left(xz, 3) <> left(yz, 3)) then 'other_city'
      when words_known and same_street and (apart <= 14 or number_slip) and coalesce(xz = yz, true) then 'next_door'
      when words_known and same_street and numbers_known then 'same_street'
      when words_known and not same_street and numbers_known then 'other_street'
      when xz = yz then 'same_zip'
      when xc = yc and coalesce(xs = ys, true) then 'same_city' end as address_level
  from streets
)
select l.a, l.b, l.same_source, n.name_level, n.name_bits,
  l.domain_level, log2(u.size / coalesce(dc.members, 1)) as domain_bits,
  l.phone_level, log2(u.size / coalesce(pc.members, 1)) as phone_bits,
  l.email_level,
  l.address_level,
  case address_level
    when 'same' then log2(u.size / coalesce(lc.members, 2))
    when 'same_line' then log2(u.size / coalesce(lc.members, 2))
    when 'same_zip' then log2(u.size / coalesce(zc.members, 2))
    when 'same_city' then log2(u.size / coalesce(cc.members, 2)) else 0 end as address_bits
from levels l
join compared_names n using (a, b)
cross join universe u
left join domain_counts dc on dc.domain = l.common_domain
left join phone_counts pc on pc.phone = l.common_phones[1]
left join place_counts lc on lc.kind = 'line' and lc.place = l.common_numbers[1] || '|' || l.common_words[1]
left join place_counts zc on zc.kind = 'zip' and zc.place = l.xz
left join place_counts cc on cc.kind = 'city' and cc.place = l.xc || '|' || coalesce(l.xs, '');
