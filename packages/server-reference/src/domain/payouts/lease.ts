import { randomUUID } from "node:crypto";
import type { AppContext } from "../../context.ts";
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
  const renew = async (): Promise<void> => {
    const now = ctx.clock.now();
    const until = await asPayout(ctx, (tx) => takeLease(tx, holder, now, new Date(now.getTime() + LEASE_MS)));
    if (until !== undefined) throw payoutError("PAYOUT_RUNNING", `Another runner holds the payout until ${until.toISOString()}.`);
  };
  await renew();
  return { renew, giveBack: () => asPayout(ctx, (tx) => giveLeaseBack(tx, holder, ctx.clock.now())) };
}
