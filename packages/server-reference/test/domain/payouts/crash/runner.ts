import { loadConfig } from "../../../../src/config.ts";
import { createMovableClock } from "../../../../src/clock.ts";
import type { AppContext } from "../../../../src/context.ts";
import { createContext } from "../../../../src/create-context.ts";
import { cancelPayout } from "../../../../src/domain/payouts/cancel-service.ts";
import { asPayout } from "../../../../src/domain/payouts/payout-transaction.ts";
import { findOpenRun } from "../../../../src/domain/payouts/run-repository.ts";
import { runPayout, type PayoutAnswer } from "../../../../src/domain/payouts/run-service.ts";
import type { Step } from "../../../../src/domain/payouts/steps.ts";
import { createRehearsalQueue } from "../../../../src/jobs/queue.ts";
import { createLog } from "../../../../src/log.ts";
import { type Rail, RailError, type TransferOrder } from "../../../../src/rails/rail.ts";
import { createSandboxRail } from "../../../../src/rails/sandbox/sandbox-rail.ts";
import { createFileStore } from "../../../../src/rails/sandbox/sandbox-store.ts";

export const QUARTER = "2026-Q2";

/** One runner of a payout: on which database, at what time, and where it is killed. */
export interface RunnerOrder {
  readonly kind: "postgres" | "pglite";
  /** URL of the server's login, or the data folder. */
  readonly where: string;
  readonly now: string;
  /** The rail's own books, in a file that outlives the runner. */
  readonly books: string;
  /** Cancels the run that is open, in the place of going on with it. */
  readonly cancels?: boolean;
  /** Wallets that the rail refuses for good. */
  readonly refused: readonly string[];
  /** Killed when it passes this point for the nth time. */
  readonly kill?: { readonly point: string; readonly nth: number };
  /** A key of its own for every attempt: what a payout must never do. */
  readonly freshKeys?: boolean;
}

export async function openContext({ kind, where, now }: Pick<RunnerOrder, "kind" | "where" | "now">): Promise<AppContext> {
  const clock = createMovableClock(now);
  const config = loadConfig({
    OMLA_JWT_SECRET: "a-secret-of-the-tests-with-more-than-32-characters",
    OMLA_PUBLIC_URL: "https://registry.test",
    ...(kind === "postgres" ? { DATABASE_URL: where } : { OMLA_DATA_DIR: where }),
  });
  const log = createLog("error", clock, (line) => process.stderr.write(line));
  return createContext(config, { clock, log, queue: createRehearsalQueue() });
}

/** Carries a payout out, or cancels it, until it is killed, or done. */
export async function carryOut(ctx: AppContext, order: RunnerOrder): Promise<Pick<PayoutAnswer, "state">> {
  const pass = killer(order.kill);
  const rail = railOf(ctx, order, pass);
  Object.assign(ctx, { rails: new Map([["stripe", order.freshKeys === true ? withFreshKeys(rail) : rail]]) });
  if (order.cancels === true) return cancelOpen(ctx, pass as Step);
  return runPayout(ctx, { quarter: QUARTER, reportId: null, execute: true }, { step: pass as Step });
}

async function cancelOpen(ctx: AppContext, step: Step): Promise<Pick<PayoutAnswer, "state">> {
  const open = await asPayout(ctx, findOpenRun);
  if (open === undefined) return { state: "nothing" };
  return cancelPayout(ctx, { runId: open.id, reason: "Nobody goes on with it.", actor: "operator" }, step);
}

function railOf(ctx: AppContext, { books, refused }: RunnerOrder, pass: (point: string) => Promise<void>): Rail {
  return createSandboxRail({
    name: "stripe",
    clock: ctx.clock,
    store: createFileStore(books),
    fault: async (when, order) => {
      if (when === "before" && refused.includes(order.wallet))
        throw new RailError("ACCOUNT_CLOSED", "the account is closed", { definitive: true });
      await pass(`rail.${when}`);
    },
  });
}

function killer(kill: RunnerOrder["kill"]): (point: string) => Promise<void> {
  let passed = 0;
  return async (point) => {
    if (kill === undefined || (kill.point !== "*" && kill.point !== point)) return;
    passed += 1;
    if (passed < kill.nth) return;
    process.kill(process.pid, "SIGKILL");
    await new Promise(() => {});
  };
}

function withFreshKeys(rail: Rail): Rail {
  const renamed = (order: TransferOrder): TransferOrder => ({ ...order, id: `${order.id}-${Math.random()}` });
  return { ...rail, send: (order) => rail.send(renamed(order)), find: async () => "absent" };
}
