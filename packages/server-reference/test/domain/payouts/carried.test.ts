import { afterEach, describe, expect, it } from "vitest";
import { holdLine, releaseLine } from "../../../src/domain/line-holds/service.ts";
import { applyTransferFact } from "../../../src/domain/payouts/record-service.ts";
import { type Company, registerCompany, type SignedModel } from "../../helpers/factories.ts";
import { createStage, PAYOUT_DAY, type Stage } from "./stage.ts";

let stage: Stage;
afterEach(() => stage.close());

/** Reports a revenue for one model by a company of its own and pays it in full. */
async function earn(model: SignedModel, revenue: string, royalty: string, company?: Company): Promise<string> {
  const ids = await stage.report(new Map([[model, revenue]]), { ...(company && { company }) });
  await stage.pay(royalty, crypto.randomUUID(), [...ids.values()], company);
  return ids.get(model.model_id) ?? "";
}

describe("dust", () => {
  it("is carried until it is a dime, and then paid in whole cents (dust_accumulates_then_pays)", async () => {
    stage = await createStage();
    const model = await stage.model();
    // 30 % of 0.036667 are 0.0110001, rounded half up to 0.011000.
    for (let company = 0; company < 9; company += 1) await earn(model, "0.036667", "0.011", await registerCompany(stage));
    stage.clock.set(PAYOUT_DAY);
    expect(await stage.payout()).toMatchObject({ state: "closed", plan: { positions: [{ rest_usd: "0.099000", reason: "dust" }] } });
    expect(await stage.moved()).toEqual({});
    expect(await stage.rows("select distinct status, held_reason from omla.payments")).toEqual([{ status: "held", held_reason: "dust" }]);
    await earn(model, "0.036667", "0.011", await registerCompany(stage));
    stage.clock.advance({ days: 8 });
    await stage.payout();
    expect(await stage.moved()).toEqual({ [model.address]: 110_000n });
    expect(await stage.rows("select status, count(*)::int as n from omla.payments group by 1")).toEqual([{ status: "completed", n: 10 }]);
    expect(await stage.books()).toEqual({ off: "0" });
  });

  it("leaves what is below a cent payable", async () => {
    stage = await createStage();
    const model = await stage.model();
    await earn(model, "4.115224", "1.234567");
    stage.clock.set(PAYOUT_DAY);
    await stage.payout();
    expect(await stage.moved()).toEqual({ [model.address]: 1_230_000n });
    expect(await stage.balance(`payable:${model.address}`)).toBe(-4_567n);
  });
});

describe("a dispute", () => {
  it("before the payout holds its line and nothing else, and what is released flows on (dispute_before_payout)", async () => {
    stage = await createStage();
    const [model, other] = [await stage.model(), await stage.model()];
    const line = await earn(model, "100.00", "30.00");
    await earn(other, "10.00", "3.00", await registerCompany(stage));
    const dispute = { reason: "dispute", caseId: crypto.randomUUID(), actor: "test" } as const;
    await stage.ctx.db.service((tx) => holdLine(tx, { ...dispute, reportId: line }));
    stage.clock.set(PAYOUT_DAY);
    expect((await stage.payout()).plan.waiting.held).toMatchObject({ count: 1, net_royalty_usd: "30.000000" });
    expect(await stage.moved()).toEqual({ [other.address]: 3_000_000n });
    await stage.ctx.db.service((tx) => releaseLine(tx, dispute));
    await stage.payout();
    expect(await stage.moved()).toEqual({ [other.address]: 3_000_000n, [model.address]: 30_000_000n });
  });

  it("after the payout lowers what the wallet gets later (dispute_after_payout)", async () => {
    stage = await createStage();
    const base = await stage.model();
    const fork = await stage.model({ lineage: [{ parent_id: base.model_id, relationship: "fine-tune", contribution_weight: "0.40" }] });
    await earn(fork, "100.00", "30.00");
    stage.clock.set(PAYOUT_DAY);
    await stage.payout();
    expect(await stage.moved()).toEqual({ [base.address]: 12_000_000n, [fork.address]: 18_000_000n });
    // The figures are corrected to 60: the royalty is 18, and 12 too much were paid.
    await stage.report(new Map([[fork, "60.00"]]), { amend: true });
    await stage.payout();
    expect(await stage.balance(`payable:${base.address}`)).toBe(4_800_000n);
    expect(await stage.balance(`payable:${fork.address}`)).toBe(7_200_000n);
    // Another company owes 30 for the base: 4.80 of it are kept.
    await earn(base, "100.00", "30.00", await registerCompany(stage));
    stage.clock.advance({ days: 8 });
    await stage.payout();
    expect(await stage.moved()).toEqual({ [base.address]: 37_200_000n, [fork.address]: 18_000_000n });
    expect(await stage.books()).toMatchObject({ off: "0", unapplied: "-12000000", payable: "7200000" });
  });
});

describe("an amended line", () => {
  it("moves only the difference, also where more is owed", async () => {
    stage = await createStage();
    const model = await stage.model();
    await earn(model, "100.00", "30.00");
    stage.clock.set(PAYOUT_DAY);
    await stage.payout();
    await stage.report(new Map([[model, "120.00"]]), { amend: true });
    await stage.pay("6.00");
    stage.clock.advance({ days: 8 });
    await stage.payout();
    expect(await stage.moved()).toEqual({ [model.address]: 36_000_000n });
    expect(await stage.books()).toEqual({ off: "0" });
  });

  it("that is left out altogether is taken back from its wallets", async () => {
    stage = await createStage();
    const [model, other] = [await stage.model(), await stage.model()];
    await earn(model, "100.00", "30.00");
    stage.clock.set(PAYOUT_DAY);
    await stage.payout();
    await stage.report(new Map([[other, "100.00"]]), { amend: true });
    await stage.payout();
    expect(await stage.balance(`payable:${model.address}`)).toBe(30_000_000n);
    expect(await stage.moved()).toEqual({ [model.address]: 30_000_000n, [other.address]: 30_000_000n });
    expect(await stage.books()).toEqual({ off: "0", cash: "-30000000", payable: "30000000" });
  });
});

describe("a reversal", () => {
  it("in part and then in full makes the money payable again, never more than it was (partial_then_full_reversal)", async () => {
    stage = await createStage();
    const model = await stage.model();
    await earn(model, "1000.00", "300.00");
    stage.clock.set(PAYOUT_DAY);
    await stage.payout();
    const [transfer] = await stage.rows("select id::text, ext_id from omla.transfers");
    const hear = (reversed: bigint): Promise<unknown> =>
      stage.ctx.db.transaction("payout", {}, (tx) =>
        applyTransferFact(
          tx,
          { transferId: String(transfer?.["id"]), rail: "stripe", externalId: String(transfer?.["ext_id"]), completed: true, reversed },
          stage.clock.now(),
        ),
      );
    await hear(100_000_000n);
    await hear(100_000_000n);
    expect(await stage.balance(`payable:${model.address}`)).toBe(-100_000_000n);
    await expect(hear(300_000_001n)).rejects.toMatchObject({ code: "REVERSAL_TOO_LARGE" });
    await hear(300_000_000n);
    await hear(50_000_000n);
    expect(await stage.balance(`payable:${model.address}`)).toBe(-300_000_000n);
    expect(await stage.rows("select state, reversed_amount::text from omla.transfers")).toEqual([
      { state: "reversed", reversed_amount: "300000000" },
    ]);
    expect(await stage.rows("select status from omla.payments")).toEqual([{ status: "reversed" }]);
    // The next run pays it again, under a key of its own.
    expect(await stage.payout()).toMatchObject({ state: "closed", outcomes: { recorded: 1 } });
    expect(await stage.moved()).toEqual({ [model.address]: 600_000_000n });
    expect(await stage.books()).toEqual({ off: "0" });
  });
});
