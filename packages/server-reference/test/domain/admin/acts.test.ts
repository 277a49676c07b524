import { randomBytes } from "node:crypto";
import { buildHosterClaim, encodeAddress, generateKeyPair, hostMessage, sign, signDocument } from "@omla/sdk/protocol";
import type { LightMyRequestResponse } from "fastify";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { reversePayment } from "../../../src/domain/collections/refund-service.ts";
import { runJob } from "../../../src/jobs/runner.ts";
import { createTestApp, REGISTRY, type TestApp } from "../../helpers/app.ts";
import { decideTogether, signedInMember, signIn, type TestMember } from "../../helpers/board.ts";
import { START } from "../../helpers/clock.ts";
import { type Company, registerCompany, registerModel } from "../../helpers/factories.ts";

const LISTING = { reason: "FALSE_REPORT", note: "The figures were invented." } as const;
let test: TestApp;
let first: TestMember;
let second: TestMember;
beforeAll(async () => {
  test = await createTestApp();
  first = await signedInMember(test, "payout");
  second = await signedInMember(test, "payout");
});
beforeEach(async () => {
  await signIn(test, first);
  await signIn(test, second);
});
afterAll(() => test.close());

const act = (path: string, body: object, member = first): Promise<LightMyRequestResponse> =>
  test.post(`/admin/v1/${path}`, body, member.token);
const look = async (path: string): Promise<Record<string, never>> =>
  (await test.get(`/admin/v1/${path}`, { authorization: `Bearer ${first.token}` })).json();
const said = ({ statusCode, body }: LightMyRequestResponse): [number, string | undefined] => [
  statusCode,
  (JSON.parse(body || "{}") as { code?: string }).code,
];
const stateOf = async (id: string): Promise<unknown> =>
  (await test.rows("select state, previous_state from omla.compliance_state where id = $1", [id]))[0];

interface Filed {
  readonly id: string;
  readonly receipt: string;
}

async function complain(kind: string, id: string, more: object = {}): Promise<Filed> {
  const body = { target: { kind, id }, reason: "OTHER", description: "Ms Doe saw it.", contact_email: "doe@example.org", ...more };
  const { receipt } = (await test.post("/functions/v1/file-complaint", body)).json() as { receipt: string };
  return { receipt, id: String((await test.rows("select id from omla.complaints where receipt = $1", [receipt]))[0]?.["id"]) };
}

describe("complaints in the board's hands", () => {
  it("nested_complaint_restores_state: what was under the review shows again with the last one that closes", async () => {
    const { model_id } = await registerModel(test);
    const [one, two] = [await complain("model", model_id), await complain("model", model_id)];
    const dismissed = await act(`complaints/${one.id}/dismiss`, { note: "There is nothing in it." });
    expect([dismissed.statusCode, dismissed.body.includes("Doe")]).toEqual([200, false]);
    expect(await stateOf(model_id)).toEqual({ state: "UNDER_REVIEW", previous_state: "REGISTERED" });
    expect((await act(`complaints/${two.id}/resolve`, { note: "They settled it." })).json()).toMatchObject({
      status: "resolved",
      resolution: "They settled it.",
      target: { id: model_id, state: "REGISTERED" },
    });
    expect(await look(`complaints/${two.id}`)).toMatchObject({ description: "Ms Doe saw it.", complainant_email: "doe@example.org" });
    expect(await stateOf(model_id)).toEqual({ state: "REGISTERED", previous_state: null });
    expect(said(await act(`complaints/${one.id}/resolve`, { note: "Once more." }))).toEqual([409, "COMPLAINT_CLOSED"]);
    expect(said(await act("complaints/00000000-0000-4000-8000-000000000000/resolve", { note: "abc" }))).toEqual([
      404,
      "COMPLAINT_NOT_FOUND",
    ]);
    expect(test.queued.filter(({ name }) => name === "notice").map(({ data }) => data)).toEqual([
      { kind: "complaint-decided", complaint_id: one.id },
      { kind: "complaint-decided", complaint_id: two.id },
    ]);
  });

  it("answer their receipt with the board's words, and nobody else", async () => {
    const { model_id } = await registerModel(test);
    const { id, receipt } = await complain("model", model_id);
    const status = async (given: string): Promise<LightMyRequestResponse> =>
      test.post("/functions/v1/complaint-status", { receipt: given });
    expect((await status(receipt)).json()).toMatchObject({ status: "open", resolution: null, closed_at: null });
    await act(`complaints/${id}/dismiss`, { note: "There is nothing in it." });
    expect((await status(receipt)).json()).toEqual({
      receipt,
      status: "dismissed",
      reason: "OTHER",
      filed_at: expect.any(String),
      notified_at: null,
      closed_at: expect.any(String),
      resolution: "There is nothing in it.",
    });
    expect(said(await status("BBBBB-BBBBB-BBBBB-BBBBB"))).toEqual([404, "COMPLAINT_NOT_FOUND"]);
  });

  it("are upheld by two, which closes every open one of the target", async () => {
    const { model_id } = await registerModel(test);
    const [one, two] = [await complain("model", model_id), await complain("model", model_id)];
    const answer = await decideTogether(test, [first, second], `/admin/v1/complaints/${one.id}/uphold`, LISTING);
    expect(answer.json().result).toEqual({ subject: model_id, state: "BLACKLISTED", case: expect.stringMatching(/^C-2026-\d{4}$/) });
    for (const { id } of [one, two])
      expect(await look(`complaints/${id}`)).toMatchObject({ status: "upheld", resolution: /upheld as C-2026/ as never });
    expect(said(await act(`complaints/${one.id}/uphold`, LISTING))).toEqual([409, "COMPLAINT_CLOSED"]);
  });

  it("are listed by what they are and whom they are about, a page at a time", async () => {
    const { model_id } = await registerModel(test);
    for (let count = 0; count < 3; count += 1) await complain("model", model_id, { reason: "SPLIT_FRAUD" });
    const page = (query: string): Promise<unknown[]> =>
      look(`complaints?target_id=${model_id}&${query}`).then(({ complaints }) => complaints);
    expect(await page("limit=2")).toHaveLength(2);
    expect(await page("limit=2&offset=2")).toHaveLength(1);
    expect(await page("reason=OTHER")).toHaveLength(0);
    expect(await page("status=dismissed")).toHaveLength(0);
    for (const query of ["limit=0", "limit=101", "offset=-1", "status=new", "order=name"])
      expect((await test.get(`/admin/v1/complaints?${query}`, { authorization: `Bearer ${first.token}` })).statusCode).toBe(400);
  });
});

describe("a listed subject", () => {
  async function listed(): Promise<string> {
    const { model_id } = await registerModel(test);
    await decideTogether(test, [first, second], `/admin/v1/subjects/${model_id}/blacklist`, LISTING);
    return model_id;
  }

  it("complaint_self_unblacklist_fail: appeals with evidence, stays listed, and is cleared by the board alone", async () => {
    const subject = await listed();
    const appeal = { target: { kind: "model", id: subject }, reason: "APPEAL", description: "We have paid." };
    expect(said(await test.post("/functions/v1/file-complaint", appeal))).toEqual([422, "EVIDENCE_MISSING"]);
    const innocent = await registerModel(test);
    const foreign = { ...appeal, target: { kind: "model", id: innocent.model_id }, evidence: ["https://example.org/receipt"] };
    expect(said(await test.post("/functions/v1/file-complaint", foreign))).toEqual([422, "APPEAL_NOT_LISTED"]);
    const { id } = await complain("model", subject, { reason: "APPEAL", evidence: ["https://example.org/receipt"] });
    expect(await stateOf(subject)).toEqual({ state: "UNDER_REVIEW", previous_state: "BLACKLISTED" });
    expect((await look(`subjects?listed=true&kind=model`)).subjects).toContainEqual(expect.objectContaining({ id: subject }));
    await act(`complaints/${id}/resolve`, { note: "It was paid." });
    expect(await stateOf(subject)).toEqual({ state: "BLACKLISTED", previous_state: null });
    expect((await act(`subjects/${subject}/clear`, { note: "It was paid." })).json()).toEqual({
      id: subject,
      state: "REGISTERED",
      enforce: "deny",
      list: null,
    });
    expect(await stateOf(subject)).toEqual({ state: "REGISTERED", previous_state: null });
  });

  it("is told by the board where it left no address, published after 14 days, suspended and dropped at once", async () => {
    const subject = await listed();
    const entry = async (): Promise<unknown> =>
      ((await test.get("/api/blacklist.json")).json() as { entries: { id: string; enforce: string }[] }).entries.find(
        ({ id }) => id === subject,
      )?.enforce;
    const publish = (): Promise<LightMyRequestResponse> => test.post("/functions/v1/publish-blacklist", {}, test.operator);
    await publish();
    expect(said(await act(`subjects/${subject}/told`, { note: "Told by telephone." }))).toEqual([200, undefined]);
    expect(said(await act(`subjects/${subject}/told`, { note: "Told by telephone." }))).toEqual([409, "NOT_LISTED"]);
    test.clock.advance({ days: 13 });
    await publish();
    expect(await entry()).toBeUndefined();
    test.clock.advance({ days: 8 });
    await publish();
    expect(await entry()).toBe("deny");
    await signIn(test, first);
    const suspended = await act(`subjects/${subject}/enforce`, { enforce: "suspended", note: "Until the court has decided." });
    expect(suspended.json()).toMatchObject({ enforce: "suspended", list: expect.any(Number) });
    expect(await entry()).toBe("suspended");
    expect((await act(`subjects/${subject}/clear`, { note: "The court has decided." })).json()).toMatchObject({
      state: "REGISTERED",
      list: expect.any(Number),
    });
    expect(await entry()).toBeUndefined();
    expect(said(await act(`subjects/${subject}/enforce`, { enforce: "warn", note: "Too late." }))).toEqual([409, "NOT_LISTED"]);
    const history = (await look(`subjects/${subject}`)) as unknown as { history: { action: string }[] };
    expect(history.history.map(({ action }) => action)).toEqual([
      "compliance.clear",
      "compliance.enforce",
      "compliance.told",
      "compliance.blacklist",
    ]);
  });
});

describe("personal data", () => {
  it("gdpr_redaction_chain_ok: is erased for good, and the audit chain stays whole", async () => {
    const model = await registerModel(test);
    const company = await registerCompany(test);
    const { id } = await complain("model", model.model_id);
    const [row] = await test.rows("select seq from omla.audit_log where action = 'complaint.file' and entity_id = $1", [id]);
    const erase = (what: string, target: string): Promise<LightMyRequestResponse> =>
      act("redactions", { what, id: target, reason: "Asked for by the person." });
    for (const [what, target] of [
      ["complaint", id],
      ["company-contact", company.company_id],
      ["model-contact", model.model_id],
      ["audit-detail", String(row?.["seq"])],
    ] as const) {
      expect((await erase(what, target)).json()).toEqual({ erased: expect.any(Number) });
      expect((await erase(what, target)).statusCode).toBe(404);
    }
    const left = JSON.stringify([
      await test.rows("select * from omla.complaint_private where complaint_id = $1", [id]),
      await test.rows("select * from omla.commercial_user_private where company_id = $1", [company.company_id]),
      await test.rows("select * from omla.model_private where model_id = $1", [model.model_id]),
      await test.rows("select p.* from omla.document_private p join omla.documents d using (digest) where d.model_id = $1", [
        model.model_id,
      ]),
      await test.rows("select * from omla.audit_details where seq = $1", [row?.["seq"]]),
    ]);
    for (const word of ["doe@example.org", "Ms Doe", "office@example.com", "creator@example.org", "SPLIT"])
      expect(left).not.toContain(word);
    expect(await test.rows("select bad_seq from omla.audit_verify()")).toEqual([{ bad_seq: null }]);
    const doctor = await test.get("/admin/v1/audit?action=board.redact&limit=3", { authorization: `Bearer ${first.token}` });
    expect(doctor.json().entries.map(({ actor }: { actor: string }) => actor)).toEqual([first.id, first.id, first.id]);
    // The signed documents still verify, since only the digest of the private part stands in them.
    expect((await test.get(`/badge/${model.address}.json`)).statusCode).toBe(200);
  });

  it("is not erased by a kind or an id that is none", async () => {
    expect(said(await act("redactions", { what: "wallet", id: "1", reason: "abc" }))).toEqual([400, "INPUT_INVALID"]);
    expect(said(await act("redactions", { what: "complaint", id: "1", reason: "abc" }))).toEqual([400, "INPUT_INVALID"]);
    expect(said(await act("redactions", { what: "audit-detail", id: "999999", reason: "abc" }))).toEqual([404, "NOT_FOUND"]);
  });
});

describe("what the tick would do", () => {
  it("is foreseen without a trace, and comes true", async () => {
    const company: Company = await registerCompany(test, "Late & Co");
    test.clock.set("2026-07-15T00:00:00Z");
    await test.post("/functions/v1/submit-report", { quarter: "2026-Q2", entries: [] }, company.api_key);
    await signIn(test, first);
    const mine = async (asOf: string): Promise<unknown[]> =>
      ((await look(`compliance/preview?as_of=${asOf}`)) as unknown as { moves: { id: string; entered: string[] }[] }).moves
        .filter(({ id }) => id === company.company_id)
        .map(({ entered }) => entered);
    const before = await test.rows("select max(seq) as seq from omla.audit_log");
    // The deadline of the third quarter is 30 days after its end, on October 31; 90 days later is January 29.
    expect(await mine("2026-10-31T00:00:00Z")).toEqual([]);
    expect(await mine("2026-10-31T00:00:01Z")).toEqual([["DELINQUENT"]]);
    expect(await mine("2027-01-29T00:00:00Z")).toEqual([["DELINQUENT", "BLACKLISTED"]]);
    expect(await test.rows("select max(seq) as seq from omla.audit_log")).toEqual(before);
    test.clock.set("2026-10-31T00:00:01Z");
    await test.post("/functions/v1/compliance-tick", {}, test.operator);
    expect(await stateOf(company.company_id)).toEqual({ state: "DELINQUENT", previous_state: null });
  });
});

describe("hosters and locations", () => {
  it("confirms a location by hand, and takes that back", async () => {
    const url = "https://hub.example/owner/repo";
    const model = await registerModel(test, { locations: [url] });
    const place = { model_id: model.model_id, url };
    expect((await look(`locations?model_id=${model.model_id}`)).locations).toMatchObject([
      { url, verified_at: null, address: model.address },
    ]);
    expect((await act("locations/confirm", { ...place, confirmed: true, note: "Seen today." })).json()).toMatchObject({
      verified_at: expect.any(String),
    });
    expect((await act("locations/confirm", { ...place, confirmed: false, note: "It is gone." })).json()).toMatchObject({
      verified_at: null,
    });
    expect(said(await act("locations/confirm", { ...place, url: "https://hub.example/else", confirmed: true, note: "Seen." }))).toEqual([
      404,
      "LOCATION_NOT_FOUND",
    ]);
    const literal = await registerModel(test, { locations: ["https://169.254.169.254/latest"] });
    expect(said(await act("locations/check", { model_id: literal.model_id, url: "https://169.254.169.254/latest" }))).toEqual([
      422,
      "LOCATION_REFUSED",
    ]);
  });

  it("verifies a hoster's claim where the model's key has not, and revokes it for good", async () => {
    const model = await registerModel(test, { hoster_share_pct: "20" });
    const hoster = await generateKeyPair();
    const wallet = encodeAddress(randomBytes(16));
    await test.post("/functions/v1/register-wallet", { address: wallet, owner_pubkey: hoster.publicKey, label: "Host" });
    const host_signature = await sign(hostMessage(model.model_id), hoster.secretKey);
    const sent = { issued_at: START, registry: REGISTRY, model_id: model.model_id, hoster_pubkey: hoster.publicKey };
    const draft = buildHosterClaim({ ...sent, name: "Host", wallet, host_signature });
    await test.post("/functions/v1/hoster-claim", { document: await signDocument("hoster-claim", draft, hoster.secretKey) });
    const [claim] = (await look(`hoster-claims?model_id=${model.model_id}`)).claims as unknown as { id: string }[];
    expect(claim).toMatchObject({ model_id: model.model_id, wallet, verified_at: null, volumes: [] });
    const review = (verified: boolean): Promise<LightMyRequestResponse> =>
      act(`hoster-claims/${claim?.id}/review`, { verified, note: "Called them." });
    expect((await review(true)).json()).toMatchObject({ verified_at: expect.any(String), verified_by: first.id });
    expect((await review(false)).json()).toMatchObject({ revoked_at: expect.any(String) });
    expect(said(await review(true))).toEqual([404, "HOSTER_CLAIM_NOT_FOUND"]);
  });

  it("refuses a claim that is none", async () => {
    expect(said(await act("hoster-claims/00000000-0000-4000-8000-000000000000/review", { verified: true, note: "abc" }))).toEqual([
      404,
      "HOSTER_CLAIM_NOT_FOUND",
    ]);
    expect((await look("hoster-claims")).claims).toEqual([]);
  });
});

describe("money in the board's hands", () => {
  const reported = async (name: string): Promise<Company & { net: string }> => {
    const [company, model] = [await registerCompany(test, name), await registerModel(test)];
    const entries = [{ model: model.address, inferences: 10, revenue_usd: "1000", run_cost_usd: "0" }];
    const receipt = await test.post("/functions/v1/submit-report", { quarter: "2026-Q3", entries }, company.api_key);
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
    const again = await act("payments/confirm", arrival(company_id, "SEPA-1"), second);
    expect([again.statusCode, again.json().created]).toEqual([200, false]);
    expect((await look(`payments?status=received&company_id=${company_id}`)).payments).toMatchObject([
      { reference: "SEPA-1", amount_usd: "300.000000" },
    ]);
    expect(await test.rows("select status from omla.usage_reports where reporter_id = $1", [company_id])).toEqual([{ status: "funded" }]);
    expect(said(await act("payments/confirm", { ...arrival(company_id, "SEPA-1"), amount: "1" }))).toEqual([409, "PAYMENT_CONFLICT"]);
  });

  it("single_admin_cannot_payout: sends a payment back by two, and opens its lines again", async () => {
    const { company_id } = await reported("Refunded");
    await act("payments/confirm", arrival(company_id, "SEPA-2"));
    const body = { rail: "sepa", payment: "SEPA-2", reference: "BACK-2", reason: "Paid twice by mistake." };
    const proposed = (await act("payments/refund", body)).json() as { id: string; content_sha256: string };
    const approve = (member: TestMember): Promise<LightMyRequestResponse> =>
      act(`approvals/${proposed.id}/approve`, { content_sha256: proposed.content_sha256 }, member);
    expect(said(await approve(first))).toEqual([403, "APPROVAL_SELF"]);
    const reviewer = await signedInMember(test);
    expect(said(await approve(reviewer))).toEqual([403, "ROLE_NEEDED"]);
    expect((await approve(second)).json()).toMatchObject({ result: { created: true } });
    expect(await test.rows("select status from omla.usage_reports where reporter_id = $1", [company_id])).toEqual([
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
    await test.ctx.db.service((tx) => reversePayment(test.ctx, tx, bank));
    const approved = await act(`approvals/${stale.id}/approve`, { content_sha256: stale.content_sha256 }, second);
    expect(said(approved)).toEqual([409, "APPROVAL_STALE"]);
  });

  it("keeps tax forms, rates and currencies", async () => {
    const { address } = await registerModel(test);
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
    test.clock.advance({ minutes: 1 });
    const flagged = (await act("fx-rates", { code: "BTC", rate: "0.00002", source: "by hand" })).json() as { drift_flag: string };
    expect((await look("fx-drift")).flags).toMatchObject([{ id: flagged.drift_flag, code: "BTC", kind: "rate" }]);
    expect(said(await act(`fx-drift/${flagged.drift_flag}/acknowledge`, { note: "It is true." }))).toEqual([200, undefined]);
    expect(said(await act("currencies", { code: "CREDIT", name: "Credits", kind: "platform", scale: 0 }))).toEqual([201, undefined]);
    expect((await act("currencies/CREDIT", { is_active: false })).json()).toEqual({ code: "CREDIT", is_active: false, changed: true });
  });

  it("rehearses the payout of one line, and pays nothing that has not arrived", async () => {
    const { company_id } = await reported("One line");
    test.clock.set("2026-11-02T00:00:00Z");
    await signIn(test, first);
    const [line] = await test.rows("select id from omla.usage_reports where reporter_id = $1", [company_id]);
    const body = { quarter: "2026-Q3", report_id: String(line?.["id"]) };
    expect(said(await act("payouts/line", body))).toEqual([409, "REPORT_NOT_PAYABLE"]);
    await act("payments/confirm", arrival(company_id, "SEPA-4"));
    // Money is held for seven days.
    test.clock.advance({ days: 8 });
    await signIn(test, first);
    const rehearsed = (await act("payouts/line", body)).json() as { state: string; plan: { lines: { count: number } } };
    expect([rehearsed.state, rehearsed.plan.lines.count]).toEqual(["rehearsed", 1]);
    expect((await look("payouts")).runs).toEqual([]);
    const paid = (await act("payouts/line", { ...body, execute: true })).json() as { run_id: string; state: string };
    const audited = await test.rows("select actor from omla.audit_log where action = 'payout.line' and entity_id = $1", [body.report_id]);
    expect(audited).toEqual([{ actor: first.id }]);
    expect((await look("payouts")).runs).toMatchObject([{ id: paid.run_id, report_id: body.report_id, state: paid.state }]);
    expect(said(await act("payouts/00000000-0000-4000-8000-000000000000/approve", { plan_sha256: "0".repeat(64) }))).toEqual([
      404,
      "RUN_UNKNOWN",
    ]);
  });
});

describe("what waits", () => {
  it("is counted queue by queue, beside who is on the board and what needs two", async () => {
    const before = (await look("queues")) as unknown as Record<string, number>;
    const { model_id } = await registerModel(test, { locations: ["https://hub.example/waits"] });
    await complain("model", model_id);
    await act(`subjects/${model_id}/blacklist`, LISTING);
    const after = (await look("queues")) as unknown as Record<string, number>;
    const grown = Object.keys(after).filter((name) => name !== "as_of" && after[name] !== before[name]);
    expect(grown.sort()).toEqual(["approvals", "complaints", "holders_to_tell", "locations"]);
    expect((await look("members")).members).toContainEqual({
      id: first.id,
      email: first.email,
      role: "payout",
      is_active: true,
      signed_in_at: expect.any(String),
    });
    const { actions } = (await look("actions")) as unknown as { actions: { action: string }[] };
    expect(actions.map(({ action }) => action)).toEqual(
      expect.arrayContaining(["blacklist.publish", "payment.refund", "payout.execute", "subject.blacklist"]),
    );
  });

  it("lapses after 60 days without a decision, and the complainant is told", async () => {
    const { model_id } = await registerModel(test);
    const { id } = await complain("model", model_id);
    test.clock.advance({ days: 60 });
    expect(await runJob(test.ctx, "lapse-complaints")).toEqual({ lapsed: expect.not.arrayContaining([id]) });
    test.clock.advance({ seconds: 1 });
    expect(await runJob(test.ctx, "lapse-complaints")).toEqual({ lapsed: expect.arrayContaining([id]) });
    expect(await stateOf(model_id)).toEqual({ state: "REGISTERED", previous_state: null });
    expect(test.queued.at(-1)).toEqual({ name: "notice", data: { kind: "complaint-decided", complaint_id: id } });
    expect(await runJob(test.ctx, "lapse-complaints")).toEqual({ lapsed: [] });
  });
});
