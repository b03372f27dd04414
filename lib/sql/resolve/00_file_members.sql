-- Members from a file: each record of a CSV is one, as an association's merged record is in 01_members.sql.
-- Grain: record. Inputs: input_records (id, source, name, website, phone, street, city, state, zip, email), all text.
-- Creates: members, with what normalisation asks for.

create or replace temp table members as
select id as member_id, coalesce(nullif(trim(source), ''), '') as association_code, coalesce(name, '') as name,
  website, registrable_domain(website) as domain, phone, null::varchar as phone_e164, []::varchar[] as phones, email,
  nullif(trim(street), '') as street, nullif(trim(city), '') as city, nullif(trim(state), '') as state, nullif(trim(zip), '') as postal_code
from input_records;
