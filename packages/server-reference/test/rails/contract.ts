import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Rail, RailError, type TransferOrder } from "../../src/rails/rail.ts";

/** A rail with what only its counterpart knows. */
export interface RailUnderTest {
  readonly rail: Rail;
  readonly currency: string;
  /** Somebody who can be paid, and somebody who cannot. */
  readonly payee: string;
  readonly stranger: string;
  /** What arrived for an order at the provider, in the registry's units; undefined where nothing moves before a person acts. */
  readonly arrived?: (orderId: string) => Promise<bigint[]>;
  readonly close?: () => Promise<void>;
}

let orders = 0;

/** An order that nobody gave before. */
export function orderOf(under: Pick<RailUnderTest, "currency" | "payee">, fields: Partial<TransferOrder> = {}): TransferOrder {
  orders += 1;
  const id = createHash("sha256").update(`order ${orders} of ${process.pid}`).digest("hex");
  return { id, run: "run-1", wallet: "omla1wallet", destination: under.payee, currency: under.currency, amount: 12_340_000n, ...fields };
}

export async function refusalOf(work: Promise<unknown>): Promise<RailError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RailError);
  return error as RailError;
}

/** What every rail keeps, whoever stands behind it. */
export function describeRail(name: string, open: () => Promise<RailUnderTest>): void {
  describe(`the rail ${name}`, () => {
    let under: RailUnderTest;
    beforeAll(async () => {
      under = await open();
    });
    afterAll(() => under.close?.());

    it("is on, and moves whole units", () => {
      expect(under.rail.off).toBeUndefined();
      expect(under.rail.features.unit(under.currency)).toBeGreaterThan(0n);
      expect(under.rail.features.keyWindowMs).toBeGreaterThan(0);
    });

    it("knows who can be paid", async () => {
      expect(await under.rail.isReady(under.payee)).toBe(true);
      expect(await under.rail.isReady(under.stranger)).toBe(false);
    });

    it("moves an order once, however often it is sent", async () => {
      const order = orderOf(under);
      const [first, second] = [await under.rail.send(order), await under.rail.send(order)];
      expect(second).toEqual(first);
      if (under.arrived !== undefined) expect(await under.arrived(order.id)).toEqual([order.amount - first.feeAmount]);
    });

    it("takes the fee that it quotes, in whole units, and no other when the price changes between two tries", async () => {
      const order = orderOf(under);
      const quoted = under.rail.quoteFee(order.currency, order.amount);
      expect(quoted % under.rail.features.unit(order.currency)).toBe(0n);
      expect((await under.rail.send(order)).feeAmount).toBe(quoted);
      const planned = orderOf(under, { feeAmount: under.rail.features.unit(under.currency) * 3n });
      expect((await under.rail.send(planned)).feeAmount).toBe(planned.feeAmount);
      if (under.arrived !== undefined) expect(await under.arrived(planned.id)).toEqual([planned.amount - (planned.feeAmount ?? 0n)]);
    });

    it("refuses for good what it cannot move", async () => {
      const { unit, currencies } = under.rail.features;
      const odd = unit(under.currency) === 1n ? 0n : 12_340_001n;
      for (const amount of [0n, -12_340_000n, odd]) {
        const refusal = await refusalOf(under.rail.send(orderOf(under, { amount })));
        expect([refusal.code, refusal.definitive, refusal.retryable]).toEqual(["RAIL_AMOUNT", true, false]);
      }
      if (currencies === "any") return;
      const refusal = await refusalOf(under.rail.send(orderOf(under, { currency: "BUZZ" })));
      expect([refusal.code, refusal.definitive]).toEqual(["RAIL_CURRENCY", true]);
    });

    it("tells what became of an order; where a person moves the money, nothing has moved by itself", async () => {
      const order = orderOf(under);
      expect(await under.rail.find(order)).toBe("absent");
      const sent = await under.rail.send(order);
      expect(await under.rail.find(order)).toEqual(under.rail.features.lookup ? sent : "absent");
    });

    it("stops where a key meets another order, if it remembers keys", async () => {
      if (under.arrived === undefined) return expect(under.rail.features.lookup).toBe(false);
      const order = orderOf(under);
      await under.rail.send(order);
      const refusal = await refusalOf(under.rail.send({ ...order, amount: order.amount * 2n }));
      expect([refusal.mismatch, refusal.retryable, refusal.definitive]).toEqual([true, false, false]);
      expect(await under.arrived(order.id)).toHaveLength(1);
    });

    it("takes back parts up to what was sent, and not more, if it can take back", async () => {
      const { rail, currency } = under;
      if (rail.reverse === undefined) return expect(rail.features.reversals).toBe(false);
      const order = orderOf(under, { feeAmount: 0n });
      const { externalId } = await rail.send(order);
      const unit = rail.features.unit(currency);
      const part = await rail.reverse({ externalId, currency, amount: unit, key: `${order.id}-1` });
      expect(await rail.reverse({ externalId, currency, amount: unit, key: `${order.id}-1` })).toEqual(part);
      await rail.reverse({ externalId, currency, amount: order.amount - unit, key: `${order.id}-2` });
      const refusal = await refusalOf(rail.reverse({ externalId, currency, amount: unit, key: `${order.id}-3` }));
      expect(refusal.definitive).toBe(true);
    });
  });
}
