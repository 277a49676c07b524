import { verifyDocument } from "@omla/sdk/protocol";
import { afterEach, describe, expect, it } from "vitest";
import { executePayout } from "../../../src/domain/payouts/approve-action.ts";
import { planDifferences, planTable } from "../../../src/domain/payouts/plan-table.ts";
import { verifyPayout } from "../../../src/domain/payouts/verify-service.ts";
import { lastPlan } from "../../../src/domain/payouts/run-service.ts";
import { createStage, PAYOUT_DAY, QUARTER, type Stage } from "./stage.ts";

let stage: Stage;
afterEach(() => stage.close());

/** Two models, of which the second descends from the first, and 45 dollars of royalties that have arrived. */
async function funded(options: Parameters<typeof createStage>[0] = {}): Promise<void> {
  stage = await createStage(options);
  const base = await stage.model({ name: "Base" });
  const child = await stage.model({ lineage: [{ parent_id: base.model_id, relationship: "fine-tune", contribution_weight: "0.40" }] });
  await stage.report(
    new Map([
      [base, "100.00"],
      [child, "50.00"],
    ]),
  );
  await stage.pay("45.00");
  stage.clock.set(PAYOUT_DAY);
}

describe("a payout of real money above the limit", () => {
  it("waits until two members have approved exactly its plan", async () => {
    await funded({ rail: { features: { live: true } } });
    Object.assign(stage.ctx, { config: { ...stage.ctx.config, payoutApprovalUsd: 44 } });
    const waiting = await stage.payout();
    expect(waiting).toMatchObject({ state: "waiting_for_approval" });
    expect(await stage.payout()).toMatchObject({ state: "waiting_for_approval", run_id: waiting.run_id });
    expect(await stage.moved()).toEqual({});
    const execution = { approvalId: crypto.randomUUID(), subject: waiting.run_id ?? "", proposedBy: "a", approvedBy: "b" };
    const approve = (plan_sha256: string): Promise<object> =>
      stage.ctx.db.service((tx) => executePayout.execute(stage.ctx, tx, { ...execution, content: { plan_sha256 } }));
    await expect(approve("0".repeat(64))).rejects.toMatchObject({ code: "RUN_UNKNOWN" });
    await approve(waiting.plan_sha256);
    expect(await stage.payout()).toMatchObject({ state: "closed", outcomes: { recorded: 2 } });
  });

  it("waits where small runs of one line each come to it within a day, and counts anew after that day", async () => {
    stage = await createStage({ rail: { features: { live: true } } });
    Object.assign(stage.ctx, { config: { ...stage.ctx.config, payoutApprovalUsd: 50 } });
    const models = [await stage.model(), await stage.model(), await stage.model()];
    const lines = [...(await stage.report(new Map(models.map((model) => [model, "100.00"])))).values()];
    await stage.pay("90.00");
    stage.clock.set(PAYOUT_DAY);
    // 30 dollars each: the second would make 60 of the 50 that one member may send.
    expect(await stage.payout({ reportId: lines[0] ?? "" })).toMatchObject({ state: "closed", outcomes: { recorded: 1 } });
    stage.clock.advance({ hours: 23 });
    const second = await stage.payout({ reportId: lines[1] ?? "" });
    expect(second).toMatchObject({ state: "waiting_for_approval" });
    const execution = { approvalId: crypto.randomUUID(), subject: second.run_id ?? "", proposedBy: "a", approvedBy: "b" };
    const content = { plan_sha256: second.plan_sha256 };
    await stage.ctx.db.service((tx) => executePayout.execute(stage.ctx, tx, { ...execution, content }));
    expect(await stage.payout({ reportId: lines[1] ?? "" })).toMatchObject({ state: "closed" });
    // What two members approved counts no more, and the first is a day old.
    stage.clock.advance({ hours: 2 });
    expect(await stage.payout({ reportId: lines[2] ?? "" })).toMatchObject({ state: "closed", outcomes: { recorded: 1 } });
  });

  it("needs nobody below it", async () => {
    await funded({ rail: { features: { live: true } } });
    Object.assign(stage.ctx, { config: { ...stage.ctx.config, payoutApprovalUsd: 45 } });
    expect(await stage.payout()).toMatchObject({ state: "closed" });
  });
});

describe("a payout that is closed", () => {
  it("has signed totals that anybody can check, and computes to the same bytes again", async () => {
    await funded();
    const { run_id, plan_sha256 } = await stage.payout();
    const batch = await stage.get(`/functions/v1/payouts/${run_id}/batch`);
    expect(batch.json()).toMatchObject({
      quarter: QUARTER,
      line_count: 2,
      distributed_usd: "45.000000",
      creator_pool_usd: "45.000000",
      carried_usd: "0.000000",
      totals: [{ rail: "stripe", currency: "USD", payment_count: 2, amount_usd: "45.000000" }],
    });
    await verifyDocument("batch", batch.body, stage.ctx.keys.list?.publicKey ?? "");
    const totals = await stage.get("/functions/v1/payouts");
    expect(totals.json()).toMatchObject({ payouts: [{ run_id, quarter: QUARTER, revision: 1, signed: true, plan_sha256 }] });
    const verification = await verifyPayout(stage.ctx, run_id ?? "");
    expect(verification).toEqual({ run_id, lines: 2, stored_sha256: plan_sha256, computed_sha256: plan_sha256, differences: [] });
  });

  it("is told from one whose plan somebody has changed", async () => {
    await funded();
    const { run_id } = await stage.payout();
    await stage.database.owner(async (client) => {
      await client.query("alter table omla.payout_plans disable trigger all");
      await client.query(
        'update omla.payout_plans set content = replace(content, \'"distributed_usd":"9.000000"\', \'"distributed_usd":"9.000001"\')',
      );
    });
    const { differences } = await verifyPayout(stage.ctx, run_id ?? "");
    expect(differences).toHaveLength(1);
  });

  it("refuses the next one where one micro-dollar was slipped into the ledger (reconcile_detects_injected_1_micro)", async () => {
    await funded();
    await stage.payout();
    await stage.database.owner(async (client) => {
      await client.query("alter table omla.ledger_entries disable trigger all");
      await client.query(
        "insert into omla.ledger_entries (txn_id, position, account, currency, amount) select txn_id, 99, account, currency, 1 from omla.ledger_entries where account = 'cash:stripe' limit 1",
      );
    });
    await expect(stage.payout()).rejects.toMatchObject({ code: "LEDGER_MISMATCH" });
  });
});

describe("a plan", () => {
  it("is printed as a table that a person can read, with what waits and why, and what changed since the last one", async () => {
    await funded();
    const unpaid = await stage.model({ name: "Un\u0007paid" });
    const first = await stage.payout();
    const table = planTable(first.plan);
    expect(table).toContain(`Payout of ${QUARTER}, revision 1, planned 2026-07-15T09:00:00Z`);
    expect(table).toContain("2 lines distributed: 45.000000 USD to creators, 0.000000 USD to hosters");
    expect(table).toContain("2 transfers by stripe USD, worth 45.000000 USD");
    await stage.report(new Map([[unpaid, "10.00"]]), { quarter: "2026-Q1" });
    const second = await stage.payout({ execute: false });
    expect(planTable(second.plan)).toMatch(/Not paid for yet: 1 lines, 3\.000000 USD\n.*\n .*2026-Q1 +3\.000000 +A company +Un paid/);
    const before = await lastPlan(stage.ctx, null);
    expect(before).toEqual(first.plan);
    expect(planDifferences(first.plan, first.plan)).toMatch(/no difference$/);
    expect(planDifferences(first.plan, second.plan)).toContain("36.000000");
  });

  it("is refused for a quarter that has not ended", async () => {
    stage = await createStage();
    await expect(stage.payout({ quarter: "2026-Q3" })).rejects.toMatchObject({ code: "QUARTER_NOT_ENDED" });
  });

  it("is refused as a whole where the terms of a line are not those that were pinned", async () => {
    await funded();
    await stage.database.owner(async (client) => {
      await client.query("alter table omla.usage_reports disable trigger all");
      await client.query("update omla.usage_reports set terms_sha256 = repeat('0', 64)");
    });
    await expect(stage.payout()).rejects.toMatchObject({ code: "TERMS_CHANGED" });
    expect(await stage.rows("select count(*)::int as n from omla.payout_runs")).toEqual([{ n: 0 }]);
  });
});

describe("the operator's route", () => {
  it("rehearses, and pays where it is told to", async () => {
    await funded();
    const rehearsed = await stage.post("/functions/v1/quarterly-payout", { quarter: QUARTER }, stage.operator);
    expect(rehearsed.json()).toMatchObject({ state: "rehearsed", run_id: null });
    const paid = await stage.post("/functions/v1/quarterly-payout", { quarter: QUARTER, execute: true }, stage.operator);
    expect(paid.json()).toMatchObject({ state: "closed", outcomes: { recorded: 2 } });
    expect((await stage.post("/functions/v1/quarterly-payout", { quarter: QUARTER }, stage.company.api_key)).statusCode).toBe(403);
    expect((await stage.get(`/functions/v1/payouts/${crypto.randomUUID()}/batch`)).statusCode).toBe(404);
  });
});
