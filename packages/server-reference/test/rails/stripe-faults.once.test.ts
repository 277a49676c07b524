import Stripe from "stripe";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Rail, RailError } from "../../src/rails/rail.ts";
import { railErrorOf } from "../../src/rails/stripe/stripe-errors.ts";
import { createStripeRail } from "../../src/rails/stripe/stripe-rail.ts";
import type { FaultKind } from "../fake-stripe/state.ts";
import { type FakeStripe, startFakeStripe } from "../fake-stripe/start-fake-stripe.ts";
import { orderOf, refusalOf } from "./contract.ts";

const TRANSFERS = "POST /v1/transfers";

describe("the Stripe rail when things go wrong", () => {
  let stripe: FakeStripe;
  let rail: Rail;
  let under: { currency: string; payee: string };

  beforeAll(async () => {
    stripe = await startFakeStripe();
    await stripe.balance("usd", 100_000_000);
    rail = createStripeRail({ secretKey: stripe.secretKey, apiBase: stripe.url, timeoutMs: 250 });
    const payee = await rail.onboarding?.open({ key: "w", address: "w", registry: "https://registry.test" });
    under = { currency: "USD", payee: payee ?? "" };
    await stripe.onboard(under.payee);
  });
  afterAll(() => stripe.stop());

  /** How often an order moved money, as Stripe's own books have it. */
  const moved = async (id: string): Promise<number> => {
    const transfers = await stripe.objects("transfer");
    return transfers.filter(({ metadata }) => (metadata as Record<string, string>)["omla_transfer_id"] === id).length;
  };

  const PASSING: readonly (readonly [FaultKind, string, number])[] = [
    ["rate_limited", "RAIL_BUSY", 0],
    ["conflict", "RAIL_BUSY", 0],
    ["unavailable", "RAIL_UNAVAILABLE", 0],
    ["timeout_before", "RAIL_UNAVAILABLE", 0],
    ["timeout_after", "RAIL_UNAVAILABLE", 1],
  ];
  it.each(PASSING)("rail_timeout_unknown: asks for the same key again after %s, and moves money once", async (kind, code, before) => {
    const order = orderOf(under);
    await stripe.fault(TRANSFERS, kind);
    const refusal = await refusalOf(rail.send(order));
    expect([refusal.code, refusal.retryable, refusal.definitive, refusal.mismatch]).toEqual([code, true, false, false]);
    expect(await moved(order.id)).toBe(before);
    const sent = await rail.send(order);
    expect(await moved(order.id)).toBe(1);
    expect(await rail.find(order)).toEqual(sent);
  });

  it("hears 409 while the first request is still being worked on, and finds it done afterwards", async () => {
    const order = orderOf(under);
    await stripe.fault(TRANSFERS, "slow");
    const patient = createStripeRail({ secretKey: stripe.secretKey, apiBase: stripe.url, timeoutMs: 2_000 });
    const first = refusalOf(patient.send(order));
    await vi.waitFor(async () => expect(await stripe.pendingFaults()).toBe(0));
    const second = await refusalOf(rail.send(order));
    expect([second.code, second.retryable]).toEqual(["RAIL_BUSY", true]);
    expect((await first).retryable).toBe(true);
    await vi.waitFor(async () => expect(await moved(order.id)).toBe(1));
    expect(await rail.send(order)).toEqual(await rail.find(order));
    expect(await moved(order.id)).toBe(1);
  });

  it("sends once where the connection is cut and the library itself tries again", async () => {
    const order = orderOf(under);
    await stripe.fault(TRANSFERS, "reset");
    expect((await rail.send(order)).status).toBe("sent");
    expect(await moved(order.id)).toBe(1);
  });

  it("idem_cached_error: a remembered 500 is answered until the key is forgotten, and says nothing about the money", async () => {
    for (const [kind, times] of [
      ["error_before", 0],
      ["error_after", 1],
    ] as const) {
      const order = orderOf(under);
      await stripe.fault(TRANSFERS, kind);
      for (let attempt = 0; attempt < 3; attempt += 1) {
        const refusal = await refusalOf(rail.send(order));
        expect([refusal.code, refusal.retryable, refusal.definitive]).toEqual(["RAIL_UNAVAILABLE", true, false]);
      }
      expect(await moved(order.id)).toBe(times);
      expect(await rail.find(order)).toEqual(times === 0 ? "absent" : expect.objectContaining({ status: "sent" }));
    }
  });

  it("idem_key_pruned_25h: Stripe has forgotten the key, so an order is looked up by its own id before it is sent again", async () => {
    const order = orderOf(under);
    await stripe.fault(TRANSFERS, "timeout_after");
    await refusalOf(rail.send(order));
    await stripe.advance(25);
    expect(rail.features.keyWindowMs).toBeLessThanOrEqual(24 * 3_600_000);
    expect(await rail.find(order)).toMatchObject({ status: "sent" });
    expect(await moved(order.id)).toBe(1);
    // What happens to whoever does not look: the counterpart pays a second time, and the look-up notices.
    await rail.send(order);
    expect(await moved(order.id)).toBe(2);
    expect((await refusalOf(rail.find(order))).mismatch).toBe(true);
  });

  it("finds an order behind a hundred others of its run", async () => {
    const run = "run-of-many";
    const orders = Array.from({ length: 230 }, () => orderOf(under, { run, amount: 10_000n }));
    for (const order of orders) await rail.send(order);
    const [first, , last] = [orders[0], orders[100], orders.at(-1)];
    for (const order of [first, last]) expect(order && (await rail.find(order))).toMatchObject({ status: "sent" });
    expect(await rail.find(orderOf(under, { run }))).toBe("absent");
  });

  it("waits for money: what Stripe remembers of a key does not keep an order from being sent once, when the money is there", async () => {
    const rich = orderOf(under, { amount: 2_000_000_000_000n });
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const refusal = await refusalOf(rail.send(rich));
      expect([refusal.code, refusal.definitive, refusal.retryable]).toEqual(["RAIL_BALANCE", false, true]);
    }
    expect(await rail.find(rich)).toBe("absent");
    await stripe.balance("usd", 400_000_000);
    // Two runners at one moment walk the same keys.
    const [one, two] = await Promise.all([rail.send(rich), rail.send(rich)]);
    expect(one).toEqual(two);
    expect([await rail.send(rich), await rail.find(rich), await moved(rich.id)]).toEqual([one, one, 1]);
  });

  it("says for good what Stripe will not do: no such account, no onboarding", async () => {
    const refusal = await refusalOf(rail.send(orderOf(under, { destination: "acct_nobody" })));
    expect([refusal.code, refusal.definitive, refusal.retryable]).toEqual(["RAIL_REFUSED", true, false]);
    await stripe.onboard(under.payee, false);
    expect(await rail.isReady(under.payee)).toBe(false);
    expect((await refusalOf(rail.send(orderOf(under)))).message).toContain("insufficient_capabilities_for_transfer");
    await stripe.onboard(under.payee);
  });

  it("does not call an order failed because our key is wrong, nor a payee unready because Stripe is away", async () => {
    const stranger = createStripeRail({ secretKey: "pk_not_ours", apiBase: stripe.url });
    const refusal = await refusalOf(stranger.send(orderOf(under)));
    expect([refusal.code, refusal.retryable, refusal.definitive]).toEqual(["RAIL_CREDENTIALS", true, false]);
    const away = createStripeRail({ secretKey: stripe.secretKey, apiBase: "http://127.0.0.1:1", timeoutMs: 250 });
    expect((await refusalOf(away.isReady(under.payee))).retryable).toBe(true);
  });

  it("reads every error that stripe-node has, and calls none of an unknown kind final", () => {
    const { StripeError, StripeSignatureVerificationError, ...kinds } = Stripe.errors;
    const classes = Object.values(kinds).filter((kind) => typeof kind === "function" && kind.prototype instanceof StripeError);
    expect(classes.length).toBeGreaterThan(8);
    const final = classes.flatMap((Kind) => {
      const refusal = railErrorOf(new (Kind as new (raw: object) => Error)({ message: "m" })) as RailError;
      return refusal.definitive || refusal.mismatch ? [Kind.name] : [];
    });
    expect(final.sort()).toEqual(["StripeCardError", "StripeIdempotencyError", "StripeInvalidRequestError"]);
    const own = new TypeError("ours");
    expect(railErrorOf(own)).toBe(own);
  });
});
