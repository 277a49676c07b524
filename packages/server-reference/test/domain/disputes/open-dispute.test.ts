import { generateKeyPair } from "@omla/sdk/protocol";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { refundPayment } from "../../../src/domain/collections/refund-service.ts";
import { createTestApp, type TestApp } from "../../helpers/app.ts";
import { type Company, registerCompany, registerModel, type SignedModel } from "../../helpers/factories.ts";
import { sessionOf } from "../../helpers/session.ts";
import { file, receive, statusOf } from "../collections/arrange-money.ts";

const OPEN = "/functions/v1/open-dispute";
const WITHDRAW = "/functions/v1/withdraw-dispute";

let test: TestApp;
let parent: SignedModel;
let model: SignedModel;
let company: Company;
let line: string;
beforeAll(async () => {
  test = await createTestApp();
  parent = await registerModel(test, { name: "Parent" });
  model = await registerModel(test, {
    name: "Child",
    lineage: [{ parent_id: parent.model_id, relationship: "fine-tune", contribution_weight: "0.4" }],
  });
});
afterAll(() => test.close());
beforeEach(async () => {
  company = await registerCompany(test);
  [line = ""] = await file(test, company, [[model, "1000"]]);
});

const dispute = (more: object = {}): object => ({ report_id: line, description: "The dashboard shows more.", ...more });

describe("open-dispute", () => {
  it("holds the line and marks it, with the first date for good, and tells both sides", async () => {
    const session = await sessionOf(test, model.keys);
    const before = test.queued.length;
    const answer = await test.post(OPEN, dispute({ proposed: { revenue_usd: "2000" } }), session);
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toMatchObject({
      report_id: line,
      party_kind: "creator",
      status: "open",
      proposed: { revenue_usd: "2000.000000", run_cost_usd: null, inferences: null },
      opened_at: "2026-05-15T12:00:00Z",
      line: { quarter: "2026-Q2", model_id: model.model_id, company_id: company.company_id, status: "disputed" },
    });
    expect(await statusOf(test, line)).toBe("disputed");
    const told = test.queued.slice(before).map(({ data }) => data);
    expect(told).toContainEqual({ kind: "dispute-opened", case_id: answer.json().dispute_id, company_id: company.company_id });
    for (const { model_id } of [model, parent]) expect(told).toContainEqual(expect.objectContaining({ kind: "dispute-opened", model_id }));
    expect((await test.rows("select reason, released_at from omla.line_holds where report_id = $1", [line]))[0]).toEqual({
      reason: "dispute",
      released_at: null,
    });
  });

  it("is open to the company, to whoever is paid through the lineage, and to nobody else", async () => {
    expect((await test.post(OPEN, dispute(), company.api_key)).json()).toMatchObject({ party_kind: "company" });
    expect((await test.post(OPEN, dispute(), await sessionOf(test, parent.keys))).json()).toMatchObject({ party_kind: "creator" });
    const stranger = await sessionOf(test, await generateKeyPair());
    const other = (await registerCompany(test)).api_key;
    for (const credential of [stranger, other])
      expect((await test.post(OPEN, dispute(), credential)).json()).toMatchObject({
        code: "REPORT_NOT_FOUND",
        details: { path: "report_id" },
      });
    expect((await test.post(OPEN, dispute())).json()).toMatchObject({ code: "PARTY_NEEDED" });
    expect((await test.post(OPEN, dispute({ report_id: model.model_id }), stranger)).statusCode).toBe(404);
  });

  it("refuses figures that are those of the line, and lines that do not count", async () => {
    const figures = { revenue_usd: "1000.00", run_cost_usd: "0", inferences: 1 };
    expect((await test.post(OPEN, dispute({ proposed: figures }), company.api_key)).json()).toMatchObject({ code: "FIGURES_UNCHANGED" });
    for (const proposed of [{ revenue_usd: 5 }, { revenue_usd: "-1" }, { revenue_usd: "1e3" }, { inferences: -1 }, { revenue: "1" }])
      expect((await test.post(OPEN, dispute({ proposed }), company.api_key)).statusCode).toBe(400);
    await file(test, company, [[model, "1100"]], { amend: true });
    expect((await test.post(OPEN, dispute(), company.api_key)).json()).toMatchObject({ code: "LINE_CLOSED" });
  });

  it("takes one dispute per line and party, and keeps the line held until the last of several closes", async () => {
    const [child, elder] = [await sessionOf(test, model.keys), await sessionOf(test, parent.keys)];
    const first = (await test.post(OPEN, dispute(), child)).json();
    const second = (await test.post(OPEN, dispute(), elder)).json();
    expect((await test.post(OPEN, dispute(), child)).json()).toMatchObject({ code: "CASE_EXISTS" });
    expect((await test.post(WITHDRAW, { dispute_id: first.dispute_id }, elder)).json()).toMatchObject({ code: "CASE_NOT_FOUND" });
    await test.post(WITHDRAW, { dispute_id: first.dispute_id }, child);
    expect(await statusOf(test, line)).toBe("disputed");
    expect((await test.post(WITHDRAW, { dispute_id: first.dispute_id }, child)).json()).toMatchObject({ code: "CASE_CLOSED" });
    await test.post(WITHDRAW, { dispute_id: second.dispute_id }, elder);
    expect(await statusOf(test, line)).toBe("submitted");
    expect((await test.post(OPEN, dispute(), child)).json()).toMatchObject({ code: "CASE_EXISTS" });
  });

  it("does not renew the 90 days by withdrawing, amending by a cent and disputing again", async () => {
    const { dispute_id } = (await test.post(OPEN, dispute(), company.api_key)).json();
    await test.post(WITHDRAW, { dispute_id }, company.api_key);
    test.clock.advance({ days: 80 });
    const [amended = ""] = await file(test, company, [[model, "1000.01"]], { amend: true });
    await test.post(OPEN, dispute({ report_id: amended }), company.api_key);
    expect((await test.rows("select omla.iso(disputed_at) as at, status from omla.usage_reports where id = $1", [amended]))[0]).toEqual({
      at: "2026-05-15T12:00:00Z",
      status: "disputed",
    });
    test.clock.set("2026-05-15T12:00:00Z");
  });

  it("holds the payout of a line that is paid for, which stays funded", async () => {
    await receive(test, company, "300");
    expect(await statusOf(test, line)).toBe("funded");
    await test.post(OPEN, dispute(), await sessionOf(test, model.keys));
    expect(await statusOf(test, line)).toBe("funded");
    expect((await test.rows("select omla.is_payable($1) as payable", [line]))[0]).toEqual({ payable: false });
  });

  it("counts the 90 days from the first dispute also where the money came before it, and went back after it", async () => {
    await receive(test, company, "300", { reference: "tr-first" });
    await test.post(OPEN, dispute(), await sessionOf(test, model.keys));
    test.clock.advance({ days: 80 });
    const back = { rail: "wise", payment: "tr-first", reference: "rf-first", reason: "asked for", confirmedBy: "board-member" } as const;
    await test.ctx.db.service((tx) => refundPayment(test.ctx, tx, back));
    expect((await test.rows("select omla.iso(disputed_at) as at, status from omla.usage_reports where id = $1", [line]))[0]).toEqual({
      at: "2026-05-15T12:00:00Z",
      status: "disputed",
    });
    test.clock.set("2026-05-15T12:00:00Z");
  });

  it("keeps files by their hash, and refuses what is not what it says", async () => {
    const pdf = Buffer.from("%PDF-1.7 a bill");
    const content = pdf.toString("base64");
    const evidence = [{ name: "bill.pdf", media_type: "application/pdf", content }];
    const answer = (await test.post(OPEN, dispute({ evidence }), company.api_key)).json();
    // printf '%s' '%PDF-1.7 a bill' | sha256sum
    const sha256 = "68b10dde8acb3712f11be7e85fbcd0dabe649d62c81855b82412a92e72103462";
    expect(answer.evidence).toMatchObject([{ media_type: "application/pdf", size: 15, sha256 }]);
    expect(JSON.stringify(await test.rows("select detail from omla.audit_details order by seq desc limit 6"))).toContain(sha256);
    const session = await sessionOf(test, model.keys);
    const refusals: [object, string][] = [
      [{ name: "a.png", media_type: "image/png", content }, "EVIDENCE_TYPE"],
      [{ name: "a.html", media_type: "text/html", content }, "EVIDENCE_TYPE"],
      [{ name: "a.json", media_type: "application/json", content: Buffer.from("{").toString("base64") }, "EVIDENCE_TYPE"],
      [{ name: "a.txt", media_type: "text/plain", content: Buffer.from([0x4d, 0x5a, 0x00]).toString("base64") }, "EVIDENCE_TYPE"],
      [{ name: "a.txt", media_type: "text/plain", content: "a b" }, "EVIDENCE_ENCODING"],
    ];
    for (const [file_, code] of refusals) {
      const refused = (await test.post(OPEN, dispute({ evidence: [file_] }), session)).json();
      expect(refused).toMatchObject({ code, details: { path: expect.stringContaining("evidence[0].") } });
    }
    expect((await test.rows("select count(*)::int as n from omla.usage_disputes where report_id = $1", [line]))[0]).toEqual({ n: 1 });
    const large = Buffer.alloc(1_000_000, "a").toString("base64");
    const tooLarge = await test.post(OPEN, dispute({ evidence: [{ name: "a.txt", media_type: "text/plain", content: large }] }), session);
    expect(tooLarge.statusCode).toBe(413);
  });

  it("does not open on the ledger of test keys", async () => {
    const { api_key } = (await test.post("/functions/v1/create-api-key", { live: false }, company.api_key)).json() as { api_key: string };
    expect((await test.post(OPEN, dispute(), api_key)).json()).toMatchObject({ code: "LINE_TEST" });
  });
});

it("a flood of disputes of one key meets its limit", async () => {
  const limited = await createTestApp({ rates: true });
  const own = await registerModel(limited);
  const payer = await registerCompany(limited);
  const [first = ""] = await file(limited, payer, [[own, "10"]]);
  const codes = new Set<number>();
  for (let time = 0; time < 32; time += 1)
    codes.add((await limited.post(OPEN, { report_id: first, description: "again" }, payer.api_key)).statusCode);
  expect([...codes]).toEqual([201, 409, 429]);
  await limited.close();
});
