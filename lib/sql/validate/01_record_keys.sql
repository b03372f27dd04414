-- Records with the keys that tell whether two of them speak of one member.
-- Grain: record. Inputs: extracted_companies. Creates: record_keys.

create or replace temp table record_keys as
with keyed as (
  select association_code, record_id, page_url, page_type, name, confidence,
    name_key(name) as name_key, name_letters(name) as letters, name_words(name) as words, legal_form(name) as legal,
    own_domain(coalesce(domain, registrable_domain(website))) as domain,
    phone10(coalesce(phone_e164, phone)) as phone,
    house_numbers(street) as numbers, city_key(city) as city, state_key(state) as state, postal_key(postal_code) as zip,
    url_key(profile_url) as link, url_key(page_url) as page,
    (website is not null)::int + (coalesce(phone_e164, phone) is not null)::int + (email is not null)::int + (street is not null)::int
      + (city is not null)::int + (state is not null)::int + (postal_code is not null)::int + (description is not null)::int
      + (len(categories) > 0)::int + (coalesce(json_array_length(case when json_valid(contacts) then contacts end), 0) > 0)::int as fullness
  from extracted_companies
),
pages as (select association_code, page, count(*) as records from keyed group by all),
-- a "profile" that many different names link to is a list, a filter or a login page, and proves nothing
shared_links as (
  select association_code, link from keyed where link is not null group by all having count(distinct name_key) > 3
)
select row_number() over (order by k.association_code, k.record_id)::integer as n, k.* exclude (link),
  case when s.link is null then k.link end as link,
  p.records as page_records,
  k.page_type = 'member_profile' or p.records = 1 and k.page in (select link from keyed where link is not null) as on_profile
from keyed k
join pages p on p.association_code = k.association_code and p.page = k.page
left join shared_links s on s.association_code = k.association_code and s.link = k.link;
