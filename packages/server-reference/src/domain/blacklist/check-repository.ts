import type { Tx } from "../../db/database.ts";

/** What was found when the list was fetched as the world gets it; `cached` is the list before, for some minutes; `older` is one that no cache may hold any more. */
export type ServedOutcome = "same" | "cached" | "older" | "different" | "unreachable";

export interface ListCheck {
  readonly sequence: number;
  readonly outcome: ServedOutcome;
  readonly served_sha256: string | null;
}

export async function insertCheck(tx: Tx, { sequence, outcome, served_sha256 }: ListCheck): Promise<void> {
  await tx.query("insert into omla.list_checks (sequence, outcome, served_sha256) values ($1, $2, $3)", [sequence, outcome, served_sha256]);
}

export async function findLatestCheck(tx: Tx): Promise<ListCheck | undefined> {
  const { rows } = await tx.query<Omit<ListCheck, "sequence"> & { readonly sequence: string }>(
    "select sequence, outcome, served_sha256 from omla.list_checks order by id desc limit 1",
  );
  return rows[0] && { ...rows[0], sequence: Number(rows[0].sequence) };
}

/** Checks are kept for a quarter. */
export async function deleteOldChecks(tx: Tx): Promise<void> {
  await tx.query("delete from omla.list_checks where checked_at < omla.now() - interval '90 days'");
}
