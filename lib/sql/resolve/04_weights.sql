-- Match weights in bits (log2 of m/u), set by hand from what the field publishes and what public sets taught; a
-- starting model that holds for ten records and for a hundred thousand. Missing values have no level and weigh nothing.
-- Grain: field and level. Inputs: universe. Creates: weights (field, level, base, rarity, low, high, site_base, site_low,
--   site_high): weight = base + rarity * bits of the value, kept in low…high; match_prior (bits).
-- The site_… columns answer "the same place of the same company": a branch is an entity of its own there, so that
-- another address speaks much louder. All other evidence weighs the same at both grains.

create or replace temp table weights as
with model(field, level, base, rarity, low, high, site_base) as (values
  -- name: bits are those of the shared words (less half of what both sides have beyond them), capped by the name's own frequency
  ('name', 'same', 1.0, 0.9, 3.0, 12.0, null),
  ('name', 'same_letters', 0.0, 0.9, 3.0, 11.0, null),
  ('name', 'contained', -0.5, 0.7, 0.0, 8.0, null),
  ('name', 'typo', -1.0, 0.75, 1.0, 9.0, null),
  ('name', 'initials', 2.0, 0.0, 2.0, 2.0, null),
  ('name', 'overlap', -1.0, 0.7, -4.0, 7.0, null),
  ('name', 'different', -6.0, 0.0, -6.0, -6.0, null),
  -- web site, or the domain of the mail address where one side has no site
  ('domain', 'same', 0.5, 1.0, 0.5, 10.0, null),
  ('domain', 'same_mail', -0.5, 1.0, 0.0, 9.0, null),
  ('domain', 'names_other', 2.5, 0.0, 2.5, 2.5, null),
  ('domain', 'similar', 0.0, 0.0, 0.0, 0.0, null),
  ('domain', 'different', -3.0, 0.0, -3.0, -3.0, null),
  ('phone', 'same', 0.0, 0.9, 0.0, 8.5, null),
  ('phone', 'different', -1.0, 0.0, -1.0, -1.0, -0.7),
  ('email', 'same', 2.0, 0.0, 2.0, 2.0, null),
  -- address: bits are those of the place (members at that number and street, in that ZIP or city)
  ('address', 'same', 0.0, 0.9, 1.0, 9.0, null),
  -- the same number and street with another ZIP: a slip, or a namesake of the street elsewhere
  ('address', 'same_line', 0.0, 0.0, 0.0, 0.0, -1.0),
  ('address', 'next_door', 1.0, 0.0, 1.0, 1.0, -3.0),
  ('address', 'same_street', 0.0, 0.0, 0.0, 0.0, -6.0),
  ('address', 'same_zip', -1.5, 0.6, 0.0, 5.0, null),
  ('address', 'same_city', -2.0, 0.6, 0.0, 4.0, null),
  ('address', 'other_street', 0.0, 0.0, 0.0, 0.0, -8.0),
  ('address', 'other_city', -1.5, 0.0, -1.5, -1.5, -11.0),
  ('address', 'other_state', -3.5, 0.0, -3.5, -3.5, -12.0)
)
select field, level, rarity, base, low, high,
  coalesce(site_base, base) as site_base,
  case when site_base is not null then least(low, site_base) else low end as site_low,
  case when site_base is not null then greatest(site_base, least(high, site_base)) else high end as site_high
from (select field, level, base::double as base, rarity::double as rarity, low::double as low, high::double as high, site_base::double as site_base from model);

-- Of n members each has about one partner: two at random match once in n.
create or replace temp table match_prior as select -log2(size) + 1 as bits from universe;
