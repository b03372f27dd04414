-- Normalised members: what blocking and comparing look at, as numbers and short keys.
-- Grain: member (n, a number in the order of content, so that neither ids nor the order of rows decide anything).
-- Inputs: members. Variables: clean_sources. Creates: universe, twins, name_forms, word_weights,
--   normalised (n, source, name_key, compact, initials, words, domain, mail_domain, phones, numbers, street, zip …).

create or replace temp table numbered as
with hashed as (
  select *, md5(concat_ws(chr(31), association_code, lower(trim(name)), coalesce(lower(trim(website)), ''), coalesce(domain, ''),
    coalesce(phone_e164, phone, ''), coalesce(array_to_string(phones, ' '), ''), coalesce(lower(trim(email)), ''),
    coalesce(lower(trim(street)), ''), coalesce(lower(trim(city)), ''), coalesce(lower(trim(state)), ''), coalesce(trim(postal_code), ''))) as content
  from members
),
staged as (
  select row_number() over (order by content, member_id)::integer as n, * from hashed
)
select n, member_id, association_code as source, name, content,
  without_alias(without_brackets(name)) as plain_name, alias_part(name) as alias, alias_part(without_brackets(name)) is null as in_brackets,
  own_domain(domain) as domain,
  own_domain(email_domain(email)) as mail_domain,
  email_address(email) as email,
  list_sort(list_distinct(list_filter(
    list_transform(list_concat([coalesce(phone_e164, phone)], coalesce(phones, [])), lambda p: phone10(p)), lambda p: p is not null))) as phones,
  street, city_key(city) as city, state_key(state) as state, postal_key(postal_code) as zip
from staged;

-- Members of one source that say the same in every field are one from the start (twin_of is the first of them): they
-- would only slow the comparison down and make rare values look common. In directories known to be clean a bare name
-- may stand twice for two members, so that there one more value has to be the same.
create or replace temp table twins as
select n, first_value(n) over (partition by content, alone order by n) as twin_of, content,
  row_number() over (partition by content, alone order by n) as copy
from (
  select n, content,
    case when coalesce(getvariable('clean_sources'), 'auto') = 'yes' and domain is null and email is null and street is null and len(phones) = 0
      then n else 0 end as alone
  from numbered
);

-- Frequencies are taken as if there were at least a thousand members: in a handful of records nothing is common.
create or replace temp table universe as select greatest(count(*), 1000)::double as size from twins where n = twin_of;

-- A name and its alias ("Legal dba Trading", "Acme (formerly Bolt)") are two forms of one member. Text in brackets may be
-- an alias too (form 2); where it is the name of a place it says which branch, and is none.
create or replace temp table name_forms as
with places as (select city as place from numbered where city is not null union select state from numbered where state is not null),
forms as (
  select n, 0 as form, plain_name as text from numbered where plain_text(plain_name) is not null
  union all
  select n, case when in_brackets then 2 else 1 end, alias from numbered
  where plain_text(alias) is not null and not (in_brackets and plain_text(alias) in (from places))
),
cleaned as materialized (select n, form, text, clean_name(text) as cleaned from forms),
worded as materialized (select n, form, text, cleaned, words_of(cleaned) as ordered from cleaned)
select n, form, array_to_string(words, ' ') as name_key,
  coalesce(nullif(array_to_string(ordered, ''), ''), replace(cleaned, ' ', '')) as compact,
  replace(cleaned, ' ', '') as letters,
  case when len(ordered) > 1 then array_to_string(list_transform(ordered, lambda t: left(t, 1)), '') end as initials,
  words
from (
  select *, case when len(ordered) > 0 then list_sort(list_distinct(ordered)) else string_split(cleaned, ' ') end as words from worded
);

-- Rarity of a word in bits. Words that every trade uses are common even where this lake has seen them once.
create or replace temp table word_weights as
with trade_words as (
  select unnest(['mfg', 'ind', 'eng', 'tech', 'intl', 'prod', 'sys', 'svc', 'assoc', 'mach', 'fab', 'prec', 'comp', 'ent', 'stamp', 'cast',
    'foundry', 'chem', 'elec', 'electr', 'equip', 'dev', 'bro', 'amer', 'natl', 'ctr', 'co', 'grp', 'div', 'soln', 'tool', 'die', 'mold',
    'metal', 'steel', 'plastic', 'aluminum', 'gear', 'screw', 'spring', 'wire', 'tube', 'supply', 'company', 'usa', 'us', 'general',
    'advanced', 'custom', 'quality', 'global', 'united', 'new', 'north', 'south', 'east', 'west', 'midwest', 'son', 'sons', 'holding',
    'partner', 'bolt', 'works', 'work', 'shop', 'power', 'control', 'design', 'forge', 'forging', 'laser', 'welding', 'weld', 'finishing',
    'plating', 'coating', 'heat', 'treating', 'pump', 'valve', 'motor', 'automotive', 'medical', 'aero', 'autom', 'spec', 'matl']) as word
),
counted as (
  select word, count(distinct n) as members from (select n, unnest(words) as word from name_forms semi join (from twins where n = twin_of) using (n)) group by word
)
select row_number() over (order by word)::integer as w, word, members,
  least(10.0, greatest(0.5, log2(u.size / greatest(c.members, case when t.word is not null then u.size * 0.02 else 1 end)))) as bits
from counted c cross join universe u left join trade_words t using (word);

-- A word travels as one number, its id and its bits (in hundredths): intersecting numbers is far cheaper than structs.
create or replace temp table name_features as
with words as (
  select f.n, f.form, list(ww.w::bigint * 1024 + round(ww.bits * 100)::bigint) as words, sum(round(ww.bits * 100)::bigint) / 100.0 as bits
  from (select n, form, unnest(words) as word from name_forms) f join word_weights ww using (word)
  group by f.n, f.form
)
select f.n, f.form, f.name_key, f.compact, f.letters, f.initials, w.words, w.bits,
  count(distinct t.twin_of) over (partition by f.name_key) as same_name
from name_forms f join words w using (n, form) join twins t using (n);

create or replace temp table normalised as
with lines as materialized (select n, street_tokens(street) as tokens, po_box(street) as box from numbered where street is not null),
addresses as (
  select n, box, house_numbers_of(tokens) as numbers, street_words_of(tokens) as street_words,
    array_to_string(list_filter(tokens, lambda t: not is_street_filler(t)), '') as street_letters
  from lines
)
select n.n, n.member_id, n.source, n.domain, n.mail_domain, n.email, n.phones, n.city, n.state, n.zip, left(n.zip, 3) as zip3,
  coalesce(a.numbers, []) as numbers, coalesce(a.street_words, []) as street_words, a.box,
  list_min(list_transform(a.numbers, lambda t: t::integer)) as first_number,
  array_to_string(list_sort(a.street_words), ' ') as street_key, a.street_letters,
  regexp_replace(coalesce(n.domain, n.mail_domain), '\..*$', '') as label
from numbered n left join addresses a using (n);

-- How many members share a value: agreement on a switchboard, a mall or an agency's domain says little.
create or replace temp table standing as select m.* from normalised m semi join (from twins where n = twin_of) using (n);
create or replace temp table domain_counts as
select domain, count(distinct n) as members from (
  select n, domain from standing where domain is not null
  union select n, mail_domain from standing where mail_domain is not null) group by domain;
create or replace temp table phone_counts as
select phone, count(*) as members from (select n, unnest(phones) as phone from standing) group by phone;
