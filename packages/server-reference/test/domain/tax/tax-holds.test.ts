import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { taxHolds } from "../../../src/domain/tax/hold-service.ts";
import { type ArrangedModel, register } from "../../db/arrange.ts";
import { createTestDatabase, type TestDatabase } from "../../helpers/database.ts";
import { arrangeTransfer, type TransferDraft } from "./arrange-transfers.ts";

const NOW = new Date("2026-10-01T00:00:00Z");
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ now: () => NOW });
});
afterAll(() => database.close());

const paid = ({ address }: ArrangedModel, usd: string, completedAt: string): Promise<void> =>
  arrangeTransfer(database, { wallet: address, usd, completedAt });
const underWay = ({ address }: ArrangedModel, usd: string, state: TransferDraft["state"]): Promise<void> =>
  arrangeTransfer(database, { wallet: address, usd, state: state ?? "sent", sentAt: "2025-06-01T00:00:00Z" });

async function held(model: ArrangedModel, amount_usd: string, now = NOW): Promise<unknown> {
  const planned = [{ wallet: model.address, amount_usd }];
  const hold = (await database.db.transaction("payout", {}, (tx) => taxHolds(tx, planned, now))).get(model.address);
  return hold && [hold.reason, hold.threshold_usd, hold.paid_usd, hold.planned_usd, hold.form_needed];
}

describe("a wallet without a form", () => {
  it("is paid up to its threshold, and held from one micro above", async () => {
    const model = await register(database);
    expect(await held(model, "600")).toBeUndefined();
    expect(await held(model, "600.000001")).toEqual(["no_form", "600.000000", "0.000000", "600.000001", "W-9 or W-8BEN"]);
  });

  it("counts what it was paid this year less what came back, and what is on its way", async () => {
    const model = await register(database);
    await paid(model, "300", "2026-04-01T10:00:00Z");
    await arrangeTransfer(database, { wallet: model.address, usd: "150", completedAt: "2026-04-02T10:00:00Z", returnedUsd: "50" });
    await arrangeTransfer(database, {
      wallet: model.address,
      usd: "70",
      state: "reversed",
      completedAt: "2026-04-02T10:00:00Z",
      returnedUsd: "70",
    });
    for (const state of ["planned", "sending", "unknown", "sent"] as const) await underWay(model, "25", state);
    await underWay(model, "99", "failed");
    // 300 + (150 − 50) + (70 − 70) + 4 × 25
    expect(await held(model, "100")).toBeUndefined();
    expect(await held(model, "100.000001")).toEqual(["no_form", "600.000000", "500.000000", "100.000001", "W-9 or W-8BEN"]);
  });

  it("begins again with each calendar year in UTC", async () => {
    const model = await register(database);
    await paid(model, "600", "2025-12-31T23:59:59.999Z");
    expect(await held(model, "600")).toBeUndefined();
    await paid(model, "0.000001", "2026-01-01T00:00:00Z");
    expect(await held(model, "600")).toEqual(["no_form", "600.000000", "0.000001", "600.000000", "W-9 or W-8BEN"]);
    expect(await held(model, "600", new Date("2026-12-31T23:59:59Z"))).toBeDefined();
    expect(await held(model, "600", new Date("2027-01-01T00:00:00Z"))).toBeUndefined();
  });

  it("does not hold another wallet back, and its planned amounts are added up", async () => {
    const rich = await register(database);
    const poor = await register(database);
    const planned = [
      { wallet: rich.address, amount_usd: "300" },
      { wallet: poor.address, amount_usd: "300" },
      { wallet: rich.address, amount_usd: "300.000001" },
    ];
    const holds = await database.db.service((tx) => taxHolds(tx, planned, NOW));
    expect([...holds.keys()]).toEqual([rich.address]);
    expect(holds.get(rich.address)?.planned_usd).toBe("600.000001");
    expect(await database.db.service((tx) => taxHolds(tx, [], NOW))).toEqual(new Map());
  });
});
