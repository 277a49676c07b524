import type { Tx } from "../db/database.ts";
import type { Account } from "./accounts.ts";

/** One side of a movement: smallest units of the currency, positive for debit. */
export interface Entry {
  readonly account: Account;
  readonly currency: string;
  readonly amount: bigint;
}

/** What happened (`kind`), to what (`ref`), and its entries, which sum to zero in each currency. */
export interface Posting {
  readonly kind: string;
  readonly ref: string;
  readonly live: boolean;
  readonly entries: readonly Entry[];
  readonly detail?: Readonly<Record<string, unknown>>;
}

/**
 * Posts a movement once: the same kind and ref with the same entries again gives the same transaction.
 *
 * @returns the id of the transaction
 * @throws {DatabaseFault} LEDGER_CONFLICT where other entries were posted before | LEDGER_UNBALANCED | LEDGER_ENTRY | LEDGER_LIVE | CURRENCY_UNKNOWN
 */
export async function post(tx: Tx, { kind, ref, live, entries, detail = {} }: Posting): Promise<string> {
  const sides = entries.map(({ account, currency, amount }) => ({ account, currency, amount: amount.toString() }));
  const { rows } = await tx.query<{ id: string }>("select omla.ledger_post($1, $2, $3, $4, $5) as id", [
    kind,
    ref,
    live,
    JSON.stringify(sides),
    JSON.stringify(detail),
  ]);
  const [posted] = rows;
  if (posted === undefined) throw new TypeError("a function gives one row");
  return posted.id;
}
