import { afterEach, describe, expect, it } from "vitest";
import { payout as payoutCommand } from "../../../src/cli/payout.ts";
import { postRate } from "../../../src/domain/currencies/rate-service.ts";
import { executePayout } from "../../../src/domain/payouts/approve-action.ts";
import { cancelPayout } from "../../../src/domain/payouts/cancel-service.ts";
import { PAYOUT_CHECKS } from "../../../src/domain/payouts/checks.ts";
import type { PayoutAnswer } from "../../../src/domain/payouts/run-service.ts";
import { noStep } from "../../../src/domain/payouts/steps.ts";
import { verifyPayout } from "../../../src/domain/payouts/verify-service.ts";
import { reconcile } from "../../../src/ledger/reconcile.ts";
import { RailError, type TransferOrder } from "../../../src/rails/rail.ts";
import { decideTogether, signedInMember, type TestMember } from "../../helpers/board.ts";
import type { SignedModel } from "../../helpers/factories.ts";
import { createStage, PAYOUT_DAY, type Stage, type StageOptions } from "./stage.ts";

let stage: Stage;
let base: SignedModel;
let other: SignedModel;
/** What the rail answers to an order; nothing where it takes it. */
let refusal: ((order: TransferOrder) => RailError | undefined) | undefined;
afterEach(async () => {
  refusal = undefined;
  for (const { id } of await stage.rows("select id from omla.payout_runs order by seq"))
    expect(await verifyPayout(stage.ctx, String(id))).toMatchObject({ differences: [] });
  expect((await reconcile(stage.ctx, PAYOUT_CHECKS)).discrepancies).toEqual([]);
  expect(await stage.books()).toMatchObject({ off: "0" });
  await stage.close();
});

/** Two models that earned 30 and 15 dollars, which have arrived; above 40 dollars two members must approve. */
async function funded(limitUsd: number, options: StageOptions = {}): Promise<void> {
  const fault = async (when: "before" | "after", order: TransferOrder): Promise<void> => {
    const error = when === "before" ? refusal?.(order) : undefined;
    if (error !== undefined) throw error;
  };
  stage = await createStage({ rail: { features: { live: true }, fault }, ...options });
  Object.assign(stage.ctx, { config: { ...stage.ctx.config, payoutApprovalUsd: limitUsd } });
  [base, other] = [await stage.model({ name: "Base" }), await stage.model({ name: "Other" })];
  await stage.report(
    new Map([
      [base, "100.00"],
      [other, "50.00"],
    ]),
  );
  await stage.pay("45.00");
  stage.clock.set(PAYOUT_DAY);
}

const owed = async (): Promise<[bigint, bigint]> => [
  await stage.balance(`payable:${base.address}`),
  await stage.balance(`payable:${other.address}`),
];
const states = async (): Promise<unknown[]> =>
  (await stage.rows("select state from omla.transfers order by state")).map(({ state }) => state);
const board = async (): Promise<[TestMember, TestMember]> => [await signedInMember(stage, "payout"), await signedInMember(stage, "payout")];
const cancel = (runId: string | null): Promise<unknown> =>
  cancelPayout(stage.ctx, { runId: runId ?? "", reason: "Nobody goes on with it.", actor: "operator" }, noStep);

describe("a run above the limit that nobody approves", () => {
  it("is cancelled by two members, and what it would have sent is in the next run", async () => {
    await funded(40);
    const { run_id, plan_sha256 } = await stage.payout();
    expect(await owed()).toEqual([0n, 0n]);
    await expect(cancel(run_id)).rejects.toMatchObject({ code: "CANCEL_NEEDS_TWO" });
    const members = await board();
    const done = await decideTogether(stage, members, `/admin/v1/payouts/${run_id}/cancel`, { reason: "The figures are doubted." });
    expect(done.json()).toMatchObject({ result: { run_id, state: "closed", cancelled: 2 } });
    expect(await owed()).toEqual([-30_000_000n, -15_000_000n]);
    expect(await states()).toEqual(["cancelled", "cancelled"]);
    expect(await stage.rows("select distinct status, held_reason from omla.payments")).toEqual([
      { status: "held", held_reason: "cancelled" },
    ]);
    expect((await stage.get(`/functions/v1/payouts/${run_id}/batch`)).json()).toMatchObject({
      line_count: 2,
      distributed_usd: "45.000000",
      carried_usd: "45.000000",
      totals: [],
    });
    const listed = await stage.get("/admin/v1/payouts", { authorization: `Bearer ${members[0].token}` });
    expect(listed.json().runs).toMatchObject([{ id: run_id, state: "closed", cancelled_reason: "The figures are doubted." }]);
    const execution = { approvalId: crypto.randomUUID(), subject: run_id ?? "", proposedBy: "a", approvedBy: "b" };
    await expect(
      stage.ctx.db.service((tx) => executePayout.execute(stage.ctx, tx, { ...execution, content: { plan_sha256 } })),
    ).rejects.toMatchObject({ code: "RUN_UNKNOWN" });
    expect(await stage.rows("select coalesce(sum(paid_usd), 0)::text as paid from omla.taxable_transfers()")).toEqual([{ paid: "0" }]);

    Object.assign(stage.ctx, { config: { ...stage.ctx.config, payoutApprovalUsd: 45 } });
    expect(await stage.payout()).toMatchObject({ state: "closed", outcomes: { recorded: 2 }, plan: { revision: 2, lines: { count: 0 } } });
    expect(await stage.moved()).toEqual({ [base.address]: 30_000_000n, [other.address]: 15_000_000n });
    expect(await owed()).toEqual([0n, 0n]);
  });
});

describe("a run that is cancelled half-way", () => {
  const busy = new RailError("RAIL_BUSY", "later", { retryable: true });

  it("closes with what was sent, and the rest is payable", async () => {
    await funded(45);
    const { run_id } = await stage.payout({}, { goesOn: once() });
    expect((await states()).sort()).toEqual(["completed", "planned"]);
    const [member] = await board();
    const done = await stage.post(`/admin/v1/payouts/${run_id}/cancel`, { reason: "The rail is off for good." }, member.token);
    expect([done.statusCode, done.json()]).toEqual([200, { run_id, state: "closed", cancelled: 1 }]);
    const [sent = 0n] = Object.values(await stage.moved());
    const [first, second] = await owed();
    expect(sent - first - second).toBe(45_000_000n);
    const again = await stage.post(`/admin/v1/payouts/${run_id}/cancel`, { reason: "The rail is off for good." }, member.token);
    expect([again.statusCode, again.json().code]).toEqual([409, "RUN_ENDED"]);
    expect(await stage.payout()).toMatchObject({ state: "closed", outcomes: { recorded: 1 } });
    expect(await stage.moved()).toEqual({ [base.address]: 30_000_000n, [other.address]: 15_000_000n });
  });

  it("is refused while the outcome of a transfer is not known, and nothing is changed", async () => {
    await funded(45);
    refusal = ({ wallet }) => (wallet === base.address ? busy : undefined);
    const { run_id } = await stage.payout();
    await expect(cancel(run_id)).rejects.toMatchObject({ code: "TRANSFER_OPEN" });
    expect((await states()).sort()).toEqual(["completed", "sending"]);
    refusal = undefined;
    expect(await stage.payout()).toMatchObject({ state: "closed", run_id });
    await expect(cancel(run_id)).rejects.toMatchObject({ code: "RUN_ENDED" });
    await expect(cancel(crypto.randomUUID())).rejects.toMatchObject({ code: "RUN_UNKNOWN" });
  });

  it("is refused while a runner is at work", async () => {
    await funded(45);
    const { run_id } = await stage.payout({}, { goesOn: () => false });
    await stage.ctx.db.transaction("payout", { role: "payout" }, (tx) =>
      tx.query("update omla.payout_lease set holder = gen_random_uuid(), expires_at = $1", [new Date("2026-07-15T09:01:00Z")]),
    );
    await expect(cancel(run_id)).rejects.toMatchObject({ code: "PAYOUT_RUNNING" });
    stage.clock.advance({ hours: 1 });
    expect(await cancel(run_id)).toMatchObject({ cancelled: 2 });
  });
});

describe("a transfer in another currency that is cancelled", () => {
  it("gives back what was exchanged and the payer's fee, and is planned again to the unit", async () => {
    await funded(45);
    await stage.post(
      "/functions/v1/declare-currencies",
      { currencies: ["USD"], conversion_fees: [{ from: "USD", to: "BTC", fee_pct: "2.5" }] },
      stage.company.api_key,
    );
    const preferences = [
      { code: "BUZZ", is_backup: false },
      { code: "BTC", is_backup: true },
    ];
    const coins = await stage.model({ creator_currency_prefs: preferences });
    await stage.report(new Map([[coins, "33.333333"]]), { quarter: "2026-Q1" });
    await stage.pay("10.00");
    stage.clock.advance({ days: 30 });
    await stage.ctx.db.service((tx) => postRate(tx, { code: "BTC", rate: "0.000017", source: "test" }, "system"));
    const first = await stage.payout({ quarter: "2026-Q1" }, { goesOn: () => false });
    const fees = `fees:conversion:${stage.company.company_id}`;
    // 10 dollars less 2.5 % are 9.75.
    expect(await stage.balance(fees)).toBe(-250_000n);
    await cancel(first.run_id);
    expect(await stage.balance(fees)).toBe(0n);
    expect(await stage.balance(`payable:${coins.address}`)).toBe(-10_000_000n);
    expect(await stage.books()).toEqual({ off: "0", accrued: "-45000000", cash: "55000000", payable: "-10000000" });
    const second = await stage.payout({ quarter: "2026-Q1" });
    const amounts = ({ plan }: PayoutAnswer): unknown =>
      plan.positions.map(({ currency, transfer, rest_usd }) => [currency, transfer?.amount, rest_usd]);
    expect(amounts(second)).toEqual(amounts(first));
    expect(await stage.balance(fees)).toBe(-250_000n);
  });
});

describe("omla-server payout --cancel", () => {
  it("asks for the run and for a reason", async () => {
    await funded(45);
    const io = { out: () => {}, err: () => {}, env: {} } as never;
    await expect(payoutCommand.run(["--cancel", "the last one", "--reason", "why not"], io)).rejects.toThrow(/by its id/);
    await expect(payoutCommand.run(["--cancel", crypto.randomUUID()], io)).rejects.toThrow(/Say why/);
  });
});

/** True once: one transfer is sent. */
function once(): () => boolean {
  let left = 1;
  return () => left-- > 0;
}
