import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestApp, type TestApp } from "../../helpers/app.ts";
import { signedInMember, type TestMember } from "../../helpers/board.ts";
import { type Company, registerCompany, registerModel, type SignedModel } from "../../helpers/factories.ts";
import { sessionOf } from "../../helpers/session.ts";
import { distribute, file, moneyOf, receive, statusOf } from "../collections/arrange-money.ts";

const OPEN = "/functions/v1/open-dispute";

let test: TestApp;
let model: SignedModel;
let other: SignedModel;
let company: Company;
let line: string;
let member: TestMember;
beforeAll(async () => {
  test = await createTestApp();
  model = await registerModel(test);
  other = await registerModel(test);
});
afterAll(() => test.close());
beforeEach(async () => {
  company = await registerCompany(test);
  // Net royalties of 300 and 30 USD.
  [line = ""] = await file(test, company, [
    [model, "1000"],
    [other, "100"],
  ]);
  member = await signedInMember(test);
});

const open = async (proposed?: object): Promise<string> =>
  (await test.post(OPEN, { report_id: line, description: "It was more.", proposed }, await sessionOf(test, model.keys))).json().dispute_id;
const decide = (id: string, body: object): ReturnType<TestApp["post"]> => test.post(`/admin/v1/disputes/${id}/decide`, body, member.token);

describe("the board decides a dispute", () => {
  it("by the figures that were proposed: the difference becomes a receivable", async () => {
    const id = await open({ revenue_usd: "2000", inferences: 7 });
    const answer = await decide(id, { decision: "accept", resolution: "The invoices show it." });
    expect(answer.statusCode).toBe(200);
    const { result_report_id, ...decided } = answer.json();
    expect(decided).toMatchObject({ status: "accepted", resolution: "The invoices show it.", party_kind: "creator" });
    const [amended] = await test.rows(
      "select revenue_usd::text, inferences::int, net_royalty_usd::text, status, model_id from omla.usage_reports where id = $1",
      [result_report_id],
    );
    // 0.30 × 2000
    expect(amended).toEqual({
      revenue_usd: "2000.000000",
      inferences: 7,
      net_royalty_usd: "600.000000",
      status: "submitted",
      model_id: model.model_id,
    });
    expect(await statusOf(test, line)).toBe("superseded");
    // 600 and 30 USD are owed now.
    expect(await moneyOf(test, company)).toMatchObject({ receivable: 630_000_000n });
    const [filed] = await test.rows(
      "select l.actor, s.version from omla.audit_log l join omla.submissions s on s.id::text = l.entity_id where l.action = 'report.amend' and s.reporter_id = $1",
      [company.company_id],
    );
    expect(filed).toEqual({ actor: member.id, version: 2 });
  });

  it("by lower figures: what was paid too much becomes a credit of the company", async () => {
    await receive(test, company, "330");
    const id = await open();
    const answer = await decide(id, { decision: "accept", accepted: { revenue_usd: "500" }, resolution: "Half of it was a refund." });
    // 0.30 × 500 = 150, of which 300 were paid.
    expect(await moneyOf(test, company)).toMatchObject({ unapplied: -150_000_000n });
    expect(await statusOf(test, answer.json().result_report_id)).toBe("funded");
  });

  it("after the payout by lower figures: the line accrues what is to be taken back from later quarters", async () => {
    await receive(test, company, "330");
    await distribute(test, line);
    const id = await open();
    const { result_report_id } = (
      await decide(id, { decision: "accept", accepted: { revenue_usd: "500" }, resolution: "Refunded." })
    ).json();
    // 300 were distributed, 150 are right: a debit of 150 waits for the next payout.
    expect(await moneyOf(test, company, [result_report_id])).toMatchObject({ "accrued 0": 150_000_000n });
  });

  it("against it: the line is what it was, and goes out again", async () => {
    const id = await open({ revenue_usd: "2000" });
    expect(await statusOf(test, line)).toBe("disputed");
    expect((await decide(id, { decision: "reject", resolution: "Nothing shows it." })).json()).toMatchObject({
      status: "rejected",
      result_report_id: null,
    });
    expect(await statusOf(test, line)).toBe("submitted");
    expect((await decide(id, { decision: "reject", resolution: "Again." })).json()).toMatchObject({ code: "CASE_CLOSED" });
    const session = await sessionOf(test, model.keys);
    const seen = (await test.get("/functions/v1/disputes", { authorization: `Bearer ${session}` })).json();
    expect(seen.disputes[0]).toMatchObject({ dispute_id: id, status: "rejected", resolution: "Nothing shows it." });
    expect(seen.disputes[0]).not.toHaveProperty("description");
  });

  it("about the latest version, where the company amended in the meantime", async () => {
    const id = await open({ revenue_usd: "2000" });
    const [amended = ""] = await file(
      test,
      company,
      [
        [model, "1500"],
        [other, "100"],
      ],
      { amend: true },
    );
    expect(await statusOf(test, amended)).toBe("disputed");
    const { result_report_id } = (await decide(id, { decision: "accept", resolution: "Yes, 2000." })).json();
    expect(await statusOf(test, amended)).toBe("superseded");
    expect(await statusOf(test, result_report_id)).toBe("submitted");
  });

  it("for good: the company cannot amend below it, and may amend above", async () => {
    const id = await open({ revenue_usd: "2000" });
    await decide(id, { decision: "accept", resolution: "Yes, 2000." });
    const amend = (revenue_usd: string): ReturnType<TestApp["post"]> =>
      test.post(
        "/functions/v1/amend-report",
        { quarter: "2026-Q2", entries: [{ model: model.address, inferences: 1, revenue_usd, run_cost_usd: "0" }] },
        company.api_key,
      );
    expect((await amend("1000")).json()).toMatchObject({ code: "FIGURES_BELOW_DECISION", details: { path: "entries" } });
    expect((await test.post("/functions/v1/amend-report", { quarter: "2026-Q2", entries: [] }, company.api_key)).json()).toMatchObject({
      code: "FIGURES_BELOW_DECISION",
    });
    expect((await amend("2500")).statusCode).toBe(201);
  });

  it("not by figures that change nothing, and not without a session of the board", async () => {
    const id = await open();
    expect((await decide(id, { decision: "accept", resolution: "Hm." })).json()).toMatchObject({ code: "FIGURES_UNCHANGED" });
    const body = { decision: "reject", resolution: "No." };
    for (const credential of [undefined, company.api_key, test.operator, await sessionOf(test, model.keys)])
      expect((await test.post(`/admin/v1/disputes/${id}/decide`, body, credential)).statusCode).toBeGreaterThanOrEqual(401);
    expect(await statusOf(test, line)).toBe("disputed");
    const queue = await test.get("/admin/v1/disputes", { authorization: `Bearer ${member.token}` });
    expect(queue.json().disputes.map(({ dispute_id }: { dispute_id: string }) => dispute_id)).toContain(id);
  });

  it("of a line in a pipeline by the figures of the whole entry", async () => {
    const payer = await registerCompany(test);
    const entries = [
      {
        pipeline: "chat",
        revenue_usd: "1000",
        run_cost_usd: "0",
        models: [
          { model: model.address, weight: "0.5", inferences: 1, royalty_usd: "150" },
          { model: other.address, weight: "0.25", inferences: 1 },
        ],
      },
    ];
    const filed = (await test.post("/functions/v1/submit-report", { quarter: "2026-Q2", entries }, payer.api_key)).json();
    const body = { report_id: filed.lines[0].report_id, description: "More.", proposed: { revenue_usd: "2000", inferences: 9 } };
    const { dispute_id } = (await test.post(OPEN, body, payer.api_key)).json();
    await decide(dispute_id, { decision: "accept", resolution: "Yes." });
    const lines = await test.rows(
      "select model_id, royalty_usd::text, inferences::int from omla.usage_reports where reporter_id = $1 and status = 'submitted' order by weight desc",
      [payer.company_id],
    );
    // 0.30 × 2000 × 0.5 and 0.30 × 2000 × 0.25
    expect(lines).toEqual([
      { model_id: model.model_id, royalty_usd: "300.000000", inferences: 9 },
      { model_id: other.model_id, royalty_usd: "150.000000", inferences: 1 },
    ]);
  });
});

describe("evidence in the hands of the board", () => {
  it("is downloaded as bytes that no browser shows, on record, and can be erased", async () => {
    const evidence = [{ name: "it's a.csv", media_type: "text/csv", content: Buffer.from("a,b\n1,2\n").toString("base64") }];
    const answer = await test.post(OPEN, { report_id: line, description: "See the file.", evidence }, company.api_key);
    const { evidence_id } = answer.json().evidence[0];
    const authorization = `Bearer ${member.token}`;
    const got = await test.get(`/admin/v1/evidence/${evidence_id}`, { authorization });
    expect([got.statusCode, got.body, got.headers["content-type"]]).toEqual([200, "a,b\n1,2\n", "application/octet-stream"]);
    expect(got.headers["content-disposition"]).toBe("attachment; filename*=UTF-8''it%27s%20a.csv");
    expect((await test.get(`/admin/v1/evidence/${evidence_id}`, { authorization: `Bearer ${company.api_key}` })).statusCode).toBe(403);
    const erased = await test.post(`/admin/v1/evidence/${evidence_id}/erase`, { note: "Names a customer." }, member.token);
    expect(erased.json()).toEqual({ erased: true });
    expect((await test.get(`/admin/v1/evidence/${evidence_id}`, { authorization })).statusCode).toBe(404);
    expect(await test.rows("select sha256 from omla.case_evidence where id = $1", [evidence_id])).toHaveLength(1);
    expect((await test.rows("select bad_seq from omla.audit_verify()"))[0]).toEqual({ bad_seq: null });
  });
});
