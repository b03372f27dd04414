-- Changes of identity and of quality fields since the last good run.
-- Grain: change. Inputs: out_companies, company_ids, ended_companies, previous_companies. Variables: now.
-- Creates: out_quality_audit_log.

create or replace temp table out_quality_audit_log as
with identity_changes as (
  select i.company_id, i.origin as action, i.previous_id as old_value, c.canonical_name as new_value,
    case i.origin when 'split' then 'its members no longer belong to ' || i.previous_id else 'no earlier company had its members' end as reason
  from company_ids i join out_companies c using (company_id) where i.origin in ('created', 'split')
  union all
  select e.company_id, case when e.new_id is null then 'removed' else 'merged' end, p.canonical_name, e.new_id,
    case when e.new_id is null then 'no member of it is listed any more' else 'its members belong to the older company ' || e.new_id end
  from ended_companies e left join previous_companies p using (company_id)
),
compared_fields as (
  select c.company_id, unnest([
      {field: 'quality_score', old_value: round(p.quality_score, 1)::varchar, new_value: round(c.quality_score, 1)::varchar},
      {field: 'quality_grade', old_value: p.quality_grade, new_value: c.quality_grade},
      {field: 'erp_system', old_value: p.erp_system, new_value: c.erp_system}
    ], recursive := true), c.erp_evidence
  from out_companies c join previous_companies p using (company_id)
)
select company_id, action, '' as field, old_value, new_value, reason, getvariable('now')::timestamptz as changed_at
from identity_changes
union all
select company_id, 'changed', field, old_value, new_value,
  case when field = 'erp_system' then coalesce('evidence: ' || erp_evidence, 'no evidence any more') else 'scores of its member records changed' end,
  getvariable('now')::timestamptz
from compared_fields where old_value is distinct from new_value;
