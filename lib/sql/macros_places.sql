-- Normalisation macros, second part: domains, phones, addresses.
-- Grain: none. Inputs: none. Creates temp macros only; every macro gives null for "nothing there", never ''.

-- ---------------------------------------------------------------------------------------------- domains and mail

create or replace temp macro host_of(url) as
  nullif(regexp_extract(lower(trim(url)), '^(?:[a-z][a-z0-9+.-]*://)?(?:[^/@\s]*@)?(?:www\d?\.)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)', 1), '');

-- The last two labels, three below second-level registries (acme.co.uk). The extractor's own `domain` is preferred.
create or replace temp macro registrable_domain(url) as
  coalesce(
    nullif(regexp_extract(host_of(url), '([a-z0-9-]+\.(?:co|com|org|net|ac|gov|edu|ne|or)\.[a-z]{2})$', 1), ''),
    nullif(regexp_extract(host_of(url), '([a-z0-9-]+\.[a-z0-9-]+)$', 1), ''));

-- Hosts that many companies share say nothing of identity: free mail, site builders, social networks, marketplaces, directories.
create or replace temp macro is_shared_host(domain) as
  domain in (
    'gmail.com', 'googlemail.com', 'yahoo.com', 'ymail.com', 'rocketmail.com', 'hotmail.com', 'outlook.com', 'live.com', 'msn.com',
    'aol.com', 'icloud.com', 'me.com', 'mac.com', 'comcast.net', 'verizon.net', 'att.net', 'sbcglobal.net', 'bellsouth.net',
    'earthlink.net', 'cox.net', 'charter.net', 'frontier.com', 'frontiernet.net', 'windstream.net', 'centurytel.net', 'juno.com',
    'optonline.net', 'roadrunner.com', 'rr.com', 'embarqmail.com', 'ameritech.net', 'pacbell.net', 'protonmail.com', 'proton.me',
    'zoho.com', 'mail.com', 'gmx.com', 'netzero.net', 'q.com', 'tds.net',
    'wix.com', 'wixsite.com', 'squarespace.com', 'weebly.com', 'wordpress.com', 'blogspot.com', 'godaddysites.com', 'webflow.io',
    'github.io', 'myshopify.com', 'shopify.com', 'business.site', 'google.com', 'site123.me', 'jimdo.com', 'jimdofree.com', 'webs.com',
    'tripod.com', 'angelfire.com', 'homestead.com', 'yolasite.com', 'strikingly.com', 'carrd.co', 'linktr.ee', 'netlify.app', 'vercel.app',
    'facebook.com', 'fb.com', 'linkedin.com', 'twitter.com', 'x.com', 'instagram.com', 'youtube.com', 'youtu.be', 'tiktok.com',
    'pinterest.com', 'yelp.com', 'bbb.org', 'amazon.com', 'ebay.com', 'etsy.com', 'alibaba.com', 'made-in-china.com', 'indiamart.com',
    'thomasnet.com', 'globalspec.com', 'mfg.com', 'manta.com', 'dnb.com', 'wikipedia.org', 'bit.ly', 'tinyurl.com', 'goo.gl', 'apple.com');

create or replace temp macro own_domain(d) as case when not is_shared_host(d) then d end;
create or replace temp macro email_address(e) as nullif(regexp_extract(lower(trim(e)), '^(?:mailto:)?([^\s@?]+@[a-z0-9.-]+\.[a-z]{2,})', 1), '');
create or replace temp macro email_domain(e) as registrable_domain(nullif(regexp_extract(email_address(e), '@(.+)$', 1), ''));

-- The same page under http and https, with and without www, fragment and closing slash.
create or replace temp macro url_key(u) as
  nullif(regexp_replace(regexp_replace(regexp_replace(lower(trim(u)), '^[a-z]+://(www\.)?', ''), '#.*$', ''), '/+$', ''), '');

-- ---------------------------------------------------------------------------------------------- phones

-- Last ten digits (seven-digit local numbers as they are), without the extension; runs of one digit are fillers.
create or replace temp macro phone_digits(p) as
  regexp_replace(regexp_replace(lower(p), '\s*(?:x|ext\.?|extension)\s*\d+\s*$', ''), '[^0-9]', '', 'g');
create or replace temp macro phone10(phone) as list_transform([phone_digits(phone)], lambda p:
  case when length(p) >= 7 and not regexp_matches(p, '^(0+|1+|2+|3+|4+|5+|6+|7+|8+|9+)$') then right(p, 10) end)[1];

-- ---------------------------------------------------------------------------------------------- addresses

create or replace temp macro postal_key(z) as
  coalesce(nullif(regexp_extract(z, '^\s*(\d{5})(?:\D|\d{4}|$)', 1), ''), nullif(regexp_replace(lower(z), '[^a-z0-9]', '', 'g'), ''));
create or replace temp macro postal_area(z) as left(postal_key(z), 3);
create or replace temp macro city_key(c) as
  nullif(trim(regexp_replace(regexp_replace(regexp_replace(' ' || plain_text(c), ' (saint|st) ', ' st ', 'g'), ' (mount|mt) ', ' mt ', 'g'), ' (fort|ft) ', ' ft ', 'g')), '');

create or replace temp macro state_key(state) as list_transform([plain_text(state)], lambda s: case s
    when 'alabama' then 'al' when 'alaska' then 'ak' when 'arizona' then 'az' when 'arkansas' then 'ar' when 'california' then 'ca'
    when 'colorado' then 'co' when 'connecticut' then 'ct' when 'delaware' then 'de' when 'florida' then 'fl' when 'georgia' then 'ga'
    when 'hawaii' then 'hi' when 'idaho' then 'id' when 'illinois' then 'il' when 'indiana' then 'in' when 'iowa' then 'ia'
    when 'kansas' then 'ks' when 'kentucky' then 'ky' when 'louisiana' then 'la' when 'maine' then 'me' when 'maryland' then 'md'
    when 'massachusetts' then 'ma' when 'michigan' then 'mi' when 'minnesota' then 'mn' when 'mississippi' then 'ms'
    when 'missouri' then 'mo' when 'montana' then 'mt' when 'nebraska' then 'ne' when 'nevada' then 'nv' when 'new hampshire' then 'nh'
    when 'new jersey' then 'nj' when 'new mexico' then 'nm' when 'new york' then 'ny' when 'north carolina' then 'nc'
    when 'north dakota' then 'nd' when 'ohio' then 'oh' when 'oklahoma' then 'ok' when 'oregon' then 'or' when 'pennsylvania' then 'pa'
    when 'rhode island' then 'ri' when 'south carolina' then 'sc' when 'south dakota' then 'sd' when 'tennessee' then 'tn'
    when 'texas' then 'tx' when 'utah' then 'ut' when 'vermont' then 'vt' when 'virginia' then 'va' when 'washington' then 'wa'
    when 'west virginia' then 'wv' when 'wisconsin' then 'wi' when 'wyoming' then 'wy' when 'district of columbia' then 'dc'
    when 'ontario' then 'on' when 'quebec' then 'qc' when 'british columbia' then 'bc' when 'alberta' then 'ab' when 'manitoba' then 'mb'
    else s end)[1];

-- Street without unit, floor and box; "#4" counts as a unit.
create or replace temp macro street_line(s) as
  nullif(trim(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
    ' ' || regexp_replace(plain_text(replace(s, '#', ' unit ')), '(\d) (st|nd|rd|th)\b', '\1\2', 'g') || ' ',
    ' (p ?o|post office) ?box \w+', ' ', 'g'),
    ' \d+(st|nd|rd|th) (floor|fl|flr) ', ' ', 'g'),
    ' (suite|ste|unit|apt|apartment|room|rm|floor|flr|bldg|building|dept) +\w+( |$)', ' ', 'g'),
    ' +', ' ', 'g')), '');

create or replace temp macro street_word(t) as
  case t
    when 'north' then 'n' when 'south' then 's' when 'east' then 'e' when 'west' then 'w' when 'northeast' then 'ne' when 'northwest' then 'nw'
    when 'southeast' then 'se' when 'southwest' then 'sw' when 'no' then 'n' when 'so' then 's'
    when 'street' then 'st' when 'str' then 'st' when 'saint' then 'st' when 'avenue' then 'ave' when 'av' then 'ave' when 'road' then 'rd' when 'drive' then 'dr'
    when 'boulevard' then 'blvd' when 'lane' then 'ln' when 'court' then 'ct' when 'place' then 'pl' when 'parkway' then 'pkwy' when 'pky' then 'pkwy'
    when 'highway' then 'hwy' when 'circle' then 'cir' when 'terrace' then 'ter' when 'square' then 'sq' when 'trail' then 'trl' when 'turnpike' then 'tpke'
    when 'expressway' then 'expy' when 'route' then 'rte' when 'crossing' then 'xing' when 'heights' then 'hts' when 'junction' then 'jct'
    when 'industrial' then 'ind' when 'center' then 'ctr' when 'centre' then 'ctr' when 'mount' then 'mt' when 'fort' then 'ft' when 'martin' then 'martin'
    when 'first' then '1st' when 'second' then '2nd' when 'third' then '3rd' when 'fourth' then '4th' when 'fifth' then '5th' when 'sixth' then '6th'
    when 'seventh' then '7th' when 'eighth' then '8th' when 'ninth' then '9th' when 'tenth' then '10th'
    else t end;

create or replace temp macro street_tokens(s) as
  list_transform(list_filter(string_split(coalesce(street_line(s), ''), ' '), lambda t: t <> ''), lambda t: street_word(t));

-- House numbers as a set: ranges and corner lots meet in one of them. A trailing letter is a unit ("293b").
create or replace temp macro house_numbers_of(tokens) as
  list_distinct(list_transform(
    list_filter(tokens, lambda t: regexp_matches(t, '^\d{1,6}[a-z]?$')),
    lambda t: regexp_extract(t, '^(\d+)', 1)));

create or replace temp macro is_street_filler(t) as
  regexp_matches(t, '^(\d{1,6}[a-z]?|n|s|e|w|ne|nw|se|sw|st|ave|rd|dr|blvd|ln|ct|pl|pkwy|hwy|cir|ter|sq|trl|tpke|expy|rte|way|and|at|near|between|of|the)$');

-- Words of the street name. A street of directions and types only ("W North Ave") keeps them: a street that
-- normalised to nothing would turn a conflict into "not comparable".
create or replace temp macro street_words_of(tokens) as list_transform(
  [list_filter(tokens, lambda t: not is_street_filler(t))],
  lambda words: list_distinct(case when len(words) > 0 then words
    else list_filter(tokens, lambda t: not regexp_matches(t, '^\d{1,6}[a-z]?$')) end))[1];

create or replace temp macro house_numbers(s) as house_numbers_of(street_tokens(s));
create or replace temp macro street_words(s) as list_transform([street_tokens(s)], lambda t: street_words_of(t))[1];

create or replace temp macro po_box(s) as
  nullif(regexp_extract(' ' || plain_text(s), ' (?:p ?o|post office) ?box (\w+)', 1), '');
