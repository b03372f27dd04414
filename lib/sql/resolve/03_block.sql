-- Candidate pairs: a union of equi-joins, each a rule with a name.
-- Grain: pair (a < b, numbers of normalised). Inputs: standing, name_features, word_weights.
-- Variables: block_cap (default 60), block_window (default 8). Creates: block_keys, block_report, pair_rules, candidates.
-- A block above the cap is not dropped: its members stand in order of name and meet their neighbours only, so that
-- big groups of equals stay connected at linear cost. block_report says which rules did so.

create or replace temp table block_keys as
with rare as (
  -- the words of a member, rarest first
  select f.n, ww.word, ww.bits, row_number() over (partition by f.n order by ww.bits desc, ww.word) as place
  from (select distinct n, unnest(words) // 1024 as w from name_features) f join word_weights ww using (w)
),
keys as (
  select n, 'name' as rule, name_key as key from name_features
  union all select n, 'compact_name', compact from name_features where length(compact) >= 3
  union all select n, 'compact_name', label from standing where length(label) >= 4
  union all select n, 'domain', domain from standing
  union all select n, 'domain', mail_domain from standing
  union all select n, 'phone', unnest(phones) from standing
  union all select n, 'email', email from standing
  union all select n, 'number_and_street', num || '|' || word
    from (select n, num, unnest(street_words) as word from (select n, unnest(numbers) as num, street_words from standing))
  union all select n, 'number_and_zip', unnest(numbers) || '|' || zip from standing where zip is not null
  union all select n, 'box', box || '|' || coalesce(zip, city) from standing where box is not null
  union all select n, 'rare_word', word from rare where place <= 2 and bits >= 4
  union all select n, 'word_and_state', r.word || '|' || m.state from rare r join standing m using (n) where place <= 3 and m.state is not null
  union all select n, 'word_and_area', r.word || '|' || m.zip3 from rare r join standing m using (n) where m.zip3 is not null
  union all select n, 'word_and_city', r.word || '|' || m.city from rare r join standing m using (n) where m.city is not null
  union all select n, 'two_words', least(a.word, b.word) || '|' || greatest(a.word, b.word)
    from rare a join rare b using (n) where a.place < b.place and b.place <= 4
  union all select n, 'prefix_and_place', left(f.letters, 4) || '|' || coalesce(m.zip3, m.city, m.state)
    from name_features f join standing m using (n) where length(f.letters) >= 4
  union all select n, 'initials_and_place', f.initials || '|' || coalesce(m.city, m.zip3)
    from name_features f join standing m using (n) where length(f.initials) >= 2
  union all select n, 'initials_and_place', f.letters || '|' || coalesce(m.city, m.zip3)
    from name_features f join standing m using (n) where length(f.letters) between 2 and 5
)
select distinct n, rule, key from keys semi join standing using (n) where key is not null and key <> '';

-- One word alone is thin evidence: blocks of rare_word and word_and_state are walked from a third of the cap on.
create or replace temp table blocks as
select n, rule, dense_rank() over (order by rule, key)::integer as block, count(*) over (partition by rule, key) as size,
  case when rule in ('rare_word', 'word_and_state') then 0.33 else 1 end * coalesce(getvariable('block_cap')::integer, 60) as cap,
  row_number() over (partition by rule, key order by f.name_key, k.n) as place
from block_keys k left join (select n, min(name_key) as name_key from name_features group by n) f using (n);

create or replace temp table pair_rules as
with small as (select n, rule, block from blocks where size between 2 and cap),
  big as (select n, rule, block, place from blocks where size > cap),
  steps as (select unnest(range(1, coalesce(getvariable('block_window')::integer, 8) + 1)) as step),
  reached as (select n, rule, block, place + step as place from big cross join steps)
select least(x.n, y.n) as a, greatest(x.n, y.n) as b, x.rule
from small x join small y on x.block = y.block where x.n < y.n
union
select least(x.n, y.n), greatest(x.n, y.n), x.rule
from reached x join big y on x.block = y.block and x.place = y.place;

-- `only_rule` is the number of the rule that alone brought a pair together; numbers, since text here would double the memory.
create or replace temp table block_rules as
select rule, row_number() over (order by rule)::utinyint as rule_no from (select distinct rule from blocks);
create or replace temp table candidates as
select a, b, case when count(*) = 1 then min(rule_no) end as only_rule
from pair_rules join block_rules using (rule) group by a, b;

-- Per rule: its pairs, and those that no other rule finds.
create or replace temp table block_report as
with pairs as (select rule, count(*) as pairs from pair_rules group by rule),
  alone as (select rule_no, count(*) as pairs from candidates join block_rules on rule_no = only_rule group by rule_no)
select b.rule, count(distinct b.block) as blocks, max(b.size) as largest,
  count(distinct b.block) filter (b.size > b.cap) as walked_blocks,
  coalesce(max(p.pairs), 0) as pairs, coalesce(max(o.pairs), 0) as only_here
from blocks b join block_rules r using (rule) left join pairs p using (rule) left join alone o using (rule_no) group by b.rule order by b.rule;
