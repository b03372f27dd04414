-- Grain: one row a registrable domain.
-- Input: extracted_companies. Output: companies_to_enrich (domain, website, name, city, state).
-- Of several records with one domain the surest speaks; ties fall to the smaller record_id.
create or replace temp table companies_to_enrich as
select domain, website, name, city, state
from extracted_companies
where domain is not null
qualify row_number() over (
  partition by domain
  order by confidence desc nulls last, (city is null), record_id
) = 1;
