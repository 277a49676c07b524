import type { Tx } from "../../db/database.ts";

/** Cancels what nobody has tried, and books it back. @returns how many transfers */
export async function cancelTransfers(tx: Tx, runId: string): Promise<number> {
  const { rows } = await tx.query<{ cancelled: number }>("select omla.payout_cancel_transfers($1) as cancelled", [runId]);
  return rows[0]?.cancelled ?? 0;
}

/** Transfers of a run of which the rail was told, and whose outcome is not recorded. */
export async function countOpenTransfers(tx: Tx, runId: string): Promise<number> {
  const { rows } = await tx.query<{ open: number }>(
    "select count(*)::int as open from omla.transfers where run_id = $1 and state in ('sending', 'unknown')",
    [runId],
  );
  return rows[0]?.open ?? 0;
}

export async function writeCancelled(
  tx: Tx,
  runId: string,
  { reason, actor, now }: { readonly reason: string; readonly actor: string; readonly now: Date },
): Promise<void> {
  await tx.query("update omla.payout_runs set cancelled_at = $2, cancelled_by = $3, cancelled_reason = $4 where id = $1", [
    runId,
    now,
    actor,
    reason,
  ]);
}
