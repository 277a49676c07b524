import { afterEach, describe, expect, it } from "vitest";
import { createStage, PAYOUT_DAY, QUARTER, type Stage } from "./stage.ts";

let stage: Stage;
afterEach(() => stage.close());

describe("a payout", () => {
  it("gives the whole royalty of a funded line to its model, once", async () => {
    stage = await createStage();
    const model = await stage.model();
    await stage.report(new Map([[model, "1000.00"]]));
    await stage.pay("300.00");
    stage.clock.set(PAYOUT_DAY);
    const answer = await stage.payout();
    expect(answer).toMatchObject({ state: "closed", outcomes: { recorded: 1, failed: 0, open: 0 } });
    // 30 % of 1000 dollars, in micro-dollars.
    expect(await stage.moved()).toEqual({ [model.address]: 300_000_000n });
    expect(await stage.books()).toEqual({ off: "0" });
    expect(await stage.payout()).toMatchObject({ state: "nothing" });
    expect(await stage.rows("select status, amount_usd::text, rail from omla.payments")).toEqual([
      { status: "completed", amount_usd: "300.000000", rail: "stripe" },
    ]);
    expect(await stage.rows("select status from omla.usage_reports")).toEqual([{ status: "paid" }]);
  });

  it("keeps nothing of a rehearsal but the plan", async () => {
    stage = await createStage();
    const model = await stage.model();
    await stage.report(new Map([[model, "1000.00"]]));
    await stage.pay("300.00");
    stage.clock.set(PAYOUT_DAY);
    const answer = await stage.payout({ execute: false });
    expect(answer).toMatchObject({ state: "rehearsed", plan: { quarter: QUARTER, lines: { count: 1, creators_usd: "300.000000" } } });
    expect(
      await stage.rows("select count(*)::int as runs, (select count(*)::int from omla.payout_plans) as plans from omla.payout_runs"),
    ).toEqual([{ runs: 0, plans: 1 }]);
    expect(await stage.moved()).toEqual({});
  });

  it("waits for money that has not arrived, has not cleared, or is disputed, and lists the lines", async () => {
    stage = await createStage();
    const [paid, unpaid, fresh] = [await stage.model(), await stage.model(), await stage.model()];
    const ids = await stage.report(
      new Map([
        [paid, "10.00"],
        [unpaid, "20.00"],
        [fresh, "30.00"],
      ]),
    );
    await stage.pay("3.00", "early", [ids.get(paid.model_id) ?? ""]);
    stage.clock.set(PAYOUT_DAY);
    await stage.pay("9.00", "late", [ids.get(fresh.model_id) ?? ""]);
    const { plan } = await stage.payout();
    expect(await stage.moved()).toEqual({ [paid.address]: 3_000_000n });
    expect(plan.waiting.unfunded).toMatchObject({
      count: 1,
      net_royalty_usd: "6.000000",
      lines: [{ report_id: ids.get(unpaid.model_id) }],
    });
    expect(plan.waiting.clearing).toMatchObject({ count: 1, net_royalty_usd: "9.000000", lines: [{ report_id: ids.get(fresh.model_id) }] });
  });

  it("shares by lineage and splits as the documentation's examples do (doc_examples)", async () => {
    stage = await createStage();
    const base = await stage.model();
    const child = await stage.model({
      lineage: [{ parent_id: base.model_id, relationship: "fine-tune", contribution_weight: "0.40" }],
    });
    await stage.report(new Map([[child, "100.00"]]));
    await stage.pay("30.00");
    stage.clock.set(PAYOUT_DAY);
    await stage.payout();
    // 30 dollars: 40 % go up to the base, 60 % stay.
    expect(await stage.moved()).toEqual({ [base.address]: 12_000_000n, [child.address]: 18_000_000n });
  });

  it("of one line pays that line and leaves the others, and refuses a line that cannot be paid", async () => {
    stage = await createStage();
    const [one, other] = [await stage.model(), await stage.model()];
    const ids = await stage.report(
      new Map([
        [one, "10.00"],
        [other, "20.00"],
      ]),
    );
    await stage.pay("9.00");
    stage.clock.set(PAYOUT_DAY);
    const reportId = ids.get(one.model_id) ?? "";
    await stage.payout({ reportId });
    expect(await stage.moved()).toEqual({ [one.address]: 3_000_000n });
    await expect(stage.payout({ reportId })).rejects.toMatchObject({ code: "REPORT_NOT_PAYABLE" });
    await stage.payout();
    expect(await stage.moved()).toEqual({ [one.address]: 3_000_000n, [other.address]: 6_000_000n });
  });
});
