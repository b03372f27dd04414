-- Normalisation macros: one meaning of "the same name, phone, address" for VALIDATION, RESOLUTION and GRAPH.
-- Grain: none. Inputs: none. Creates temp macros only; every macro gives null for "nothing there", never ''.
-- RE2 has no look-around and its \b is ASCII; patterns below are written for that.
-- `list_transform([x], lambda v: …)[1]` names an intermediate value: a macro is text, and using its parameter twenty
-- times would plan the whole expression twenty times over.

-- Lower case, no diacritics, "&" spelled out, initials joined (U.S.A. -> usa), all other punctuation a space.
create or replace temp macro plain_text(s) as
  nullif(trim(regexp_replace(
    regexp_replace(
      regexp_replace(replace(replace(lower(strip_accents(left(s, 400))), '&', ' and '), '+', ' and '), '[''’`´]', '', 'g'),
      '\b([a-z])\.', '\1', 'g'),
    '[^\p{L}\p{N}]+', ' ', 'g')), '');

-- ---------------------------------------------------------------------------------------------- company names

-- Text in brackets is a place or a former name: it is looked at on its own (alias_part), not as part of the name.
create or replace temp macro without_brackets(s) as
  coalesce(nullif(trim(regexp_replace(s, '[(\[][^)\]]*[)\]]', ' ', 'g')), ''), s);

-- The trading name of "Legal Name dba Trading Name", and the text in brackets that says "formerly", "aka" …
create or replace temp macro alias_part(s) as
  nullif(trim(coalesce(
    nullif(regexp_extract(s, '(?i)(?:^|[\s,(])(?:d\s*/\s*b\s*/\s*a|d\.?b\.?a\.?|doing business as|a\.?k\.?a\.?|also known as|f\.?k\.?a\.?|formerly(?: known as)?)[\s:]+([^)\]]+)', 1), ''),
    nullif(regexp_extract(s, '[(\[]([^)\]]{3,})[)\]]', 1), ''))), '');

create or replace temp macro without_alias(s) as
  coalesce(nullif(trim(regexp_replace(s, '(?i)[\s,(]+(?:d\s*/\s*b\s*/\s*a|d\.?b\.?a\.?|doing business as|a\.?k\.?a\.?|also known as|f\.?k\.?a\.?|formerly(?: known as)?)[\s:]+.*$', '')), ''), s);

-- Legal forms stand at the end, often several ("Co., Inc."). A name that is nothing else is kept; two letters that are as
-- often somebody's initials (PC, AS, DE) are not taken off.
create or replace temp macro strip_legal(name) as list_transform([name], lambda s: coalesce(nullif(trim(regexp_replace(
    ' ' || s,
    '( (inc|incorporated|llc|l l c|llp|lllp|lp|ltd|limited|corp|corporation|co|company|companies|plc|pllc|gmbh|ag|kg|sa de cv|sapi de cv|s de rl de cv|sa|sas|srl|spa|bv|nv|ab|oy|pty|pte|pvt|ulc|and))+$',
    '')), ''), s))[1];

create or replace temp macro legal_form(name) as list_transform(
  [regexp_extract(' ' || plain_text(without_alias(name)),
    ' (inc|incorporated|llc|l l c|llp|lp|ltd|limited|corp|corporation|co|company|plc|pllc|pc|gmbh|ag|sa|srl|bv|nv|pty|ulc)$', 1)],
  lambda f: case f
    when 'inc' then 'Inc' when 'incorporated' then 'Inc'
    when 'llc' then 'LLC' when 'l l c' then 'LLC' when 'llp' then 'LLP' when 'lp' then 'LP'
    when 'ltd' then 'Ltd' when 'limited' then 'Ltd'
    when 'corp' then 'Corp' when 'corporation' then 'Corp'
    when 'co' then 'Co' when 'company' then 'Co'
    when 'plc' then 'PLC' when 'pllc' then 'PLLC' when 'pc' then 'PC' when 'gmbh' then 'GmbH' when 'ag' then 'AG'
    when 'sa' then 'SA' when 'srl' then 'SRL' when 'bv' then 'BV' when 'nv' then 'NV' when 'pty' then 'Pty' when 'ulc' then 'ULC'
  end)[1];

create or replace temp macro clean_name(name) as list_transform(
  [strip_legal(plain_text(without_alias(without_brackets(name))))],
  lambda s: coalesce(nullif(regexp_replace(regexp_replace(s, '^the ', ''), ' the$', ''), ''), s))[1];

-- One spelling per word: trade abbreviations, then a light plural. A CASE, because a map literal in a lambda costs 30 times as much.
create or replace temp macro canonical_word(t) as
  case t
    when 'manufacturing' then 'mfg' when 'manufacturers' then 'mfg' when 'manufacturer' then 'mfg' when 'mfrs' then 'mfg' when 'mfr' then 'mfg' when 'manuf' then 'mfg' when 'manufactur' then 'mfg' when 'mnfg' then 'mfg'
    when 'industries' then 'ind' when 'industry' then 'ind' when 'industrial' then 'ind' when 'inds' then 'ind' when 'indus' then 'ind'
    when 'engineering' then 'eng' when 'engineers' then 'eng' when 'engineered' then 'eng' when 'engr' then 'eng' when 'engrg' then 'eng' when 'engg' then 'eng'
    when 'technologies' then 'tech' when 'technology' then 'tech' when 'technical' then 'tech' when 'techs' then 'tech' when 'technol' then 'tech'
    when 'international' then 'intl' when 'internat' then 'intl' when 'int' then 'intl'
    when 'products' then 'prod' when 'product' then 'prod' when 'prods' then 'prod' when 'production' then 'prod' when 'productions' then 'prod'
    when 'systems' then 'sys' when 'system' then 'sys' when 'syst' then 'sys'
    when 'services' then 'svc' when 'service' then 'svc' when 'svcs' then 'svc' when 'svs' then 'svc' when 'serv' then 'svc'
    when 'associates' then 'assoc' when 'association' then 'assoc' when 'assn' then 'assoc' when 'assocs' then 'assoc'
    when 'machining' then 'mach' when 'machine' then 'mach' when 'machinery' then 'mach' when 'machines' then 'mach'
    when 'fabrication' then 'fab' when 'fabricating' then 'fab' when 'fabricators' then 'fab' when 'fabricator' then 'fab' when 'fabricated' then 'fab'
    when 'precision' then 'prec' when 'prcsn' then 'prec'
    when 'components' then 'comp' when 'component' then 'comp' when 'comps' then 'comp'
    when 'enterprises' then 'ent' when 'enterprise' then 'ent'
    when 'stampings' then 'stamp' when 'stamping' then 'stamp' when 'stampers' then 'stamp'
    when 'castings' then 'cast' when 'casting' then 'cast' when 'foundries' then 'foundry' when 'fdry' then 'foundry'
    when 'chemicals' then 'chem' when 'chemical' then 'chem' when 'electric' then 'elec' when 'electrical' then 'elec' when 'electronics' then 'electr' when 'electronic' then 'electr'
    when 'equipment' then 'equip' when 'equipt' then 'equip' when 'development' then 'dev' when 'laboratories' then 'lab' when 'laboratory' then 'lab' when 'labs' then 'lab'
    when 'brothers' then 'bro' when 'bros' then 'bro' when 'american' then 'amer' when 'america' then 'amer' when 'national' then 'natl' when 'nat' then 'natl'
    when 'center' then 'ctr' when 'centre' then 'ctr' when 'cntr' then 'ctr' when 'corporation' then 'corp' when 'company' then 'co' when 'incorporated' then 'inc'
    when 'group' then 'grp' when 'division' then 'div' when 'department' then 'dept' when 'university' then 'univ' when 'management' then 'mgmt'
    when 'saint' then 'st' when 'mount' then 'mt' when 'fort' then 'ft' when 'instruments' then 'instr' when 'instrument' then 'instr'
    when 'distribution' then 'dist' when 'distributing' then 'dist' when 'distributors' then 'dist' when 'distributor' then 'dist'
    when 'specialties' then 'spec' when 'specialty' then 'spec' when 'specialities' then 'spec' when 'solutions' then 'soln' when 'solution' then 'soln'
    when 'automation' then 'autom' when 'automatic' then 'autom' when 'aerospace' then 'aero' when 'tooling' then 'tool' when 'tools' then 'tool'
    when 'materials' then 'matl' when 'material' then 'matl' when 'hydraulics' then 'hydr' when 'hydraulic' then 'hydr'
    when 'packaging' then 'pkg' when 'plastics' then 'plastic' when 'plast' then 'plastic' when 'pharmaceuticals' then 'pharm' when 'pharmaceutical' then 'pharm' when 'logistics' then 'logistic'
    when 'environmental' then 'env' when 'construction' then 'constr' when 'communications' then 'comm' when 'communication' then 'comm' when 'community' then 'comm'
    when 'metals' then 'metal' when 'mtl' then 'metal' when 'hardware' then 'hdwe' when 'hdw' then 'hdwe' when 'aluminium' then 'aluminum' when 'alum' then 'aluminum'
    when 'number' then 'no' when 'one' then '1' when 'two' then '2' when 'three' then '3'
    else case
      when length(t) > 5 and t like '%ies' then left(t, length(t) - 3) || 'y'
      when length(t) > 4 and t like '%s' and t not like '%ss' and t not like '%us' and t not like '%is' then left(t, length(t) - 1)
      else t end
  end;

create or replace temp macro words_of(cleaned) as
  list_transform(
    list_filter(string_split(coalesce(cleaned, ''), ' '), lambda t: t not in ('', 'and', 'of', 'the', 'a', 'for', 'in', 'at')),
    lambda t: canonical_word(t));

-- Distinct words of a name in a fixed order; a name of stop words only keeps them.
create or replace temp macro name_words(name) as list_transform(
  [clean_name(name)],
  lambda c: list_transform([words_of(c)], lambda w: list_sort(list_distinct(
    case when len(w) > 0 then w else list_filter(string_split(coalesce(c, ''), ' '), lambda t: t <> '') end)))[1])[1];

-- The same words in any order give the same key.
create or replace temp macro name_key(name) as nullif(array_to_string(name_words(name), ' '), '');

-- Letters in their own order without spaces: "Metal Tech" and "MetalTech" meet here.
create or replace temp macro name_letters(name) as nullif(replace(clean_name(name), ' ', ''), '');
