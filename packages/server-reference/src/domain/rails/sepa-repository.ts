import type { Tx } from "../../db/database.ts";
import { type HandTransfer, readTransfers } from "./transfer-repository.ts";

/** One message to the bank; its payments are those that name it. */
export interface SepaFileRow {
  readonly message_id: string;
  readonly run_id: string;
  /** Counts the files of the run, from 1. */
  readonly number: number;
  readonly made_at: Date;
  /** The association's account as it was then. */
  readonly debtor: string;
  readonly sha256: string;
}

/** Whoever makes a file of a run waits here for the one before. @returns how many files there are; undefined where there is no such run */
export async function lockRunFiles(tx: Tx, runId: string): Promise<number | undefined> {
  const { rows } = await tx.query("select 1 from omla.payout_runs where id = $1 for no key update", [runId]);
  if (rows.length === 0) return undefined;
  const counted = await tx.query<{ files: number }>("select count(*)::int as files from omla.sepa_files where run_id = $1", [runId]);
  return counted.rows[0]?.files ?? 0;
}

/** What a run has sent over SEPA, the board has not confirmed, and no file has. */
export async function findUnfiledTransfers(tx: Tx, runId: string, limit: number): Promise<HandTransfer[]> {
  const condition = `t.rail = 'sepa' and t.state = 'sent' and t.run_id = $1
    and not exists (select from omla.sepa_file_transfers f where f.transfer_id = t.id)`;
  return readTransfers(tx, condition, [runId], limit);
}

/** The payments of a file, whatever has become of them since. */
export async function findFileTransfers(tx: Tx, messageId: string, limit: number): Promise<HandTransfer[]> {
  return readTransfers(tx, "t.id in (select f.transfer_id from omla.sepa_file_transfers f where f.message_id = $1)", [messageId], limit);
}

export async function insertSepaFile(tx: Tx, file: SepaFileRow, transfers: readonly HandTransfer[]): Promise<void> {
  await tx.query("insert into omla.sepa_files (message_id, run_id, number, made_at, debtor, sha256) values ($1, $2, $3, $4, $5, $6)", [
    file.message_id,
    file.run_id,
    file.number,
    file.made_at,
    file.debtor,
    file.sha256,
  ]);
  await tx.query("insert into omla.sepa_file_transfers (transfer_id, message_id) select u.id, $2 from unnest($1::text[]) as u (id)", [
    transfers.map(({ id }) => id),
    file.message_id,
  ]);
}

export async function findSepaFile(tx: Tx, runId: string, number: number): Promise<SepaFileRow | undefined> {
  const { rows } = await tx.query<SepaFileRow>(
    "select message_id, run_id, number, made_at, debtor, sha256::text from omla.sepa_files where run_id = $1 and number = $2",
    [runId, number],
  );
  return rows[0];
}
