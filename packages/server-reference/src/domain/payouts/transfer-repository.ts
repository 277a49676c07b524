import type { RailName, SentTransfer, TransferOrder } from "../../rails/rail.ts";
import type { Tx } from "../../db/database.ts";

export type TransferState = "planned" | "sending" | "unknown" | "sent" | "completed" | "failed" | "reversed" | "cancelled";

export interface TransferRow {
  readonly id: string;
  readonly run_id: string;
  readonly wallet: string;
  /** Null where it was erased. */
  readonly destination: string | null;
  readonly currency: string;
  readonly rail: RailName;
  readonly amount: bigint;
  readonly railFee: bigint;
  readonly fxUsd: bigint;
  readonly feeUsd: bigint;
  readonly state: TransferState;
  readonly first_sent_at: Date | null;
  readonly key_since: Date | null;
  readonly ext_id: string | null;
  /** What the rail really kept; null until it was recorded. */
  readonly actualFee: bigint | null;
  readonly reversedAmount: bigint;
}

type Stored = Omit<TransferRow, "amount" | "railFee" | "fxUsd" | "feeUsd" | "actualFee" | "reversedAmount"> & {
  readonly amount: string;
  readonly rail_fee: string;
  readonly fx_usd: string;
  readonly fee_usd: string;
  readonly actual_fee: string | null;
  readonly reversed_amount: string;
};

const COLUMNS = `t.id::text, t.run_id, w.address::text as wallet, p.destination, t.currency, t.rail, t.amount::text, t.rail_fee::text, t.fx_usd::text,
  t.fee_usd::text, t.state, t.first_sent_at, t.key_since, t.ext_id, t.actual_fee::text, t.reversed_amount::text`;
const FROM = "omla.transfers t join omla.wallets w on w.id = t.wallet_id left join omla.transfer_private p on p.transfer_id = t.id";

/** The next transfer of a run that is not settled, after an id. */
export async function findUnsettled(tx: Tx, runId: string, afterId: string): Promise<TransferRow | undefined> {
  const { rows } = await tx.query<Stored>(
    `select ${COLUMNS} from ${FROM} where t.run_id = $1 and t.state in ('planned', 'sending', 'unknown') and t.id > $2 order by t.id limit 1`,
    [runId, afterId],
  );
  return rows[0] && toTransfer(rows[0]);
}

const SHOWN_FAULTS = 10;

/** Why transfers of a run are not settled, as their rails said last. */
export async function findFaults(tx: Tx, runId: string): Promise<string[]> {
  const { rows } = await tx.query<{ fault: string }>(
    `select distinct fault from omla.transfers where run_id = $1 and state in ('planned', 'sending', 'unknown') and fault is not null
      order by fault limit ${SHOWN_FAULTS}`,
    [runId],
  );
  return rows.map(({ fault }) => fault);
}

/** Locks a transfer for the rest of the transaction. */
export async function lockTransfer(tx: Tx, id: string): Promise<TransferRow | undefined> {
  const { rows } = await tx.query<Stored>(`select ${COLUMNS} from ${FROM} where t.id = $1 for update of t`, [id]);
  return rows[0] && toTransfer(rows[0]);
}

/** @param externalId - what the rail calls it */
export async function findByExternalId(tx: Tx, rail: RailName, externalId: string): Promise<string | undefined> {
  const { rows } = await tx.query<{ id: string }>("select id::text from omla.transfers where rail = $1 and ext_id = $2", [
    rail,
    externalId,
  ]);
  return rows[0]?.id;
}

function toTransfer({ amount, rail_fee, fx_usd, fee_usd, actual_fee, reversed_amount, ...row }: Stored): TransferRow {
  return {
    ...row,
    amount: BigInt(amount),
    railFee: BigInt(rail_fee),
    fxUsd: BigInt(fx_usd),
    feeUsd: BigInt(fee_usd),
    actualFee: actual_fee === null ? null : BigInt(actual_fee),
    reversedAmount: BigInt(reversed_amount),
  };
}

/** The same order however often it is sent. */
export function orderOf({ id, run_id, wallet, destination, currency, amount, railFee }: TransferRow): TransferOrder {
  return { id, run: run_id, wallet, destination: destination ?? "", currency, amount, feeAmount: railFee };
}

/** From planned to sending: whoever gets the row sends, everybody else does not. */
export async function claimPlanned(tx: Tx, id: string, now: Date): Promise<boolean> {
  const { rowCount } = await tx.query(
    "update omla.transfers set state = 'sending', first_sent_at = $2, key_since = $2 where id = $1 and state = 'planned'",
    [id, now],
  );
  return rowCount === 1;
}

export async function markUnknown(tx: Tx, id: string): Promise<void> {
  await tx.query("update omla.transfers set state = 'unknown' where id = $1 and state = 'sending'", [id]);
}

/** From unknown to sending once more, for what the rail proved it does not have; a person must look at it. */
export async function claimAgain(tx: Tx, id: string, now: Date): Promise<boolean> {
  const { rowCount } = await tx.query(
    "update omla.transfers set state = 'sending', key_since = $2, flagged = true, fault = 'sent again after its key had expired' where id = $1 and state = 'unknown'",
    [id, now],
  );
  return rowCount === 1;
}

export async function noteFault(tx: Tx, id: string, fault: string, flagged: boolean): Promise<void> {
  await tx.query("update omla.transfers set fault = $2, flagged = flagged or $3 where id = $1", [id, fault.slice(0, 500), flagged]);
}

export async function writeSent(tx: Tx, id: string, { externalId, feeAmount, status }: SentTransfer, now: Date): Promise<void> {
  await tx.query(
    `update omla.transfers set state = $2, ext_id = $3, actual_fee = $4, sent_at = $5, completed_at = case when $2 = 'completed' then $5::timestamptz end
      where id = $1`,
    [id, status, externalId, feeAmount.toString(), now],
  );
}

export async function writeCompleted(tx: Tx, id: string, now: Date): Promise<void> {
  await tx.query("update omla.transfers set state = 'completed', completed_at = $2 where id = $1 and state = 'sent'", [id, now]);
}

export async function writeFailed(tx: Tx, id: string, fault: string): Promise<void> {
  await tx.query("update omla.transfers set state = 'failed', fault = $2 where id = $1", [id, fault.slice(0, 500)]);
}

export async function writeReversed(tx: Tx, id: string, total: bigint, isWhole: boolean): Promise<void> {
  await tx.query("update omla.transfers set reversed_amount = $2, state = case when $3 then 'reversed' else state end where id = $1", [
    id,
    total.toString(),
    isWhole,
  ]);
}

export interface ReturnedMoney {
  readonly ref: string;
  readonly transferId: string;
  readonly amount: bigint;
  readonly usd: bigint;
  readonly reason: "failed" | "reversed";
}

/** What came back is carried by the next run. */
export async function insertReturn(tx: Tx, { ref, transferId, amount, usd, reason }: ReturnedMoney): Promise<void> {
  await tx.query("insert into omla.transfer_returns (ref, transfer_id, amount, usd, reason) values ($1, $2, $3, $4, $5)", [
    ref,
    transferId,
    amount.toString(),
    usd.toString(),
    reason,
  ]);
}

/** What became of a transfer, in the payments that people see. */
export async function showPayments(tx: Tx, id: string, status: "processing" | "completed" | "failed" | "reversed"): Promise<void> {
  await tx.query("select omla.payout_show($1, $2)", [id, status]);
}
