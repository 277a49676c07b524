import { formatUsd } from "@omla/sdk/protocol";
import type { Tx } from "../../db/database.ts";
import { accounts } from "../../ledger/accounts.ts";
import { balances, balancesOf } from "../../ledger/balances.ts";
import { type TaxHold, taxHolds } from "./hold-service.ts";

/** What is kept back from a wallet until a form is on file. */
export interface HeldForTax {
  readonly wallet: string;
  readonly held_usd: string;
  /** Why it still is; null where the next payout plan lets it go. */
  readonly hold: TaxHold | null;
}

/** Every wallet from which money is held for want of a form, ascending, with whether it would be released now. */
export async function heldForTax(tx: Tx, now: Date): Promise<HeldForTax[]> {
  const held = (await balances(tx, accounts.held("tax", ""))).map(({ account, amount }) => ({
    wallet: account.slice(accounts.held("tax", "").length),
    micros: -amount,
  }));
  const owed = await balancesOf(
    tx,
    held.map(({ wallet }) => accounts.payable(wallet)),
  );
  const payable = new Map(owed.map(({ account, amount }) => [account, -amount]));
  // A plan judges all that it could send: what is held with what became payable since.
  const planned = held.map(({ wallet, micros }) => ({
    wallet,
    amount_usd: formatUsd(micros + atLeastZero(payable.get(accounts.payable(wallet)))),
  }));
  const holds = await taxHolds(tx, planned, now);
  return held.map(({ wallet, micros }) => ({ wallet, held_usd: formatUsd(micros), hold: holds.get(wallet) ?? null }));
}

function atLeastZero(micros = 0n): bigint {
  return micros > 0n ? micros : 0n;
}
