import type { Tx } from "../../db/database.ts";

export interface ReturnRow {
  readonly transferId: string;
  readonly reference: string;
  /** YYYY-MM-DD */
  readonly returnedOn: string;
  /** What came back, in smallest units; undefined where it is all of it. */
  readonly amount: string | undefined;
  readonly reason: string;
  readonly recordedBy: string;
  /** Whether the way of payment is to blame: then nothing more is sent there before it was confirmed. */
  readonly isDoubtful: boolean;
}

export async function insertReturned(tx: Tx, row: ReturnRow): Promise<{ readonly wallet_id: string }> {
  const { rows } = await tx.query<{ wallet_id: string }>(
    `insert into omla.returned_transfers (transfer_id, wallet_id, rail, reference, returned_on, reason, recorded_by, confirmed_at, confirmed_by)
     select t.id, t.wallet_id, t.rail, $2, $3, $4, $5, case when not $6 then omla.now_seconds() end, case when not $6 then $5 end
       from omla.transfers t where t.id = $1 returning wallet_id`,
    [row.transferId, row.reference, row.returnedOn, row.reason, row.recordedBy, row.isDoubtful],
  );
  const [returned] = rows;
  if (returned === undefined) throw new TypeError("the transfer is locked, so it is there");
  return returned;
}

/** When a transfer left. */
export async function findSentAt(tx: Tx, transferId: string): Promise<Date | undefined> {
  const { rows } = await tx.query<{ sent_at: Date | null }>("select sent_at from omla.transfers where id = $1", [transferId]);
  return rows[0]?.sent_at ?? undefined;
}

/** @returns `confirmed` now, `before`, or undefined where no such transfer came back */
export async function confirmReturned(tx: Tx, transferId: string, actor: string): Promise<"now" | "before" | undefined> {
  const { rowCount } = await tx.query(
    "update omla.returned_transfers set confirmed_at = omla.now_seconds(), confirmed_by = $2 where transfer_id = $1 and confirmed_at is null",
    [transferId, actor],
  );
  if (rowCount === 1) return "now";
  const { rows } = await tx.query("select 1 from omla.returned_transfers where transfer_id = $1", [transferId]);
  return rows.length === 1 ? "before" : undefined;
}
