import type { Tx } from "../db/database.ts";
import type { Account } from "./accounts.ts";

export interface Balance {
  readonly account: Account;
  readonly currency: string;
  /** Smallest units, positive for debit; never zero. */
  readonly amount: bigint;
}

/** Debits minus credits of one account, in smallest units; zero where nothing was posted. */
export async function balanceOf(tx: Tx, account: Account, currency = "USD"): Promise<bigint> {
  const { rows } = await tx.query<{ total: string }>(
    "select coalesce(sum(amount), 0)::text as total from omla.ledger_entries where account = $1 and currency = $2",
    [account, currency],
  );
  return BigInt(rows[0]?.total ?? "0");
}

/** The balances of the named accounts that are not zero. */
export async function balancesOf(tx: Tx, named: readonly Account[]): Promise<Balance[]> {
  return read(tx, "account = any ($1::text[])", named);
}

/** Every balance that is not zero of the accounts that begin so (`payable:`), ascending. */
export async function balances(tx: Tx, prefix: string): Promise<Balance[]> {
  return read(tx, "starts_with(account, $1)", prefix);
}

async function read(tx: Tx, condition: string, value: unknown): Promise<Balance[]> {
  const { rows } = await tx.query<{ account: Account; currency: string; total: string }>(
    `select account, currency, sum(amount)::text as total from omla.ledger_entries where ${condition}
      group by account, currency having sum(amount) <> 0 order by account, currency`,
    [value],
  );
  return rows.map(({ account, currency, total }) => ({ account, currency, amount: BigInt(total) }));
}
