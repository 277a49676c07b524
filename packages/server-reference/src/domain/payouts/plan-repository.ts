import type { Tx } from "../../db/database.ts";
import { lockPlan } from "../../ledger/plan-lock.ts";
import { formatDecimal } from "@omla/sdk/protocol";
import type { PositionOfWallet } from "./plan-document.ts";
import type { DistributedLine } from "./plan-state.ts";

export interface WrittenPosition extends PositionOfWallet {
  readonly wallet_id: string;
  /** The transfer of another currency of the wallet that pays this one too. */
  readonly paidBy: string | undefined;
}

/**
 * One plan at a time writes; the lock is kept until the end of the transaction.
 *
 * Its tables grow by millions of rows that no statistics know of, so the planner is kept from reading them whole for each batch.
 */
export async function lockPlanning(tx: Tx): Promise<void> {
  await lockPlan(tx);
  await tx.query("set local enable_seqscan = off; set local jit = off");
}

/** What has waited long enough is cash now. */
export async function clearCollections(tx: Tx): Promise<void> {
  await tx.query("select omla.clear_collections()");
}

export interface NewRun {
  readonly quarter: string;
  readonly revision: number;
  readonly reportId: string | null;
  readonly lineagePolicy: string;
  readonly plannedAt: Date;
}

/** The first revision of a quarter is 1; a re-run has a higher one. */
export async function nextRevision(tx: Tx, quarter: string): Promise<number> {
  const { rows } = await tx.query<{ revision: number }>(
    "select coalesce(max(revision), 0) + 1 as revision from omla.payout_runs where quarter = $1",
    [quarter],
  );
  return rows[0]?.revision ?? 1;
}

export async function insertRun(tx: Tx, run: NewRun): Promise<string> {
  const { rows } = await tx.query<{ id: string }>(
    `insert into omla.payout_runs (quarter, revision, report_id, lineage_policy, planned_at) values ($1, $2, $3, $4, $5) returning id`,
    [run.quarter, run.revision, run.reportId, run.lineagePolicy, run.plannedAt],
  );
  const [inserted] = rows;
  if (inserted === undefined) throw new TypeError("an insert returns its row");
  return inserted.id;
}

/** Writes what the lines of a batch moved; {@link postLines} posts the whole run. */
export async function writeLines(
  tx: Tx,
  runId: string,
  lines: readonly DistributedLine[],
  walletId: (wallet: string) => string,
): Promise<void> {
  await insertLines(tx, runId, lines);
  await insertDistributions(tx, runId, lines, walletId);
  await insertReimbursements(tx, lines);
}

/** Posts what the lines of a run moved, and makes them paid. */
export async function postLines(tx: Tx, runId: string): Promise<void> {
  await tx.query("select omla.payout_post_lines($1)", [runId]);
}

/** An array as PostgreSQL reads it, of ids, numbers and codes, which need no quotes: pg would look at each character of a million. */
function plainArray<Row>(rows: readonly Row[], text: (row: Row) => string | bigint): string {
  return `{${rows.map(text).join(",")}}`;
}

async function insertLines(tx: Tx, runId: string, lines: readonly DistributedLine[]): Promise<void> {
  await tx.query(
    `insert into omla.payout_lines (run_id, report_id, part, flow, hoster_pool, creator_pool, terms_sha256, claims)
     select $1, * from unnest($2::uuid[], $3::text[], $4::numeric[], $5::numeric[], $6::numeric[], $7::text[], $8::jsonb[])`,
    [
      runId,
      plainArray(lines, ({ report_id }) => report_id),
      plainArray(lines, ({ part }) => part),
      plainArray(lines, ({ portions }) => portions.reduce((sum, { amount }) => sum + amount, 0n)),
      plainArray(lines, ({ division }) => division.hosterPool),
      plainArray(lines, ({ division }) => division.creatorPool),
      plainArray(lines, ({ terms_sha256 }) => terms_sha256),
      lines.map(({ claims }) => (claims === undefined ? null : JSON.stringify(claims))),
    ],
  );
}

async function insertDistributions(
  tx: Tx,
  runId: string,
  lines: readonly DistributedLine[],
  walletId: (wallet: string) => string,
): Promise<void> {
  const rows = lines.flatMap(({ portions }) => portions);
  await tx.query(
    `insert into omla.distributions (run_id, report_id, wallet_id, kind, amount, currency, route, fee_pct)
     select $1, * from unnest($2::uuid[], $3::uuid[], $4::text[], $5::numeric[], $6::text[], $7::text[], $8::numeric[])`,
    [
      runId,
      plainArray(
        lines.flatMap(({ report_id, portions }) => portions.map(() => report_id)),
        (id) => id,
      ),
      plainArray(rows, ({ wallet }) => walletId(wallet)),
      plainArray(rows, ({ kind }) => kind),
      plainArray(rows, ({ amount }) => amount),
      plainArray(rows, ({ route }) => route.currency),
      plainArray(rows, ({ route }) => route.route),
      plainArray(rows, ({ route }) => route.fee_pct),
    ],
  );
}

async function insertReimbursements(tx: Tx, lines: readonly DistributedLine[]): Promise<void> {
  const rows = lines.flatMap(({ report_id, division }) => division.reimbursements.map((row) => ({ report_id, ...row })));
  if (rows.length === 0) return;
  await tx.query(
    `insert into omla.hoster_reimbursements (claim_id, model_id, report_id, quarter, kind, amount_usd)
     select u.claim_id, r.model_id, r.id, r.quarter, u.kind, u.amount * 0.000001
       from unnest($1::uuid[], $2::uuid[], $3::text[], $4::numeric[]) as u (report_id, claim_id, kind, amount)
       join omla.usage_reports r on r.id = u.report_id`,
    [
      rows.map(({ report_id }) => report_id),
      rows.map(({ claimId }) => claimId),
      rows.map(({ kind }) => kind),
      rows.map(({ amount }) => amount.toString()),
    ],
  );
}

/** The orders of a plan, frozen; their postings follow. */
export async function insertTransfers(tx: Tx, runId: string, positions: readonly WrittenPosition[]): Promise<void> {
  const orders = positions.flatMap(({ wallet_id, currency, order, transfer }) =>
    order === undefined || transfer === undefined ? [] : [{ wallet_id, currency, transfer, order, ...order.settlement }],
  );
  const ids = orders.map(({ transfer }) => transfer.id);
  await tx.query(
    `insert into omla.transfers (run_id, id, wallet_id, currency, attempt, rail, amount, rail_fee, rate, fx_usd, fee_usd)
     select $1, * from unnest($2::text[], $3::uuid[], $4::text[], $5::int[], $6::text[], $7::numeric[], $8::numeric[], $9::numeric[], $10::numeric[], $11::numeric[])`,
    [
      runId,
      ids,
      orders.map(({ wallet_id }) => wallet_id),
      orders.map(({ currency }) => currency),
      orders.map(({ transfer }) => transfer.attempt),
      orders.map(({ order }) => order.rail),
      orders.map(({ amount }) => amount.toString()),
      orders.map(({ order }) => order.railFee.toString()),
      orders.map(({ order }) => formatDecimal(order.rate, 18)),
      orders.map(({ fxUsd }) => fxUsd.toString()),
      orders.map(({ feeUsd }) => feeUsd.toString()),
    ],
  );
  await tx.query("insert into omla.transfer_private (transfer_id, destination) select * from unnest($1::text[], $2::text[])", [
    ids,
    orders.map(({ order }) => order.destination),
  ]);
  const fees = Object.fromEntries(
    orders.map(({ transfer, feesByRemitter }) => [
      transfer.id,
      feesByRemitter.map(({ remitter, usd }) => ({ remitter, usd: usd.toString() })),
    ]),
  );
  await tx.query("select omla.payout_post_transfers($1, $2)", [runId, JSON.stringify(fees)]);
}

/** Every open position, so that the next run finds all that is carried in this one. */
export async function insertPositions(tx: Tx, runId: string, positions: readonly WrittenPosition[]): Promise<void> {
  await tx.query(
    `insert into omla.payout_positions (run_id, wallet_id, currency, carried_usd, distributed_usd, moved_usd, sent_usd, rest_usd, rest_net, rest_fees, reason, transfer_id)
     select $1, p.wallet_id, p.currency, p.carried_usd, p.distributed_usd, p.moved_usd, p.sent_usd, p.rest_usd, p.rest_net, p.rest_fees, p.reason, p.transfer_id
       from jsonb_to_recordset($2::jsonb) as p (wallet_id uuid, currency text, carried_usd numeric, distributed_usd numeric, moved_usd numeric, sent_usd numeric,
         rest_usd numeric, rest_net numeric, rest_fees jsonb, reason text, transfer_id text)`,
    [runId, JSON.stringify(positions.map(toRow))],
  );
}

function toRow({ wallet_id, currency, carried, distributed, moved, rest, reason, paidBy, transfer }: WrittenPosition): object {
  return {
    wallet_id,
    currency,
    carried_usd: carried.usd.toString(),
    distributed_usd: distributed.usd.toString(),
    moved_usd: moved.usd.toString(),
    sent_usd: (carried.usd + distributed.usd + moved.usd - rest.usd).toString(),
    rest_usd: rest.usd.toString(),
    rest_net: rest.net.toString(),
    rest_fees: Object.fromEntries([...rest.fees].map(([remitter, fee]) => [remitter, fee.toString()])),
    reason: reason ?? null,
    transfer_id: transfer?.id ?? paidBy ?? null,
  };
}

/** Moves what is held into accounts of its own, and out of them what is not held any more. */
export async function postHolds(
  tx: Tx,
  runId: string,
  holds: readonly { readonly account: string; readonly usd: bigint }[],
): Promise<void> {
  const targets = holds.map(({ account, usd }) => ({ account, amount: usd.toString() }));
  await tx.query("select omla.payout_hold($1, $2)", [runId, JSON.stringify(targets)]);
}

export async function writePayments(tx: Tx, runId: string): Promise<void> {
  await tx.query("select omla.payout_write_payments($1)", [runId]);
}

export async function insertPlan(
  tx: Tx,
  plan: { readonly quarter: string; readonly runId: string | null; readonly content: string; readonly sha256: string },
): Promise<string> {
  const { rows } = await tx.query<{ id: string }>(
    "insert into omla.payout_plans (quarter, run_id, content, sha256) values ($1, $2, $3, $4) returning id",
    [plan.quarter, plan.runId, plan.content, plan.sha256],
  );
  const [inserted] = rows;
  if (inserted === undefined) throw new TypeError("an insert returns its row");
  return inserted.id;
}

export async function setApproval(tx: Tx, runId: string, needed: boolean): Promise<void> {
  await tx.query("update omla.payout_runs set needs_approval = $2 where id = $1", [runId, needed]);
}

/** Micro-dollars that left over these rails since a moment, in runs that nobody approved; what came back later has left, too. */
export async function sumUnapproved(tx: Tx, rails: readonly string[], since: Date): Promise<bigint> {
  const { rows } = await tx.query<{ usd: string }>(
    `select coalesce(sum(t.fx_usd + t.fee_usd), 0)::text as usd from omla.payout_runs r join omla.transfers t on t.run_id = r.id
      where r.approved_by is null and (r.closed_at is null or r.closed_at > $2) and t.rail = any ($1::text[]) and t.first_sent_at > $2
        and t.state not in ('failed', 'cancelled')`,
    [rails, since],
  );
  return BigInt(rows[0]?.usd ?? 0);
}
