import type { AppContext } from "../../context.ts";
import { type Rail, RailError, type SentTransfer } from "../../rails/rail.ts";
import { asPayout } from "./payout-transaction.ts";
import { recordFailed, recordSent } from "./record-service.ts";
import type { Step } from "./steps.ts";
import { claimAgain, claimPlanned, markUnknown, noteFault, orderOf, showPayments, type TransferRow } from "./transfer-repository.ts";

const HOUR_MS = 3_600_000;
/** The same key is the same transfer for this long; later the rail is asked first. Shorter where the rail forgets sooner. */
const SAME_KEY_MS = 23 * HOUR_MS;
/** What the rail proves it does not have is sent again only when every key has been forgotten. */
const RESEND_MS = 24 * HOUR_MS;

/** What became of one transfer in this pass. `open`: its outcome is not known yet, and the next pass goes on. */
export type Outcome = "recorded" | "failed" | "open" | "mismatch";

/**
 * SEND and RECORD of one transfer, from whatever state a crash has left it in.
 *
 * @see docs/explanations/payouts.md
 */
export async function sendTransfer(ctx: AppContext, transfer: TransferRow, step: Step): Promise<Outcome> {
  const rail = ctx.rails.get(transfer.rail);
  if (rail === undefined || rail.off !== undefined)
    return keepOpen(ctx, transfer, `the rail ${transfer.rail} is off: ${rail?.off ?? "unknown"}`);
  if (transfer.state === "planned") return (await claim(ctx, transfer, step)) ? callRail(ctx, rail, transfer, step) : "open";
  if (transfer.state === "sending" && keyAge(ctx, transfer) < sameKeyMs(rail)) return callRail(ctx, rail, transfer, step);
  return lookUp(ctx, rail, transfer, step);
}

function keyAge(ctx: AppContext, { key_since }: TransferRow): number {
  return ctx.clock.now().getTime() - (key_since?.getTime() ?? 0);
}

function sameKeyMs({ features }: Rail): number {
  return Math.min(SAME_KEY_MS, features.keyWindowMs - HOUR_MS);
}

async function claim(ctx: AppContext, { id }: TransferRow, step: Step): Promise<boolean> {
  const claimed = await asPayout(ctx, async (tx) => {
    const mine = await claimPlanned(tx, id, ctx.clock.now());
    if (mine) await showPayments(tx, id, "processing");
    await step("send.claimed");
    return mine;
  });
  await step("send.claim-committed");
  return claimed;
}

async function callRail(ctx: AppContext, rail: Rail, transfer: TransferRow, step: Step): Promise<Outcome> {
  let sent: SentTransfer;
  try {
    sent = await rail.send(orderOf(transfer));
  } catch (error) {
    return afterError(ctx, transfer, error, step);
  }
  await step("send.answered");
  return record(ctx, transfer, sent, step);
}

async function record(ctx: AppContext, { id }: TransferRow, sent: SentTransfer, step: Step): Promise<Outcome> {
  await asPayout(ctx, async (tx) => {
    await recordSent(tx, id, sent, ctx.clock.now());
    await step("record.written");
  });
  await step("record.committed");
  return "recorded";
}

/** Only what the rail calls definitive has failed; anything else may have moved money, and keeps its key. */
async function afterError(ctx: AppContext, transfer: TransferRow, error: unknown, step: Step): Promise<Outcome> {
  if (!(error instanceof RailError)) return keepOpen(ctx, transfer, error instanceof Error ? error.message : String(error));
  if (error.mismatch) {
    await keepOpen(ctx, transfer, `${error.code}: ${error.message}`, true);
    return "mismatch";
  }
  if (!error.definitive) return keepOpen(ctx, transfer, `${error.code}: ${error.message}`);
  await asPayout(ctx, async (tx) => {
    await recordFailed(tx, transfer.id, `${error.code}: ${error.message}`);
    await step("fail.written");
  });
  await step("fail.committed");
  return "failed";
}

async function keepOpen(ctx: AppContext, { id }: TransferRow, fault: string, flagged = false): Promise<"open"> {
  await asPayout(ctx, (tx) => noteFault(tx, id, fault, flagged));
  return "open";
}

/** The key may be forgotten: the rail is asked what it has, and only what is provably absent for a day is sent again. */
async function lookUp(ctx: AppContext, rail: Rail, transfer: TransferRow, step: Step): Promise<Outcome> {
  await asPayout(ctx, (tx) => markUnknown(tx, transfer.id));
  await step("recover.unknown-marked");
  const found = await askRail(rail, transfer);
  await step("recover.looked-up");
  if (found === "unknown") return keepOpen(ctx, transfer, "the rail cannot tell what became of it: a person must find out", true);
  if (found !== "absent") return record(ctx, transfer, found, step);
  if (keyAge(ctx, transfer) <= Math.max(RESEND_MS, rail.features.keyWindowMs))
    return keepOpen(ctx, transfer, "absent at the rail, too early to send again");
  const again = await asPayout(ctx, async (tx) => {
    const mine = await claimAgain(tx, transfer.id, ctx.clock.now());
    await step("recover.resend-claimed");
    return mine;
  });
  return again ? callRail(ctx, rail, transfer, step) : "open";
}

async function askRail(rail: Rail, transfer: TransferRow): Promise<SentTransfer | "absent" | "unknown"> {
  try {
    return await rail.find(orderOf(transfer));
  } catch (error) {
    if (error instanceof RailError) return "unknown";
    throw error;
  }
}
