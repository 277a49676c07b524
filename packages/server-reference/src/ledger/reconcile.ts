import { OmlaError } from "@omla/sdk/protocol";
import type { AppContext } from "../context.ts";
import type { Tx } from "../db/database.ts";
import { LEDGER_CHECKS } from "./checks.ts";

/** Where something does not hold, and by how much. */
export interface Discrepancy {
  readonly check: string;
  readonly account: string;
  readonly currency: string;
  /** Smallest units: what is there, less what should be. */
  readonly difference: string;
  readonly detail: string;
}

export interface Reconciliation {
  readonly at: Date;
  readonly ok: boolean;
  readonly discrepancies: readonly Discrepancy[];
}

/** What only somebody else can compare, such as a rail's own list with our transfers. */
export type ExternalCheck = (tx: Tx) => Promise<readonly Discrepancy[]>;

/** A broken ledger is told by its first faults; a list of a million helps nobody. */
const SHOWN_PER_CHECK = 100;

/**
 * Compares the ledger with itself and with every table that tells of money, in one snapshot, and keeps the verdict.
 *
 * @param external - checks of rails and rates, run in the same snapshot
 */
export async function reconcile(ctx: Pick<AppContext, "db" | "clock">, external: readonly ExternalCheck[] = []): Promise<Reconciliation> {
  const discrepancies = await ctx.db.service((tx) => runChecks(tx, external), {
    isolation: "repeatable read",
    readOnly: true,
    statementTimeoutMs: 0,
  });
  const verdict = { at: ctx.clock.now(), ok: discrepancies.length === 0, discrepancies };
  await ctx.db.service((tx) => storeVerdict(tx, verdict));
  return verdict;
}

/** @throws {OmlaError} LEDGER_MISMATCH naming the first account and the difference */
export function assertReconciled({ ok, discrepancies }: Reconciliation): void {
  const [first] = discrepancies;
  if (ok || first === undefined) return;
  throw new OmlaError("LEDGER_MISMATCH", describe(first), {
    hint: "Pay nothing out before this is understood: omla-server doctor lists every difference.",
    details: { discrepancies: discrepancies.slice(0, 10) },
  });
}

/** One discrepancy as a line for people. */
export function describe({ check, account, currency, difference, detail }: Discrepancy): string {
  return `not true that ${check}: ${account} is off by ${difference} ${currency} units (${detail})`;
}

async function runChecks(tx: Tx, external: readonly ExternalCheck[]): Promise<Discrepancy[]> {
  const found: Discrepancy[] = [];
  for (const { name: check, sql } of LEDGER_CHECKS) {
    const { rows } = await tx.query<Omit<Discrepancy, "check">>(
      `select * from (${sql}) d order by account, currency limit ${SHOWN_PER_CHECK}`,
    );
    found.push(...rows.map((row) => ({ check, ...row })));
  }
  for (const check of external) found.push(...(await check(tx)));
  return found;
}

async function storeVerdict(tx: Tx, { at, ok, discrepancies }: Reconciliation): Promise<void> {
  await tx.query("insert into omla.reconciliations (at, ok, discrepancies) values ($1, $2, $3)", [at, ok, JSON.stringify(discrepancies)]);
}

/** The latest verdict; undefined before the first. */
export async function findLastReconciliation(tx: Tx): Promise<Reconciliation | undefined> {
  const { rows } = await tx.query<Reconciliation>("select at, ok, discrepancies from omla.reconciliations order by id desc limit 1");
  return rows[0];
}
