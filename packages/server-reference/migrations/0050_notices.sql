-- Mail that is sent once: who wants to send a notice takes its key for ten minutes, sends, and books it in the transaction that marks
-- what it told. Nobody holds a transaction open while a mail server thinks.
create table if not exists omla.notices (
  -- What it tells of, by ids only.
  key text constraint notices_pkey primary key constraint notices_key_size check (length(key) between 1 and 200),
  leased_until timestamptz not null,
  sent_at timestamptz
);
select omla.protect('omla.notices');
grant insert, update (leased_until, sent_at) on omla.notices to service_role;

-- What lies ahead of a subject: the deadlines of its open lines and unreported quarters, and the day on which the oldest overdue one lists it.
create or replace function omla.deadlines_ahead(subject_kind text, subject uuid, as_of timestamptz)
returns table (kind text, deadline timestamptz, quarters text[])
language sql stable
as $$
  with facts as (select omla.compliance_facts(subject_kind, subject) as f),
  owed as (
    select l ->> 'quarter' as quarter, omla.due_at(l ->> 'quarter', (l ->> 'filed_at')::timestamptz) as due_at
      from facts, jsonb_array_elements(f -> 'lines') l
     where (subject_kind = 'commercial_user' or (l ->> 'own')::boolean)
       and (l ->> 'status' = 'submitted' or (l ->> 'status' = 'disputed' and as_of > (l ->> 'disputed_at')::timestamptz + interval '2160 hours'))
    union
    select q, omla.due_at(q, omla.quarter_end(q))
      from facts, omla.due_quarters(f ->> 'reporting_from', f ->> 'reporting_until',
             array(select jsonb_array_elements_text(coalesce(nullif(f -> 'reported_quarters', 'null'), '[]'))), as_of) q
     where subject_kind = 'commercial_user')
  select 'due', due_at, array_agg(distinct quarter order by quarter) from owed where due_at >= as_of group by due_at
  union all
  select 'listing', min(due_at) + interval '2160 hours', array_agg(distinct quarter order by quarter) from owed where due_at < as_of having count(*) > 0
$$;
grant execute on function omla.deadlines_ahead(text, uuid, timestamptz) to service_role, reviewer;
