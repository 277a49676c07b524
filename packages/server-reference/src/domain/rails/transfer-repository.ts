import type { Tx } from "../../db/database.ts";
import type { RailName } from "../../rails/rail.ts";

/** A transfer that a person carries out, or has carried out. */
export interface HandTransfer {
  readonly id: string;
  readonly run_id: string;
  readonly quarter: string;
  readonly rail: RailName;
  readonly state: HandState;
  readonly ext_id: string;
  readonly wallet: string;
  /** Null where it was erased. */
  readonly destination: string | null;
  readonly currency: string;
  /** What the payee gets: decimal strings of smallest units, without the fee. */
  readonly amount: string;
  readonly scale: number;
  readonly sent_at: Date;
  /** What the board said of its return; null where it did not come back. */
  readonly returned: ReturnFacts | null;
}

/** How a transfer came back. */
export interface ReturnFacts {
  readonly reference: string;
  readonly returned_on: string;
  readonly reason: string;
  /** Since when its rail may be used again; null where that waits for a word of its owner, or of the board. */
  readonly confirmed_at: string | null;
}

/** On its way, arrived, or come back. */
export type HandState = "sent" | "completed" | "reversed";

export interface HandFilter {
  readonly rails: readonly RailName[];
  readonly runId: string | null;
  readonly state: HandState;
  readonly limit: number;
}

/** Transfers of some rails in one state, by run and id. */
export async function findHandTransfers(tx: Tx, { rails, runId, state, limit }: HandFilter): Promise<HandTransfer[]> {
  return readTransfers(
    tx,
    "t.state = $1 and t.rail = any ($2::text[]) and ($3::uuid is null or t.run_id = $3)",
    [state, rails, runId],
    limit,
  );
}

/** @param condition - over transfers `t`, with the values from $1 on */
export async function readTransfers(tx: Tx, condition: string, values: readonly unknown[], limit: number): Promise<HandTransfer[]> {
  const { rows } = await tx.query<HandTransfer>(
    `select t.id::text, t.run_id, r.quarter::text, t.rail, t.state, t.ext_id, w.address::text as wallet, p.destination, t.currency,
            (t.amount - coalesce(t.actual_fee, t.rail_fee))::text as amount, c.scale, t.sent_at,
            case when b.transfer_id is not null then json_build_object('reference', b.reference, 'returned_on', b.returned_on, 'reason', b.reason,
              'confirmed_at', omla.iso(b.confirmed_at)) end as returned
       from omla.transfers t
       join omla.payout_runs r on r.id = t.run_id
       join omla.wallets w on w.id = t.wallet_id
       join omla.currency_registry c on c.code = t.currency
       left join omla.transfer_private p on p.transfer_id = t.id
       left join omla.returned_transfers b on b.transfer_id = t.id
      where ${condition}
      order by r.seq, t.id limit ${limit}`,
    values,
  );
  return rows;
}
