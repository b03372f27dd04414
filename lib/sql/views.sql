-- Views for people, one text for DuckDB and PostgreSQL: only functions that mean the same in both.
-- Inputs: the ten tables of the database. Creates: company_summary, job_summary, event_summary, competitor_report.

-- Grain: company.
create or replace view company_summary as
select c.company_id, c.canonical_name, c.city, c.state, c.website, c.phone, c.employees, c.revenue_usd, c.erp_system, c.erp_confidence,
  c.quality_score, c.quality_grade, m.associations, coalesce(m.memberships, 0) as memberships, coalesce(p.contacts, 0) as contacts,
  coalesce(p.contacts_with_email, 0) as contacts_with_email, coalesce(e.events, 0) as events, c.last_seen_at
from companies c
left join (
  select company_id, string_agg(distinct association_code, ', ' order by association_code) as associations, count(*) as memberships
  from association_memberships group by company_id
) m on m.company_id = c.company_id
left join (
  select company_id, count(*) as contacts, count(email) as contacts_with_email from contacts group by company_id
) p on p.company_id = c.company_id
left join (
  select company_id, count(distinct event_id) as events from event_participants group by company_id
) e on e.company_id = c.company_id;

-- Grain: job. Companies and memberships are those of the newest good run only.
create or replace view job_summary as
select j.job_id, j.status, j.mode, array_to_string(j.associations, ', ') as associations, j.current_phase, j.dry_run, j.started_at, j.finished_at,
  cast(extract(epoch from (j.finished_at - j.started_at)) as numeric(12, 1)) as seconds,
  coalesce(c.companies, 0) as companies, coalesce(m.memberships, 0) as memberships
from extraction_jobs j
left join (select job_id, count(*) as companies from companies group by job_id) c on c.job_id = j.job_id
left join (select job_id, count(*) as memberships from association_memberships group by job_id) m on m.job_id = j.job_id
order by j.started_at desc;

-- Grain: event.
create or replace view event_summary as
select e.event_id, e.association_code, e.name, e.start_date, e.end_date, e.venue, e.city, e.state, e.url,
  count(p.participant_id) as participants,
  count(case when p.role = 'exhibitor' then 1 end) as exhibitors,
  count(case when p.role = 'sponsor' then 1 end) as sponsors,
  count(case when p.role = 'speaker' then 1 end) as speakers,
  count(case when p.role = 'attendee' then 1 end) as attendees,
  count(distinct p.company_id) as known_companies
from events e left join event_participants p on p.event_id = e.event_id
group by e.event_id, e.association_code, e.name, e.start_date, e.end_date, e.venue, e.city, e.state, e.url;

-- Grain: ERP vendor.
create or replace view competitor_report as
select s.vendor, count(*) as signals, count(distinct s.company_id) as companies,
  count(distinct case when s.signal_type = 'erp_in_use' then s.company_id end) as companies_using,
  count(case when s.signal_type in ('vendor_sponsor', 'vendor_exhibitor') then 1 end) as event_appearances,
  count(case when s.signal_type = 'vendor_member' then 1 end) as directory_listings,
  cast(avg(s.strength) as numeric(6, 3)) as average_strength, max(x.examples) as examples, max(s.observed_at) as last_observed_at
from competitor_signals s
left join (
  select vendor, string_agg(canonical_name, ', ' order by place) as examples
  from (
    select t.vendor, c.canonical_name, row_number() over (partition by t.vendor order by t.strength desc, c.canonical_name, c.company_id) as place
    from (select vendor, company_id, max(strength) as strength from competitor_signals where signal_type = 'erp_in_use' group by vendor, company_id) t
    join companies c on c.company_id = t.company_id
  ) ranked
  where place <= 5 group by vendor
) x on x.vendor = s.vendor
group by s.vendor
order by companies_using desc, signals desc, s.vendor;
