import { afterEach, describe, expect, it } from "vitest";
import { RailError, type TransferOrder } from "../../../src/rails/rail.ts";
import type { SignedModel } from "../../helpers/factories.ts";
import { createStage, PAYOUT_DAY, type Stage } from "./stage.ts";

let stage: Stage;
afterEach(() => stage.close());

type Fault = (when: "before" | "after", order: TransferOrder) => void | Promise<void>;

/** A funded line of 300 dollars for one model, on the day of the payout, with a rail that fails as it is told. */
async function funded(fault: Fault): Promise<SignedModel> {
  stage = await createStage({ rail: { fault } });
  const model = await stage.model();
  await stage.report(new Map([[model, "1000.00"]]));
  await stage.pay("300.00");
  stage.clock.set(PAYOUT_DAY);
  return model;
}

/** Fails on the calls that are named, counted from 1 for each side of the act. */
function failing(at: "before" | "after", calls: readonly number[], error: () => Error): Fault {
  let passed = 0;
  return (when) => {
    if (when !== at) return;
    passed += 1;
    if (calls.includes(passed)) throw error();
  };
}

const timeout = (): Error => new RailError("TIMEOUT", "no answer", { retryable: true });
const transfers = (): Promise<Record<string, unknown>[]> =>
  stage.rows("select state, attempt, flagged from omla.transfers order by attempt");

describe("a rail that does not answer (rail_timeout_unknown)", () => {
  it.each(["before", "after"] as const)("%s it has acted moves the money exactly once", async (at) => {
    const model = await funded(failing(at, [1], timeout));
    expect(await stage.payout()).toMatchObject({ state: "open", outcomes: { open: 1, recorded: 0 } });
    expect(await stage.payout()).toMatchObject({ state: "closed", outcomes: { recorded: 1 } });
    expect(await stage.moved()).toEqual({ [model.address]: 300_000_000n });
    expect(await stage.books()).toEqual({ off: "0" });
  });
});

describe("a rail that has forgotten a key (idem_key_pruned_25h)", () => {
  it("is asked first, and what it has is recorded and not sent again", async () => {
    const model = await funded(failing("after", [1], timeout));
    await stage.payout();
    stage.clock.advance({ hours: 25 });
    expect(await stage.payout()).toMatchObject({ state: "closed" });
    expect(await stage.moved()).toEqual({ [model.address]: 300_000_000n });
    expect(await transfers()).toEqual([{ state: "completed", attempt: 1, flagged: false }]);
  });

  it("gets what it provably does not have once more, under the same id, and a person is told", async () => {
    const model = await funded(failing("before", [1], timeout));
    await stage.payout();
    // At 23 and a half hours it is too late for the key and too early to be sure.
    stage.clock.advance({ hours: 23, minutes: 30 });
    expect(await stage.payout()).toMatchObject({ state: "open" });
    expect(await transfers()).toEqual([{ state: "unknown", attempt: 1, flagged: false }]);
    stage.clock.advance({ hours: 1 });
    expect(await stage.payout()).toMatchObject({ state: "closed" });
    expect(await stage.moved()).toEqual({ [model.address]: 300_000_000n });
    expect(await transfers()).toEqual([{ state: "completed", attempt: 1, flagged: true }]);
  });
});

describe("a rail that repeats an error (idem_cached_error)", () => {
  it("gets the same key until the failure is definitive, and then the wallet a new one", async () => {
    const keys: string[] = [];
    let error: (() => Error) | undefined = timeout;
    const model = await funded((when, order) => {
      if (when === "before") keys.push(order.id);
      if (when === "before" && error !== undefined) throw error();
    });
    await stage.payout();
    await stage.payout();
    error = () => new RailError("ACCOUNT_CLOSED", "the account is closed", { definitive: true });
    expect(await stage.payout()).toMatchObject({ state: "closed", outcomes: { failed: 1 } });
    expect(new Set(keys).size).toBe(1);
    expect(await stage.balance(`payable:${model.address}`)).toBe(-300_000_000n);
    error = undefined;
    expect(await stage.payout()).toMatchObject({ state: "closed", outcomes: { recorded: 1 } });
    expect(new Set(keys).size).toBe(2);
    expect(await transfers()).toEqual([
      { state: "failed", attempt: 1, flagged: false },
      { state: "completed", attempt: 2, flagged: false },
    ]);
    expect(await stage.moved()).toEqual({ [model.address]: 300_000_000n });
    expect(await stage.rows("select status from omla.payments")).toEqual([{ status: "completed" }]);
  });

  it("stops the run where the key belongs to another transfer, until somebody has looked", async () => {
    const model = await funded(failing("before", [1], () => new RailError("RAIL_MISMATCH", "another transfer", { mismatch: true })));
    await expect(stage.payout()).rejects.toMatchObject({ code: "PAYOUT_STOPPED" });
    await expect(stage.payout()).rejects.toMatchObject({ code: "PAYOUT_STOPPED" });
    expect(await stage.moved()).toEqual({});
    expect(await stage.payout({ resume: true })).toMatchObject({ state: "closed" });
    expect(await stage.moved()).toEqual({ [model.address]: 300_000_000n });
  });
});

describe("two runners (two_runners)", () => {
  it("at one moment: one pays, the other quits", async () => {
    const model = await funded(() => {});
    const [first, second] = await Promise.allSettled([stage.payout(), stage.payout()]);
    const refused = [first, second].filter((result) => result?.status === "rejected");
    expect(refused).toMatchObject([{ reason: { code: "PAYOUT_RUNNING" } }]);
    expect(await stage.moved()).toEqual({ [model.address]: 300_000_000n });
  });

  it("one of whom was thought dead: both send the same key, and the money moves once", async () => {
    let entered = 0;
    const model = await funded(async (when) => {
      entered += 1;
      if (when !== "before" || entered > 1) return;
      // The first runner hangs here for longer than its lease; the second one goes on and ends.
      stage.clock.advance({ minutes: 5 });
      expect(await stage.payout()).toMatchObject({ state: "closed" });
    });
    expect(await stage.payout()).toMatchObject({ state: "closed" });
    expect(await stage.moved()).toEqual({ [model.address]: 300_000_000n });
    expect(await stage.books()).toEqual({ off: "0" });
    expect(await stage.rows("select count(*)::int as n from omla.audit_log where action = 'payout.close'")).toEqual([{ n: 1 }]);
  });
});
