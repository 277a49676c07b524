import { formatUsd } from "@omla/sdk/protocol";
import type { Tx } from "../../db/database.ts";
import { accounts } from "../../ledger/accounts.ts";
import { balances, balancesOf } from "../../ledger/balances.ts";
import { findStandings, type FormOnFile } from "./standing-repository.ts";
import { type TaxHold, taxHolds } from "./hold-service.ts";

/** What is kept back from a wallet until a form is on file. */
export interface HeldForTax {
  readonly wallet: string;
  readonly held_usd: string;
  /** Why it still is; null where the next payout plan lets it go. */
  readonly hold: TaxHold | null;
}

/** How a wallet stands this calendar year (UTC). */
export interface TaxStanding extends HeldForTax {
  /** Above it a form is asked for. */
  readonly threshold_usd: string;
  /** Paid this year, or on its way. */
  readonly paid_usd: string;
  readonly form: FormOnFile | null;
}

/** Every wallet from which money is held for want of a form, ascending, with whether it would be released now. */
export async function heldForTax(tx: Tx, now: Date): Promise<HeldForTax[]> {
  const held = (await balances(tx, accounts.held("tax", ""))).map(({ account, amount }) => ({
    wallet: account.slice(accounts.held("tax", "").length),
    micros: -amount,
  }));
  return judge(tx, held, now);
}

/**
 * How the wallets of a key stand, ascending, a thousand at most: what was paid this year, what is held, for which form and threshold.
 *
 * @param pubkey - the key of a wallet's owner, or of the model that the wallet is the primary one of
 */
export async function taxStandings(tx: Tx, pubkey: string, now: Date): Promise<TaxStanding[]> {
  const rows = await findStandings(tx, pubkey, now);
  const judged = new Map(
    (
      await judge(
        tx,
        rows.map(({ wallet, held }) => ({ wallet, micros: BigInt(held) })),
        now,
      )
    ).map((row) => [row.wallet, row]),
  );
  return rows.map(({ wallet, held, ...row }) => ({
    wallet,
    held_usd: formatUsd(BigInt(held)),
    hold: judged.get(wallet)?.hold ?? null,
    ...row,
  }));
}

interface Held {
  readonly wallet: string;
  readonly micros: bigint;
}

async function judge(tx: Tx, held: readonly Held[], now: Date): Promise<HeldForTax[]> {
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
