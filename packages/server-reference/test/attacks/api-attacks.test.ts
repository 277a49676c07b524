import { webcrypto } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApiKey } from "../../src/credentials/api-key.ts";
import { createTestApp, type TestApp } from "../helpers/app.ts";
import { type Company, registerCompany, registerModel, type SignedModel } from "../helpers/factories.ts";

const SUBMIT = "/functions/v1/submit-report";
let test: TestApp;
let model: SignedModel;
let owner: Company;
let thief: Company;
beforeAll(async () => {
  test = await createTestApp();
  model = await registerModel(test);
  owner = await registerCompany(test, "Owner");
  thief = await registerCompany(test, "Thief");
  const entries = [{ model: model.address, inferences: 1, revenue_usd: "100", run_cost_usd: "0" }];
  await test.post(SUBMIT, { quarter: "2026-Q2", entries }, owner.api_key);
});
afterAll(() => test.close());

const reportsSeenBy = (claims: Record<string, unknown>, sql = "select id from public.usage_reports"): Promise<unknown[]> =>
  test.ctx.db.transaction("authenticated", claims, async (tx) => (await tx.query(sql)).rows);

describe("the attacks of group F", () => {
  it("bola_matrix: every company route answers from the caller's own data, whatever ids lie about", async () => {
    const [, , kid = ""] = owner.api_key.split("_");
    const bodies: Readonly<Record<string, object>> = {
      due: {},
      "list-api-keys": {},
      "revoke-api-key": { kid },
      "amend-report": { quarter: "2026-Q2", entries: [] },
      quote: { quarter: "2026-Q2", entries: [] },
      "declare-currencies": { currencies: ["USD"] },
    };
    for (const [action, body] of Object.entries(bodies)) {
      const answer = await test.post(`/functions/v1/${action}`, body, thief.api_key);
      expect([action, answer.body.includes(owner.company_id), answer.body.includes(kid) && action !== "revoke-api-key"]).toEqual([
        action,
        false,
        false,
      ]);
    }
    expect((await test.post("/functions/v1/due", {}, owner.api_key)).json()).toMatchObject({ payments: [{ status: "submitted" }] });
    expect((await test.post("/functions/v1/list-api-keys", {}, owner.api_key)).json().keys).toMatchObject([{ kid, revoked_at: null }]);
  });

  it("bola_matrix: row-level security is the second wall, where the application forgets to ask", async () => {
    const forgetful = "select id, reporter_id from public.usage_reports";
    expect(await reportsSeenBy({ company_id: owner.company_id }, forgetful)).toHaveLength(1);
    expect(await reportsSeenBy({ company_id: thief.company_id }, forgetful)).toEqual([]);
    expect(await reportsSeenBy({}, forgetful)).toEqual([]);
    expect(
      await reportsSeenBy(
        { company_id: thief.company_id },
        "select contact_email from public.commercial_users where contact_email is not null",
      ),
    ).toHaveLength(1);
    await expect(reportsSeenBy({ company_id: owner.company_id }, "select * from omla.api_keys")).rejects.toMatchObject({ code: "42501" });
  });

  it.each([
    ["status", { status: "paid" }],
    ["royalty_amount", { royalty_amount: "0" }],
    ["reporter_id", { reporter_id: "00000000-0000-4000-8000-000000000000" }],
    ["live", { live: false }],
    ["filed_at", { filed_at: "2020-01-01T00:00:00Z" }],
    ["version", { version: 9 }],
  ])("mass_assignment: %s cannot be sent along", async (_name, extra) => {
    const entry = { model: model.address, inferences: 1, revenue_usd: "1", run_cost_usd: "0" };
    expect((await test.post(SUBMIT, { quarter: "2026-Q1", entries: [entry], ...extra }, thief.api_key)).statusCode).toBe(400);
    expect((await test.post(SUBMIT, { quarter: "2026-Q1", entries: [{ ...entry, ...extra }] }, thief.api_key)).statusCode).toBe(400);
  });

  it("complaint_self_unblacklist: a listed company that complains about itself stays listed", async () => {
    const late = await registerCompany(test, "Listed & Co");
    await test.post(SUBMIT, { quarter: "2026-Q1", entries: [] }, late.api_key);
    const start = test.clock.now();
    test.clock.set("2026-12-07T00:00:00Z");
    await test.post("/functions/v1/compliance-tick", {}, test.operator);
    const complaint = {
      target: { kind: "commercial_user", id: late.company_id },
      reason: "OTHER",
      description: "I complain about myself.",
    };
    expect((await test.post("/functions/v1/file-complaint", complaint)).statusCode).toBe(201);
    const standing = async (): Promise<unknown> =>
      (
        await test.rows("select state, previous_state, blacklisted_at is not null as listed from omla.compliance_state where id = $1", [
          late.company_id,
        ])
      )[0];
    expect(await standing()).toEqual({ state: "UNDER_REVIEW", previous_state: "BLACKLISTED", listed: true });
    test.clock.set("2026-12-21T00:00:00Z");
    await test.post("/functions/v1/publish-blacklist", {}, test.operator);
    expect((await test.get("/api/blacklist.json")).json().entries.map(({ id }: { id: string }) => id)).toContain(late.company_id);
    test.clock.set(start);
  });

  it("nested_complaint: the state under a review comes back when the last open complaint closes", async () => {
    const subject = await registerModel(test);
    const file = (): Promise<unknown> =>
      test.post("/functions/v1/file-complaint", { target: { kind: "model", id: subject.model_id }, reason: "OTHER", description: "x" });
    await file();
    await file();
    const state = async (): Promise<unknown> =>
      (await test.rows("select state, previous_state from omla.compliance_state where id = $1", [subject.model_id]))[0];
    const close =
      "update omla.complaints set status = 'dismissed', closed_at = now() where id = (select id from omla.complaints where model_id = $1 and status = 'open' limit 1)";
    await test.rows(close, [subject.model_id]);
    expect(await state()).toEqual({ state: "UNDER_REVIEW", previous_state: "REGISTERED" });
    await test.rows(close, [subject.model_id]);
    expect(await state()).toEqual({ state: "REGISTERED", previous_state: null });
  });

  it("apikey_timing: an unknown key takes as long as a wrong secret, because both are hashed", async () => {
    const [, , kid = ""] = owner.api_key.split("_");
    const compared: (string | undefined)[] = [];
    const { hasher } = test.ctx;
    const watched = {
      ...hasher,
      matches: (key: string, stored: string | undefined) => (compared.push(stored), hasher.matches(key, stored)),
    };
    Object.assign(test.ctx, { hasher: watched });
    const unknown = createApiKey(true, (length) => webcrypto.getRandomValues(new Uint8Array(length))).text;
    expect((await test.post("/functions/v1/due", {}, unknown)).statusCode).toBe(401);
    expect((await test.post("/functions/v1/due", {}, owner.api_key)).statusCode).toBe(200);
    Object.assign(test.ctx, { hasher });
    const [stored] = await test.rows("select api_key_hash from omla.api_keys where kid = $1", [kid]);
    expect(compared).toEqual([undefined, stored?.["api_key_hash"]]);
    // One bcrypt of the same cost in both cases, so the medians lie close together.
    const median = async (key: string, hash: string | undefined): Promise<number> => {
      const times: number[] = [];
      for (let at = 0; at < 15; at += 1) {
        const begin = performance.now();
        await hasher.matches(`${key}${at}`, hash);
        times.push(performance.now() - begin);
      }
      return times.sort((a, b) => a - b)[7] ?? 0;
    };
    const [wrong, missing] = [await median("k", String(stored?.["api_key_hash"])), await median("k", undefined)];
    expect(Math.max(wrong, missing) / Math.min(wrong, missing)).toBeLessThan(3);
  });

  it("royalty_recomputed_server_side: a client that lies is refused with both figures", async () => {
    const entries = [{ model: model.address, inferences: 1, revenue_usd: "100", run_cost_usd: "0", royalty_usd: "3" }];
    const answer = await test.post(SUBMIT, { quarter: "2026-Q1", entries }, thief.api_key);
    expect([answer.statusCode, answer.json().details]).toEqual([
      422,
      { path: "entries[0].royalty_usd", sent: "3.000000", expected: "30.000000" },
    ]);
  });

  it("audit_tamper_detected: a row that somebody with the owner's hand rewrites is found by doctor's walk", async () => {
    const sound = await test.ctx.db.service(async (tx) => (await tx.query("select bad_seq from omla.audit_verify()")).rows);
    expect(sound).toEqual([{ bad_seq: null }]);
    await test.database.owner(async (client) => {
      await client.query("alter table omla.audit_log disable trigger audit_log_append_only");
      await client.query("update omla.audit_log set actor = 'nobody' where seq = 2");
      await client.query("alter table omla.audit_log enable trigger audit_log_append_only");
    });
    const found = await test.ctx.db.service(async (tx) => (await tx.query("select bad_seq from omla.audit_verify()")).rows);
    expect(found).toEqual([{ bad_seq: "2" }]);
  });
});
