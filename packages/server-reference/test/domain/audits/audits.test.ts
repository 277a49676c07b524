import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { auditsOverdue } from "../../../src/jobs/audits-overdue.ts";
import { createTestApp, type TestApp } from "../../helpers/app.ts";
import { signedInMember, type TestMember } from "../../helpers/board.ts";
import { START } from "../../helpers/clock.ts";
import { type Company, registerCompany, registerModel, type SignedModel } from "../../helpers/factories.ts";
import { sessionOf } from "../../helpers/session.ts";
import { file, receive, statusOf } from "../collections/arrange-money.ts";

const REQUEST = "/functions/v1/request-audit";
const RESPOND = "/functions/v1/respond-audit";
const AUDITS = "/functions/v1/audits";
const CSV = { name: "export.csv", media_type: "text/csv", content: Buffer.from("day,usd\n1,1000\n").toString("base64") };

let test: TestApp;
let model: SignedModel;
let company: Company;
let line: string;
beforeAll(async () => {
  test = await createTestApp();
  model = await registerModel(test);
});
afterAll(() => test.close());
beforeEach(async () => {
  test.clock.set(START);
  company = await registerCompany(test);
  [line = ""] = await file(test, company, [[model, "1000"]]);
});

const ask = async (): ReturnType<TestApp["post"]> =>
  test.post(REQUEST, { report_id: line, description: "Please show the invoices." }, await sessionOf(test, model.keys));
const respond = (audit_id: string, evidence: object[] = [CSV]): ReturnType<TestApp["post"]> =>
  test.post(RESPOND, { audit_id, description: "Here they are.", evidence }, company.api_key);
const decide = async (id: string, body: object, member?: TestMember): ReturnType<TestApp["post"]> =>
  test.post(`/admin/v1/audits/${id}/decide`, body, (member ?? (await signedInMember(test))).token);
const held = async (): Promise<unknown[]> =>
  (await test.rows("select reason from omla.line_holds where report_id = $1 and released_at is null order by reason", [line])).map(
    ({ reason }) => reason,
  );

describe("an audit", () => {
  it("gives the company 14 days, during which nothing is held", async () => {
    const answer = await ask();
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toMatchObject({ status: "requested", party_kind: "creator", answer_by: "2026-05-29T12:00:00Z", report_id: line });
    expect([await statusOf(test, line), await held()]).toEqual(["submitted", []]);
    expect(test.queued.map(({ data }) => data)).toContainEqual({
      kind: "audit-requested",
      case_id: answer.json().audit_id,
      until: "2026-05-29T12:00:00Z",
      company_id: company.company_id,
    });
    const seen = await test.get(AUDITS, { authorization: `Bearer ${company.api_key}` });
    expect(seen.json().audits).toMatchObject([{ status: "requested", description: "Please show the invoices.", evidence: [] }]);
  });

  it("that is answered in time holds nothing, however late the job looks", async () => {
    const { audit_id } = (await ask()).json();
    test.clock.advance({ days: 14 });
    expect((await respond(audit_id)).json()).toMatchObject({ status: "answered", evidence: [{ size: 15 }] });
    test.clock.advance({ days: 30 });
    expect((await auditsOverdue(test.ctx)).held).not.toContain(audit_id);
    expect(await held()).toEqual([]);
    expect((await respond(audit_id)).json()).toMatchObject({ code: "CASE_CLOSED" });
  });

  it("that is not answered makes the line disputed and held, once, from the first second after 14 days", async () => {
    const { audit_id } = (await ask()).json();
    test.clock.advance({ days: 14 });
    expect((await auditsOverdue(test.ctx)).held).not.toContain(audit_id);
    test.clock.advance({ seconds: 1 });
    expect((await auditsOverdue(test.ctx)).held).toContain(audit_id);
    expect(await statusOf(test, line)).toBe("disputed");
    expect(await held()).toEqual(["dispute"]);
    expect((await auditsOverdue(test.ctx)).held).toEqual([]);
    expect(test.queued.map(({ data }) => data)).toContainEqual(
      expect.objectContaining({ kind: "audit-overdue", case_id: audit_id, model_id: model.model_id }),
    );
    // A late answer is taken, and the board decides.
    expect((await respond(audit_id)).json()).toMatchObject({ status: "answered", overdue_at: "2026-05-29T12:00:01Z" });
    expect(await statusOf(test, line)).toBe("disputed");
    await decide(audit_id, { decision: "dismiss", resolution: "The figures hold." });
    expect([await statusOf(test, line), await held()]).toEqual(["submitted", []]);
  });

  it("pauses the payout of a line that is paid for", async () => {
    await receive(test, company, "300");
    await ask();
    test.clock.advance({ days: 15 });
    await auditsOverdue(test.ctx);
    expect(await statusOf(test, line)).toBe("funded");
    expect((await test.rows("select omla.is_payable($1) as payable", [line]))[0]).toEqual({ payable: false });
  });

  it("is asked by who is paid through the line, answered by who filed it, and by nobody else", async () => {
    const stranger = await registerModel(test);
    const body = { report_id: line, description: "Curious." };
    expect((await test.post(REQUEST, body, await sessionOf(test, stranger.keys))).json()).toMatchObject({ code: "REPORT_NOT_FOUND" });
    expect((await test.post(REQUEST, body, company.api_key)).statusCode).toBe(403);
    const { audit_id } = (await ask()).json();
    expect((await ask()).json()).toMatchObject({ code: "CASE_EXISTS" });
    const other = await registerCompany(test);
    expect((await test.post(RESPOND, { audit_id, description: "No.", evidence: [CSV] }, other.api_key)).json()).toMatchObject({
      code: "CASE_NOT_FOUND",
    });
    expect((await respond(audit_id, [])).statusCode).toBe(400);
    expect((await respond(audit_id, [{ ...CSV, media_type: "application/pdf" }])).json()).toMatchObject({ code: "EVIDENCE_TYPE" });
    expect(
      (
        await respond(
          audit_id,
          Array.from({ length: 11 }, () => CSV),
        )
      ).statusCode,
    ).toBe(400);
  });
});

describe("the board in an audit", () => {
  it("compels: another 14 days, and the payout waits meanwhile", async () => {
    const { audit_id } = (await ask()).json();
    await respond(audit_id);
    const member = await signedInMember(test);
    const compelled = (await decide(audit_id, { decision: "compel", resolution: "The costs are missing." }, member)).json();
    expect(compelled).toMatchObject({ status: "compelled", answer: "Here they are.", evidence: [{ name: "export.csv" }] });
    expect(await held()).toEqual(["audit"]);
    expect((await respond(audit_id)).json()).toMatchObject({ status: "answered" });
    await decide(audit_id, { decision: "dismiss", resolution: "Now it is complete." }, member);
    expect(await held()).toEqual([]);
  });

  it("waives an audit that is a burden without a reason", async () => {
    const { audit_id } = (await ask()).json();
    expect((await decide(audit_id, { decision: "waive", resolution: "Audited last quarter." })).json()).toMatchObject({ status: "waived" });
    expect((await respond(audit_id)).json()).toMatchObject({ code: "CASE_CLOSED" });
    test.clock.advance({ days: 20 });
    expect((await auditsOverdue(test.ctx)).held).not.toContain(audit_id);
  });

  it("upholds with the figures that the evidence shows, which the company cannot amend away", async () => {
    const { audit_id } = (await ask()).json();
    await respond(audit_id);
    const body = { decision: "uphold", accepted: { run_cost_usd: "3000" }, resolution: "The bills add up to 3000." };
    const { result_report_id, ...decided } = (await decide(audit_id, body)).json();
    expect(decided).toMatchObject({ status: "upheld" });
    // 0.30 × max(1000, 3000)
    expect((await test.rows("select net_royalty_usd::text from omla.usage_reports where id = $1", [result_report_id]))[0]).toEqual({
      net_royalty_usd: "900.000000",
    });
    const entries = [{ model: model.address, inferences: 1, revenue_usd: "1000", run_cost_usd: "0" }];
    expect((await test.post("/functions/v1/amend-report", { quarter: "2026-Q2", entries }, company.api_key)).json()).toMatchObject({
      code: "FIGURES_BELOW_DECISION",
    });
  });

  it("asks by itself", async () => {
    const member = await signedInMember(test);
    const answer = await test.post("/admin/v1/audits", { report_id: line, description: "A sample." }, member.token);
    expect([answer.statusCode, answer.json()]).toEqual([201, expect.objectContaining({ party_kind: "board", status: "requested" })]);
    const queue = await test.get("/admin/v1/audits", { authorization: `Bearer ${member.token}` });
    expect(queue.json().audits.map(({ audit_id }: { audit_id: string }) => audit_id)).toContain(answer.json().audit_id);
    const missing = { report_id: model.model_id, description: "A sample." };
    expect((await test.post("/admin/v1/audits", missing, member.token)).json()).toMatchObject({ code: "REPORT_NOT_FOUND" });
  });
});
