import { randomUUID } from "node:crypto";
import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import { payoutError } from "./errors.ts";
import { asPayout } from "./payout-transaction.ts";
import { giveLeaseBack, takeLease } from "./run-repository.ts";

/** Longer than any one call to a rail takes. */
const LEASE_MS = 120_000;

export interface Lease {
  /** @throws {ApiError} PAYOUT_RUNNING where another runner has taken over */
  renew(): Promise<void>;
  giveBack(): Promise<void>;
}

/** @throws {ApiError} PAYOUT_RUNNING while another runner is at work */
export async function takePayoutLease(ctx: AppContext): Promise<Lease> {
  const holder = randomUUID();
  const renew = (): Promise<void> => asPayout(ctx, (tx) => take(ctx, tx, holder));
  await renew();
  return { renew, giveBack: () => asPayout(ctx, (tx) => giveLeaseBack(tx, holder, ctx.clock.now())) };
}

/** The lease for one transaction: whoever wants it waits for the transaction's end. @throws {ApiError} PAYOUT_RUNNING */
export async function leaseWithin(ctx: AppContext, tx: Tx): Promise<Pick<Lease, "giveBack">> {
  const holder = randomUUID();
  await take(ctx, tx, holder);
  return { giveBack: () => giveLeaseBack(tx, holder, ctx.clock.now()) };
}

async function take(ctx: AppContext, tx: Tx, holder: string): Promise<void> {
  const now = ctx.clock.now();
  const until = await takeLease(tx, holder, now, new Date(now.getTime() + LEASE_MS));
  if (until !== undefined) throw payoutError("PAYOUT_RUNNING", `Another runner holds the payout until ${until.toISOString()}.`);
}
