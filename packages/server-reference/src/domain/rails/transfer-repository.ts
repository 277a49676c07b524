import type { Tx } from "../../db/database.ts";
import type { RailName } from "../../rails/rail.ts";

/** A transfer that a person carries out, or has carried out. */
export interface HandTransfer {
  readonly id: string;
  readonly run_id: string;
  readonly quarter: string;
  readonly rail: RailName;
  readonly ext_id: string;
  readonly wallet: string;
  /** Null where it was erased. */
  readonly destination: string | null;
  readonly currency: string;
  /** What the payee gets: decimal strings of smallest units, without the fee. */
  readonly amount: string;
  readonly scale: number;
  readonly sent_at: Date;
}

/** Transfers of some rails that were sent and not confirmed, by run and id. */
export async function findHandTransfers(tx: Tx, rails: readonly RailName[], runId: string | null, limit: number): Promise<HandTransfer[]> {
  const { rows } = await tx.query<HandTransfer>(
    `select t.id::text, t.run_id, r.quarter::text, t.rail, t.ext_id, w.address::text as wallet, p.destination, t.currency,
            (t.amount - coalesce(t.actual_fee, t.rail_fee))::text as amount, c.scale, t.sent_at
       from omla.transfers t
       join omla.payout_runs r on r.id = t.run_id
       join omla.wallets w on w.id = t.wallet_id
       join omla.currency_registry c on c.code = t.currency
       left join omla.transfer_private p on p.transfer_id = t.id
      where t.state = 'sent' and t.rail = any ($1::text[]) and ($2::uuid is null or t.run_id = $2)
      order by r.seq, t.id limit $3`,
    [rails, runId, limit],
  );
  return rows;
}

export async function isRun(tx: Tx, runId: string): Promise<boolean> {
  return (await tx.query("select 1 from omla.payout_runs where id = $1", [runId])).rows.length === 1;
}
