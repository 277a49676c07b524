import type { Tx } from "../../db/database.ts";
import type { CarriedRow } from "./bucket-repository.ts";
import type { ClaimOnModel, PortionKind } from "./distribute.ts";
import type { PayableLine } from "./line-repository.ts";

/** A line as a run distributed it, with everything that it was computed from. */
export interface RunLine extends PayableLine {
  readonly part: "distribution" | "correction";
  /** The claims as they stood when the run was planned. */
  readonly claims: readonly ClaimOnModel[] | null;
  /** As written by the run. */
  readonly portions: readonly StoredPortion[];
  /** What earlier versions had distributed by then. */
  readonly earlier: readonly { readonly wallet: string; readonly kind: PortionKind; readonly amount: string }[];
}

export interface StoredPortion {
  readonly wallet: string;
  readonly kind: PortionKind;
  readonly amount: string;
  readonly currency: string;
  readonly route: "native" | "backup_with_fee" | "backup_direct";
  readonly fee_pct: string;
}

export interface LineCursor {
  readonly part: "distribution" | "correction";
  readonly quarter: string;
  readonly reportId: string;
}

/** The next lines of a run, in the order in which it distributed them: corrections come last. */
export async function findRunLines(tx: Tx, runId: string, after: LineCursor, limit: number): Promise<RunLine[]> {
  const { rows } = await tx.query<RunLine>(FIND_RUN_LINES, [runId, after.part, after.quarter, after.reportId, limit]);
  return rows;
}

const FIND_RUN_LINES = `
  select l.report_id, r.reporter_id, r.model_id, r.quarter::text, s.version, (r.net_royalty_usd * 1000000)::numeric(38, 0)::text as net,
         s.lineage_policy, trim_scale(r.rate)::text as rate, m.license_version, l.terms_sha256::text, true as filed_after,
         trim_scale(coalesce((select h.hoster_share_pct from omla.hoster_shares h
            where h.model_id = m.id and h.effective_from <= greatest(omla.last_instant(r.quarter), m.created_at)
              and (h.effective_until is null or h.effective_until > greatest(omla.last_instant(r.quarter), m.created_at))), 0))::text as hoster_share_pct,
         l.part, l.claims,
         (select coalesce(json_agg(json_build_object('wallet', w.address, 'kind', d.kind, 'amount', d.amount::text, 'currency', d.currency, 'route', d.route,
                   'fee_pct', trim_scale(d.fee_pct)::text)), '[]')
            from omla.distributions d join omla.wallets w on w.id = d.wallet_id
           where d.report_id = l.report_id and d.run_id = l.run_id and (d.kind = 'correction') = (l.part = 'correction')) as portions,
         (select coalesce(json_agg(json_build_object('wallet', e.address, 'kind', e.kind, 'amount', e.amount::text)), '[]')
            from (select w.address, d.kind, sum(d.amount) as amount
                    from omla.usage_reports v
                    join omla.distributions d on d.report_id = v.id
                    join omla.payout_runs o on o.id = d.run_id
                    join omla.wallets w on w.id = d.wallet_id
                   where v.reporter_id = r.reporter_id and v.model_id = r.model_id and v.quarter = r.quarter and v.live
                     and case l.part when 'correction' then v.id = r.id else v.id <> r.id and s.version > 1 end and o.seq < u.seq
                     and not exists (select from omla.payout_lines k join omla.payout_runs b on b.id = k.run_id
                                      where k.report_id = v.id and k.part = 'correction' and b.seq < u.seq)
                   group by 1, 2 having sum(d.amount) <> 0) e) as earlier
    from omla.payout_lines l
    join omla.payout_runs u on u.id = l.run_id
    join omla.usage_reports r on r.id = l.report_id
    join omla.submissions s on s.id = r.submission_id
    join omla.models m on m.id = r.model_id
   where l.run_id = $1 and (l.part = 'correction', r.quarter::text collate "C", r.id) > ($2 = 'correction', $3, $4::uuid)
   order by l.part = 'correction', r.quarter::text collate "C", r.id limit $5`;

/** What a run found of earlier ones: their rests, and what had come back. */
export async function findCarriedInto(tx: Tx, runId: string): Promise<CarriedRow[]> {
  const { rows } = await tx.query<CarriedRow>(FIND_CARRIED, [runId]);
  return rows;
}

const FIND_CARRIED = `
  select w.address::text as wallet, c.currency, c.usd::text, c.net::text, c.fees
    from (
      select p.wallet_id, p.currency, p.rest_usd as usd, p.rest_net as net, p.rest_fees as fees
        from omla.payout_positions p
       where p.run_id = (select b.id from omla.payout_runs b where b.seq < (select u.seq from omla.payout_runs u where u.id = $1) order by b.seq desc limit 1)
         and (p.rest_usd <> 0 or p.rest_net <> 0)
      union all
      select t.wallet_id, t.currency, b.usd, b.usd * 100000000 - (select coalesce(sum(f.value::numeric), 0) from jsonb_each_text(b.fees) f), b.fees
        from omla.transfer_returns b join omla.transfers t on t.id = b.transfer_id where b.run_id = $1
    ) c
    join omla.wallets w on w.id = c.wallet_id`;

export async function findScales(tx: Tx): Promise<Map<string, number>> {
  const { rows } = await tx.query<{ code: string; scale: number }>("select code, scale from omla.currency_registry");
  return new Map(rows.map(({ code, scale }) => [code, scale]));
}
