import type { Tx } from "../../db/database.ts";

export interface RunRow {
  readonly id: string;
  readonly quarter: string;
  readonly revision: number;
  readonly report_id: string | null;
  readonly state: "planned" | "sending" | "stopped" | "closed";
  readonly lineage_policy: "sequential" | "declared";
  readonly needs_approval: boolean;
  readonly approved_by: string | null;
  readonly planned_at: Date;
  readonly closed_at: Date | null;
  readonly stopped_reason: string | null;
  readonly cancelled_at: Date | null;
  readonly cancelled_by: string | null;
  readonly cancelled_reason: string | null;
  readonly batch: string | null;
  readonly plan_sha256: string;
}

const COLUMNS = `r.id, r.quarter::text, r.revision, r.report_id, r.state, r.lineage_policy, r.needs_approval, r.approved_by, r.planned_at, r.closed_at,
  r.stopped_reason, r.cancelled_at, r.cancelled_by, r.cancelled_reason, r.batch, p.sha256::text as plan_sha256`;
const FROM = "omla.payout_runs r join omla.payout_plans p on p.run_id = r.id";

export async function findOpenRun(tx: Tx): Promise<RunRow | undefined> {
  const { rows } = await tx.query<RunRow>(`select ${COLUMNS} from ${FROM} where r.state <> 'closed'`);
  return rows[0];
}

export async function findRun(tx: Tx, id: string): Promise<RunRow | undefined> {
  const { rows } = await tx.query<RunRow>(`select ${COLUMNS} from ${FROM} where r.id = $1`, [id]);
  return rows[0];
}

/** Closed runs, the newest first. */
export async function findClosedRuns(tx: Tx, limit: number): Promise<RunRow[]> {
  const { rows } = await tx.query<RunRow>(`select ${COLUMNS} from ${FROM} where r.state = 'closed' order by r.seq desc limit $1`, [limit]);
  return rows;
}

/** The plan of the run before another one, or of the last one. */
export async function findLastPlan(tx: Tx, beforeRun: string | null): Promise<string | undefined> {
  const { rows } = await tx.query<{ content: string }>(
    `select p.content from omla.payout_plans p join omla.payout_runs r on r.id = p.run_id
      where $1::uuid is null or r.seq < (select b.seq from omla.payout_runs b where b.id = $1) order by r.seq desc limit 1`,
    [beforeRun],
  );
  return rows[0]?.content;
}

export async function findPlanContent(tx: Tx, runId: string): Promise<string | undefined> {
  const { rows } = await tx.query<{ content: string }>("select content from omla.payout_plans where run_id = $1", [runId]);
  return rows[0]?.content;
}

/** @returns whether it is still open; its row stays locked */
export async function lockOpenRun(tx: Tx, id: string): Promise<boolean> {
  const { rows } = await tx.query("select 1 from omla.payout_runs where id = $1 and state <> 'closed' for update", [id]);
  return rows.length > 0;
}

export async function setRunState(tx: Tx, id: string, state: RunRow["state"], reason: string | null): Promise<void> {
  await tx.query("update omla.payout_runs set state = $2, stopped_reason = $3 where id = $1 and state <> 'closed'", [id, state, reason]);
}

export async function approveRun(tx: Tx, id: string, approvedBy: string): Promise<void> {
  await tx.query("update omla.payout_runs set approved_by = $2 where id = $1 and state = 'planned'", [id, approvedBy]);
}

export async function closeRun(tx: Tx, id: string, batch: string, now: Date): Promise<void> {
  await tx.query("update omla.payout_runs set state = 'closed', batch = $2, closed_at = $3, stopped_reason = null where id = $1", [
    id,
    batch,
    now,
  ]);
}

/** Whether anything was planned since a moment. */
export async function hasRunSince(tx: Tx, since: Date): Promise<boolean> {
  const { rows } = await tx.query("select 1 from omla.payout_runs where planned_at >= $1 limit 1", [since]);
  return rows.length > 0;
}

/** Takes the lease where nobody holds it, or renews it. @returns until when another one holds it; undefined where it is ours */
export async function takeLease(tx: Tx, holder: string, now: Date, expiresAt: Date): Promise<Date | undefined> {
  const { rowCount } = await tx.query(
    `insert into omla.payout_lease (holder, expires_at) values ($1, $3)
     on conflict (one_row) do update set holder = excluded.holder, expires_at = excluded.expires_at
      where payout_lease.holder = excluded.holder or payout_lease.expires_at <= $2`,
    [holder, now, expiresAt],
  );
  if (rowCount === 1) return undefined;
  const { rows } = await tx.query<{ expires_at: Date }>("select expires_at from omla.payout_lease");
  return rows[0]?.expires_at ?? expiresAt;
}

export async function giveLeaseBack(tx: Tx, holder: string, now: Date): Promise<void> {
  await tx.query("update omla.payout_lease set expires_at = $2 where holder = $1", [holder, now]);
}
