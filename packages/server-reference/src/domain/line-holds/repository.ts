import type { Tx } from "../../db/database.ts";

export interface Hold {
  readonly reportId: string;
  readonly reason: "dispute" | "audit";
  /** The dispute or the audit. */
  readonly caseId: string;
  /** Who opened or released it: an id, never a name. */
  readonly actor: string;
}

/** @returns whether it is new */
export async function insertHold(tx: Tx, { reportId, reason, caseId, actor }: Hold): Promise<boolean> {
  const { rows } = await tx.query(
    `insert into omla.line_holds (report_id, reason, case_id, opened_by) values ($1, $2, $3, $4)
     on conflict on constraint line_hold_once do nothing returning id`,
    [reportId, reason, caseId, actor],
  );
  return rows.length === 1;
}

/** @returns the lines that a case held until now: all of them, or the one that is named */
export async function closeHolds(tx: Tx, { reason, caseId, actor, reportId }: CaseHolds): Promise<string[]> {
  const { rows } = await tx.query<{ report_id: string }>(
    `update omla.line_holds set released_at = omla.now_seconds(), released_by = $3
      where reason = $1 and case_id = $2 and released_at is null and ($4::uuid is null or report_id = $4) returning report_id`,
    [reason, caseId, actor, reportId ?? null],
  );
  return rows.map(({ report_id }) => report_id);
}

export interface CaseHolds extends Omit<Hold, "reportId"> {
  readonly reportId?: string;
}

export interface OpenHold {
  readonly report_id: string;
  readonly reason: Hold["reason"];
  readonly case_id: string;
}

export async function findOpenHolds(tx: Tx, reportIds: readonly string[]): Promise<OpenHold[]> {
  const { rows } = await tx.query<OpenHold>(
    "select report_id, reason, case_id from omla.line_holds where report_id = any ($1::uuid[]) and released_at is null order by opened_at, id",
    [reportIds],
  );
  return rows;
}

/** A line that takes another's place keeps the date of its first dispute. */
export async function inheritDispute(tx: Tx, from: string, to: string): Promise<void> {
  await tx.query(
    `update omla.usage_reports n set disputed_at = o.disputed_at from omla.usage_reports o
      where o.id = $1 and n.id = $2 and n.disputed_at is null and o.disputed_at is not null`,
    [from, to],
  );
}

export async function settleHeldLines(tx: Tx, reportIds: readonly string[]): Promise<void> {
  await tx.query("select from omla.settle_lines($1::uuid[])", [reportIds]);
}
