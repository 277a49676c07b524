-- What a line did to hosters' claims counts while the line stands: a later version that was distributed takes the place of the earlier ones,
-- and what was taken back counts no more. So what is owed follows every amendment by itself.
create or replace view omla.standing_reimbursements as
  select b.*
    from omla.hoster_reimbursements b
    join omla.usage_reports r on r.id = b.report_id
    join omla.submissions s on s.id = r.submission_id
   where not exists (select from omla.payout_lines p where p.report_id = b.report_id and p.part = 'correction')
     and not exists (
       select from omla.usage_reports n
         join omla.submissions t on t.id = n.submission_id
         join omla.payout_lines p on p.report_id = n.id and p.part = 'distribution'
        where n.reporter_id = r.reporter_id and n.model_id = r.model_id and n.quarter = r.quarter and n.live and t.version > s.version);

-- Micro-dollars that a claim accrued while unverified and that were not settled; negative where an amendment took back what was settled already.
create or replace view omla.hoster_debts as
  select b.claim_id, (sum(case b.kind when 'accrued' then b.amount_usd when 'settled' then -b.amount_usd else 0 end) * 1000000)::numeric(38, 0) as micros
    from omla.standing_reimbursements b group by b.claim_id;
alter view omla.standing_reimbursements owner to omla_owner;
alter view omla.hoster_debts owner to omla_owner;
grant select on omla.standing_reimbursements, omla.hoster_debts to service_role, payout, reviewer;

-- As in 0025, with what is owed by lines that stand.
create or replace function public.resolve_hoster_fork(model_id uuid, quarter text, royalty_usd text default '1') returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
  quarter_name constant omla.quarter := quarter;
  registered timestamptz;
  share numeric;
  claims omla.hoster_volumes;
begin
  select m.created_at into registered from omla.models m where m.id = resolve_hoster_fork.model_id;
  if not found then
    perform omla.refuse('MODEL_NOT_FOUND', format('no model %s', model_id), 404, '{"path": "model_id"}');
  end if;
  select h.hoster_share_pct into share from omla.hoster_shares h
   where h.model_id = resolve_hoster_fork.model_id and h.effective_from <= greatest(omla.last_instant(quarter_name), registered)
     and (h.effective_until is null or h.effective_until > greatest(omla.last_instant(quarter_name), registered));
  select array_agg(c.id::text), array_agg(c.verified_at is not null), array_agg(coalesce(v.inferences, 0)::numeric),
         array_agg(greatest(coalesce(d.micros, 0), 0)) into claims
    from omla.hoster_claims c
    left join lateral (select w.inferences from omla.hoster_volume_reports w where w.claim_id = c.id and w.quarter = quarter_name order by w.revision desc limit 1) v on true
    left join omla.hoster_debts d on d.claim_id = c.id
   where c.model_id = resolve_hoster_fork.model_id and c.revoked_at is null;
  return omla.fork_royalty(omla.usd_micros(royalty_usd), (coalesce(share, 0) * 1000000)::bigint, claims);
end
$$;
