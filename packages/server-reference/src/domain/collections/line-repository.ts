import type { Tx } from "../../db/database.ts";
import type { Allocation, Source } from "./allocate-money.ts";

/** A line that is charged, with what was paid of it. */
export interface LineRow {
  readonly report_id: string;
  readonly model_id: string;
  readonly address: string;
  readonly name: string;
  readonly quarter: string;
  readonly status: string;
  readonly filed_at: Date;
  readonly royalty_usd: string;
  readonly deducted_fees_usd: string;
  readonly net_royalty_usd: string;
  readonly paid_usd: string;
  /** Micro-dollars. */
  readonly net: bigint;
  readonly paid: bigint;
}

/** The company's row is locked, so that everything that moves its money takes its turn. */
export async function lockCompany(tx: Tx, companyId: string): Promise<{ readonly company_name: string } | undefined> {
  const { rows } = await tx.query<{ company_name: string }>(
    "select company_name from omla.commercial_users where id = $1 for no key update",
    [companyId],
  );
  return rows[0];
}

/** Lines in force of a company that are not paid in full; undisputed ones first, then the oldest. */
export async function findUnpaidLines(tx: Tx, companyId: string, live = true): Promise<LineRow[]> {
  return readLines(tx, UNPAID, [companyId, live]);
}

/** The same, all those of a company that are named. */
export async function findLines(tx: Tx, companyId: string, reportIds: readonly string[]): Promise<LineRow[]> {
  return readLines(tx, "r.reporter_id = $1 and r.live and r.id = any ($2::uuid[])", [companyId, reportIds]);
}

const UNPAID =
  "r.reporter_id = $1 and r.live = $2 and r.status in ('submitted', 'disputed') and coalesce(f.paid_usd, 0) < r.net_royalty_usd";

async function readLines(tx: Tx, condition: string, values: readonly unknown[]): Promise<LineRow[]> {
  const { rows } = await tx.query<Omit<LineRow, "net" | "paid"> & { net: string; paid: string }>(
    `select r.id as report_id, r.model_id, omla.address_of(m.id) as address, m.name, r.quarter::text, r.status, r.filed_at,
            r.royalty_usd::text, r.deducted_fees_usd::text, r.net_royalty_usd::text, coalesce(f.paid_usd, 0)::numeric(18, 6)::text as paid_usd,
            (r.net_royalty_usd * 1000000)::numeric(38, 0)::text as net, (coalesce(f.paid_usd, 0) * 1000000)::numeric(38, 0)::text as paid
       from omla.usage_reports r join omla.models m on m.id = r.model_id
       left join lateral (select sum(a.amount_usd) as paid_usd from omla.collection_allocations a where a.report_id = r.id) f on true
      where ${condition}
      order by r.status = 'disputed', r.quarter::text collate "C", r.filed_at, r.id`,
    values,
  );
  return rows.map(({ net, paid, ...row }) => ({ ...row, net: BigInt(net), paid: BigInt(paid) }));
}

/** The lines of today in the place of those named: an amended line is followed to the one of the same model. */
export async function findSuccessors(tx: Tx, reportIds: readonly string[]): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `select distinct c.id from omla.usage_reports r
       join omla.usage_reports c on c.reporter_id = r.reporter_id and c.quarter = r.quarter and c.model_id = r.model_id and c.live = r.live
        and c.status not in ('superseded', 'rejected')
      where r.id = any ($1::uuid[])`,
    [reportIds],
  );
  return rows.map(({ id }) => id);
}

/** A line of an earlier version, with what the ledger says of it alone. */
export interface EarlierLine {
  readonly report_id: string;
  readonly model_id: string;
  /** Micro-dollars that wait for distribution; negative where they are to be taken back. */
  readonly accrued: bigint;
  /** Micro-dollars that payouts moved. */
  readonly distributed: bigint;
}

/** Every line of a company's quarter that a ledger entry may name, save those of one submission. */
export async function findEarlierLines(
  tx: Tx,
  { companyId, quarter, submissionId }: { readonly companyId: string; readonly quarter: string; readonly submissionId: string | null },
): Promise<EarlierLine[]> {
  const { rows } = await tx.query<{ report_id: string; model_id: string; accrued: string; distributed: string }>(EARLIER_LINES, [
    companyId,
    quarter,
    submissionId,
  ]);
  return rows.map((row) => ({ ...row, accrued: BigInt(row.accrued), distributed: BigInt(row.distributed) }));
}

const EARLIER_LINES = `
  select r.id as report_id, r.model_id, coalesce(-sum(e.amount), 0)::text as accrued,
         coalesce(sum(e.amount) filter (where t.kind not like 'report.%'), 0)::text as distributed
    from omla.usage_reports r
    left join omla.ledger_entries e on e.account = 'accrued:' || r.id and e.currency = 'USD'
    left join omla.ledger_txns t on t.id = e.txn_id
   where r.reporter_id = $1 and r.quarter = $2 and r.live and r.submission_id is distinct from $3
   group by r.id, r.model_id order by r.id`;

/** What stands on lines, payment by payment, the oldest first. */
export async function findLineMoney(tx: Tx, reportIds: readonly string[]): Promise<Allocation[]> {
  return readAllocations(tx, "a.report_id = any ($1::uuid[])", reportIds);
}

/** Where the money of one payment stands, the newest lines first. */
export async function findPaymentMoney(tx: Tx, collectionId: string): Promise<Allocation[]> {
  return (await readAllocations(tx, "a.collection_id = $1", collectionId)).reverse();
}

async function readAllocations(tx: Tx, condition: string, value: unknown): Promise<Allocation[]> {
  const { rows } = await tx.query<{ collection_id: string; report_id: string; micros: string }>(
    `select a.collection_id, a.report_id, (sum(a.amount_usd) * 1000000)::numeric(38, 0)::text as micros
       from omla.collection_allocations a join omla.collections c on c.id = a.collection_id join omla.usage_reports r on r.id = a.report_id
      where ${condition} group by a.collection_id, a.report_id, c.received_at, r.quarter, r.filed_at having sum(a.amount_usd) <> 0
      order by c.received_at, a.collection_id, r.quarter::text collate "C", r.filed_at, a.report_id`,
    [value],
  );
  return rows.map((row) => ({ collectionId: row.collection_id, reportId: row.report_id, micros: BigInt(row.micros) }));
}

/** A company's money that stands on no line, the oldest first. */
export async function findCredits(tx: Tx, companyId: string): Promise<Source[]> {
  const { rows } = await tx.query<{ id: string; micros: string }>(
    `select collection_id as id, (amount_usd * 1000000)::numeric(38, 0)::text as micros
       from omla.credits_of($1) order by received_at, collection_id`,
    [companyId],
  );
  return rows.map(({ id, micros }) => ({ collectionId: id, micros: BigInt(micros) }));
}

/** Writes down which money goes to which line, and by which posting. */
export async function insertAllocations(tx: Tx, allocations: readonly Allocation[], kind: string, ref: string): Promise<void> {
  const rows = allocations.map(({ collectionId, reportId, micros }) => ({ c: collectionId, r: reportId, m: micros.toString() }));
  await tx.query(
    `insert into omla.collection_allocations (collection_id, report_id, amount_usd, kind, ref)
     select a.c, a.r, a.m * 0.000001, $2, $3 from jsonb_to_recordset($1::jsonb) as a (c uuid, r uuid, m numeric)`,
    [JSON.stringify(rows), kind, ref],
  );
}

/** Moves lines to the status that their money and their disputes give them. @returns status by line, of those that moved */
export async function settleLines(tx: Tx, reportIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { rows } = await tx.query<{ report_id: string; status: string }>("select report_id, status from omla.settle_lines($1::uuid[])", [
    reportIds,
  ]);
  return new Map(rows.map(({ report_id, status }) => [report_id, status]));
}

/** Those of some lines that payouts distributed, in any version of them. */
export async function findDistributed(tx: Tx, reportIds: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await tx.query<{ report_id: string }>("select report_id from omla.line_standing($1::uuid[]) where distributed <> 0", [
    reportIds,
  ]);
  return new Set(rows.map(({ report_id }) => report_id));
}

/** Whose a live line is. */
export async function findCharged(
  tx: Tx,
  reportId: string,
): Promise<{ readonly company_id: string; readonly model_id: string; readonly quarter: string } | undefined> {
  const { rows } = await tx.query<{ company_id: string; model_id: string; quarter: string }>(
    "select reporter_id as company_id, model_id, quarter::text from omla.usage_reports where id = $1 and live",
    [reportId],
  );
  return rows[0];
}

export async function markRejected(tx: Tx, reportId: string): Promise<void> {
  await tx.query("update omla.usage_reports set status = 'rejected' where id = $1", [reportId]);
}
