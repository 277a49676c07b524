import type { LightMyRequestResponse } from "fastify";
import { describe, expect, it } from "vitest";
import { reversePayment } from "../../../src/domain/collections/refund-service.ts";
import { signedInMember, signIn, type TestMember } from "../../helpers/board.ts";
import { type Company, registerCompany, registerModel } from "../../helpers/factories.ts";
import { said, useBoardRoom } from "./board-room.ts";

// The third quarter is over.
const room = useBoardRoom("2026-10-31T00:00:01Z");
const { act, look } = room;

describe("money in the board's hands", () => {
  const reported = async (name: string): Promise<Company & { net: string }> => {
    const [company, model] = [await registerCompany(room.test, name), await registerModel(room.test)];
    const entries = [{ model: model.address, inferences: 10, revenue_usd: "1000", run_cost_usd: "0" }];
    const receipt = await room.test.post("/functions/v1/submit-report", { quarter: "2026-Q3", entries }, company.api_key);
    return { ...company, net: (receipt.json() as { net_royalty_usd: string }).net_royalty_usd };
  };
  const arrival = (company_id: string, reference: string): object => ({
    rail: "sepa",
    reference,
    method: "bank",
    company_id,
    amount: "300000000",
  });

  it("confirms an arrival once, and lists it", async () => {
    const { company_id, net } = await reported("Payer");
    // 0.30 of 1000 dollars.
    expect(net).toBe("300.000000");
    const booked = await act("payments/confirm", arrival(company_id, "SEPA-1"));
    expect([booked.statusCode, booked.json().created]).toEqual([201, true]);
    const again = await act("payments/confirm", arrival(company_id, "SEPA-1"), room.second);
    expect([again.statusCode, again.json().created]).toEqual([200, false]);
    expect((await look(`payments?status=received&company_id=${company_id}`)).payments).toMatchObject([
      { reference: "SEPA-1", amount_usd: "300.000000" },
    ]);
    expect(await room.test.rows("select status from omla.usage_reports where reporter_id = $1", [company_id])).toEqual([
      { status: "funded" },
    ]);
    expect(said(await act("payments/confirm", { ...arrival(company_id, "SEPA-1"), amount: "1" }))).toEqual([409, "PAYMENT_CONFLICT"]);
  });

  it("single_admin_cannot_payout: sends a payment back by two, and opens its lines again", async () => {
    const { company_id } = await reported("Refunded");
    await act("payments/confirm", arrival(company_id, "SEPA-2"));
    const body = { rail: "sepa", payment: "SEPA-2", reference: "BACK-2", reason: "Paid twice by mistake." };
    const proposed = (await act("payments/refund", body)).json() as { id: string; content_sha256: string };
    const approve = (member: TestMember): Promise<LightMyRequestResponse> =>
      act(`approvals/${proposed.id}/approve`, { content_sha256: proposed.content_sha256 }, member);
    expect(said(await approve(room.first))).toEqual([403, "APPROVAL_SELF"]);
    const reviewer = await signedInMember(room.test);
    expect(said(await approve(reviewer))).toEqual([403, "ROLE_NEEDED"]);
    expect((await approve(room.second)).json()).toMatchObject({ result: { created: true } });
    expect(await room.test.rows("select status from omla.usage_reports where reporter_id = $1", [company_id])).toEqual([
      { status: "submitted" },
    ]);
    expect(said(await act("payments/refund", { ...body, payment: "SEPA-9" }))).toEqual([404, "PAYMENT_NOT_FOUND"]);
  });

  it("refuses a refund whose payment has changed since it was proposed", async () => {
    const { company_id } = await reported("Changed");
    await act("payments/confirm", arrival(company_id, "SEPA-3"));
    const half = { rail: "sepa", payment: "SEPA-3", reference: "BACK-3", amount: "100000000", reason: "A part of it." };
    const stale = (await act("payments/refund", { ...half, reference: "BACK-3b" })).json() as { id: string; content_sha256: string };
    const bank = { rail: "sepa", payment: "SEPA-3", reference: "CB-3", amount: 1_000_000n, reason: "bank", confirmedBy: "sepa" } as const;
    await room.test.ctx.db.service((tx) => reversePayment(room.test.ctx, tx, bank));
    const approved = await act(`approvals/${stale.id}/approve`, { content_sha256: stale.content_sha256 }, room.second);
    expect(said(approved)).toEqual([409, "APPROVAL_STALE"]);
  });

  it("keeps tax forms, rates and currencies", async () => {
    const { address } = await registerModel(room.test);
    const form = {
      wallet: address,
      kind: "W-9",
      jurisdiction: "US",
      file_sha256: "a".repeat(64),
      expires_at: null,
      document_ref: "cabinet 7",
    };
    const filed = await act("tax/forms", form);
    expect([filed.statusCode, filed.json().is_new]).toEqual([201, true]);
    expect((await look(`tax/forms?wallet=${address}`)).forms).toMatchObject([{ kind: "W-9", status: "on_file" }]);
    expect(said(await act(`tax/forms/${filed.json().id}/withdraw`, { note: "It was forged." }))).toEqual([200, undefined]);
    expect(said(await act("tax/thresholds", { jurisdiction: "*", from_year: 2027, threshold_usd: "700" }))).toEqual([200, undefined]);
    expect(said(await act("tax/form-kinds", { kind: "DE-A1", description: "A form", for_whom: "foreign", must_expire: false }))).toEqual([
      201,
      undefined,
    ]);
    expect((await act("fx-rates", { code: "BTC", rate: "0.00001", source: "by hand" })).statusCode).toBe(201);
    const jump = await act("fx-rates", { code: "BTC", rate: "0.00002", source: "by hand" });
    expect(said(jump)).toEqual([409, "FX_RATE_EXISTS"]);
    room.test.clock.advance({ minutes: 1 });
    const flagged = (await act("fx-rates", { code: "BTC", rate: "0.00002", source: "by hand" })).json() as { drift_flag: string };
    expect((await look("fx-drift")).flags).toMatchObject([{ id: flagged.drift_flag, code: "BTC", kind: "rate" }]);
    expect(said(await act(`fx-drift/${flagged.drift_flag}/acknowledge`, { note: "It is true." }))).toEqual([200, undefined]);
    expect(said(await act("currencies", { code: "CREDIT", name: "Credits", kind: "platform", scale: 0 }))).toEqual([201, undefined]);
    expect((await act("currencies/CREDIT", { is_active: false })).json()).toEqual({ code: "CREDIT", is_active: false, changed: true });
  });

  it("rehearses the payout of one line, and pays nothing that has not arrived", async () => {
    const { company_id } = await reported("One line");
    room.test.clock.set("2026-11-02T00:00:00Z");
    await signIn(room.test, room.first);
    const [line] = await room.test.rows("select id from omla.usage_reports where reporter_id = $1", [company_id]);
    const body = { quarter: "2026-Q3", report_id: String(line?.["id"]) };
    expect(said(await act("payouts/line", body))).toEqual([409, "REPORT_NOT_PAYABLE"]);
    await act("payments/confirm", arrival(company_id, "SEPA-4"));
    // Money is held for seven days.
    room.test.clock.advance({ days: 8 });
    await signIn(room.test, room.first);
    const rehearsed = (await act("payouts/line", body)).json() as { state: string; plan: { lines: { count: number } } };
    expect([rehearsed.state, rehearsed.plan.lines.count]).toEqual(["rehearsed", 1]);
    expect((await look("payouts")).runs).toEqual([]);
    const paid = (await act("payouts/line", { ...body, execute: true })).json() as { run_id: string; state: string };
    const audited = await room.test.rows("select actor from omla.audit_log where action = 'payout.line' and entity_id = $1", [
      body.report_id,
    ]);
    expect(audited).toEqual([{ actor: room.first.id }]);
    expect((await look("payouts")).runs).toMatchObject([{ id: paid.run_id, report_id: body.report_id, state: paid.state }]);
    expect(said(await act("payouts/00000000-0000-4000-8000-000000000000/approve", { plan_sha256: "0".repeat(64) }))).toEqual([
      404,
      "RUN_UNKNOWN",
    ]);
  });
});
