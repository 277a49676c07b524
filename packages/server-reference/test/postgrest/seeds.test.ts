import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildMutation, privateDigest, signDocument } from "@omla/sdk/protocol";
import { REGISTRY } from "../helpers/app.ts";
import { START } from "../helpers/clock.ts";
import { signModel } from "../helpers/factories.ts";
import { createRegistry, type Registry } from "./registry.ts";

/** Every call that the documentation's tables name, as written there. */
let registry: Registry;
beforeAll(async () => {
  registry = await createRegistry();
});
afterAll(() => registry.test.close());

const get = (path: string, credential?: string): ReturnType<Registry["test"]["get"]> =>
  registry.test.get(`/rest/v1${path}`, credential === undefined ? {} : { authorization: `Bearer ${credential}` });
const ids = (rows: { id: string }[]): string[] => rows.map(({ id }) => id).sort();

describe("the public calls", () => {
  it("GET /models?is_active=eq.true&order=created_at.desc", async () => {
    const answer = await get("/models?is_active=eq.true&order=created_at.desc");
    expect(answer.statusCode).toBe(200);
    expect(ids(answer.json())).toEqual([registry.base.model_id, registry.child.model_id].sort());
  });

  it("GET /models?id=eq.{uuid}&select=*,model_metadata(*),wallets(*), without anything private", async () => {
    const answer = await get(`/models?id=eq.${registry.child.model_id}&select=*,model_metadata(*),wallets(*)`);
    expect(answer.json()).toEqual([
      expect.objectContaining({
        id: registry.child.model_id,
        name: "Child, of (Base) LM",
        creator_email: null,
        model_metadata: [],
        wallets: [expect.objectContaining({ address: registry.child.address, rail: "stripe", rail_identifier: null, is_primary: true })],
      }),
    ]);
    expect(answer.body).not.toMatch(/acct_test|creator@example/);
  });

  it("GET /models?name=ilike.*{query}*", async () => {
    expect(ids((await get("/models?name=ilike.*base%20lm*")).json())).toEqual([registry.base.model_id]);
    expect(ids((await get("/models?name=ilike.*LM*")).json())).toHaveLength(2);
  });

  it("GET /models?model_hash=eq.{sha256}", async () => {
    expect(ids((await get(`/models?model_hash=eq.${registry.base.hash}`)).json())).toEqual([registry.base.model_id]);
    expect((await get(`/models?model_hash=eq.${"0".repeat(64)}`)).json()).toEqual([]);
  });

  it("GET /wallets?address=eq.{address}", async () => {
    expect((await get(`/wallets?address=eq.${registry.child.address}`)).json()).toEqual([
      expect.objectContaining({ model_id: registry.child.model_id, rail: "stripe" }),
    ]);
  });

  it('POST /rpc/resolve_splits {"target_model_id":"uuid"}', async () => {
    const answer = await registry.test.post("/rest/v1/rpc/resolve_splits", { target_model_id: registry.child.model_id });
    expect(answer.statusCode).toBe(200);
    const shares = answer.json() as { wallet_address: string; share: unknown }[];
    const shareOf = (address: string): string => String(shares.find((row) => row.wallet_address === address)?.share);
    // The child passes 0.4 of 10^18 on.
    expect([shareOf(registry.base.address), shareOf(registry.child.address)]).toEqual(["400000000000000000", "600000000000000000"]);
    expect((await get(`/rpc/resolve_splits?target_model_id=${registry.child.model_id}&select=wallet_rail`)).json()).toEqual([
      { wallet_rail: "stripe" },
      { wallet_rail: "stripe" },
    ]);
  });

  it("embed the lineage from both of its ends", async () => {
    const parents = await get(
      `/models?id=eq.${registry.child.model_id}&select=name,lineage_edges!child_id(contribution_weight,models!parent_id(name))`,
    );
    expect(parents.json()).toEqual([
      { name: "Child, of (Base) LM", lineage_edges: [{ contribution_weight: expect.anything(), models: { name: "Base LM" } }] },
    ]);
    expect((await get("/models?select=*,lineage_edges(*)")).json()).toMatchObject({ code: "PGRST201" });
  });

  it("give numbers of money with their digits", async () => {
    const answer = await get(`/usage_reports?id=eq.${registry.report_id}&select=revenue_usd,royalty_usd`, registry.company.api_key);
    expect(answer.body).toBe('[{"revenue_usd":1000.000001,"royalty_usd":300.000000}]');
  });
});

describe("the creator's calls", () => {
  it("POST /models with the signed registration, alone or with what it commits to", async () => {
    const alone = await signModel({ name: "Alone" });
    const answer = await registry.test.post("/rest/v1/models?select=id,name", alone.document, undefined, {
      prefer: "return=representation",
    });
    expect([answer.statusCode, answer.json()]).toEqual([201, [{ id: alone.model_id, name: "Alone" }]]);
    const both = await signModel({ name: "Both" });
    const quiet = await registry.test.post("/rest/v1/models", { document: both.document, private: both.private });
    expect([quiet.statusCode, quiet.body, quiet.headers["location"]]).toEqual([201, "", `/models?id=eq.${both.model_id}`]);
    const [row] = await registry.test.rows("select creator_email from omla.model_private where model_id = $1", [both.model_id]);
    expect(row).toEqual({ creator_email: "creator@example.org" });
  });

  it.each([
    ["POST", "/models", { name: "Mine", model_hash: "0".repeat(64) }, "/functions/v1/register-model"],
    ["PATCH", "/models?id=eq.5d3c6f10-0000-4000-8000-000000000000", { name: "Mine" }, "/functions/v1/mutate"],
    ["PATCH", "/wallets?id=eq.5d3c6f10-0000-4000-8000-000000000000", { rail: "paypal" }, "/functions/v1/mutate"],
    ["DELETE", "/lineage_edges?id=eq.1", undefined, "/functions/v1/mutate"],
    ["POST", "/contribution_splits", { percentage: 100 }, "/functions/v1/mutate"],
  ])("%s %s without a signature answers where to send one, whoever asks", async (method, url, body, action) => {
    for (const credential of [undefined, registry.creator, registry.company.api_key, registry.test.operator]) {
      const answer = await registry.test.app.inject({
        method: method as "POST",
        url: `/rest/v1${url}`,
        headers: credential === undefined ? {} : { authorization: `Bearer ${credential}` },
        ...(body === undefined ? {} : { payload: body }),
      });
      expect([answer.statusCode, answer.json()]).toEqual([
        403,
        expect.objectContaining({ code: "SIGNATURE_REQUIRED", details: { action } }),
      ]);
      expect(answer.json().message).toContain(action);
    }
    expect((await get(`/wallets?id=eq.${registry.wallet_id}&select=rail`)).json()).toEqual([{ rail: "stripe" }]);
  });

  it("PATCH /wallets?id=eq.{uuid} with the signed mutation changes the rail, once", async () => {
    const { child, test, wallet_id } = registry;
    const part = { rail_identifier: "acct_test", salt: "0123456789abcdef" };
    const change = { kind: "wallet-rail", address: child.address, rail: "paypal", private_sha256: await privateDigest(part) } as const;
    const draft = buildMutation({ issued_at: START, registry: REGISTRY, model_id: child.model_id, nonce: 1, change });
    const document = await signDocument("mutation", draft, child.keys.secretKey);
    const patch = (payload: object) =>
      test.app.inject({
        method: "PATCH",
        url: `/rest/v1/wallets?id=eq.${wallet_id}&select=rail`,
        headers: { prefer: "return=representation" },
        payload,
      });
    expect((await patch({ document: { ...document, nonce: 2 }, private: part })).json()).toMatchObject({ code: "SIGNATURE_INVALID" });
    const answer = await patch({ document, private: part });
    expect([answer.statusCode, answer.json()]).toEqual([200, [{ rail: "paypal" }]]);
    // The same nonce does not count twice.
    expect((await patch({ document, private: part })).statusCode).toBe(409);
  });

  it("refuses a registration that was altered after it was signed", async () => {
    const model = await signModel();
    const answer = await registry.test.post("/rest/v1/models", { ...model.document, name: "Another" });
    expect([answer.statusCode, answer.json().code]).toEqual([403, "SIGNATURE_INVALID"]);
    expect((await get(`/models?id=eq.${model.model_id}`)).json()).toEqual([]);
  });

  it("GET /payments?wallet_id=in.({ids}) and reports of one's own model, for its creator alone", async () => {
    expect(await get(`/payments?wallet_id=in.(${registry.wallet_id})`, registry.creator)).toMatchObject({ statusCode: 200 });
    const reports = `/usage_reports?model_id=eq.${registry.child.model_id}&select=id`;
    expect((await get(reports, registry.creator)).json()).toEqual([{ id: registry.report_id }]);
    expect((await get(reports)).json()).toEqual([]);
    const own = await get(`/wallets?id=eq.${registry.wallet_id}&select=rail_identifier`, registry.creator);
    expect(own.json()).toEqual([{ rail_identifier: "acct_test" }]);
  });
});

describe("the commercial user's calls", () => {
  it("POST /usage_reports files a report, with the figures computed", async () => {
    const row = {
      model_id: registry.base.model_id,
      quarter: "2026-Q2",
      revenue_usd: "100.00",
      run_cost_usd: "400",
      reporter_id: registry.stranger.company_id,
    };
    const answer = await registry.test.post(
      "/rest/v1/usage_reports?select=royalty_usd,royalty_basis,status",
      [row],
      registry.stranger.api_key,
      {
        prefer: "return=representation",
      },
    );
    // 0.3 × max(100, 400)
    expect([answer.statusCode, answer.body]).toEqual([201, '[{"royalty_usd":120.000000,"royalty_basis":"run_cost","status":"submitted"}]']);
    const again = await registry.test.post("/rest/v1/usage_reports", { ...row, revenue_usd: "500" }, registry.stranger.api_key);
    expect([again.statusCode, again.json().code]).toEqual([409, "REPORT_EXISTS"]);
  });

  it.each([
    [{ quarter: "2026-Q2", revenue_usd: 5, run_cost_usd: "0", model_id: "x" }, "AMOUNT_INVALID"],
    [{ quarter: "2026-Q2", revenue_usd: "5", run_cost_usd: "0" }, "INPUT_INVALID"],
    [{ quarter: "2026-Q2", revenue_usd: "5", run_cost_usd: "0", model_id: "x", status: "paid" }, "REPORT_ROWS"],
    [{ quarter: "2026-Q2", revenue_usd: "5", run_cost_usd: "0", model_id: "x", reporter_id: "somebody" }, "REPORT_ROWS"],
    [[], "REPORT_ROWS"],
    [[1], "REPORT_ROWS"],
    ["{", "CANONICAL_JSON"],
  ])("refuses %j with %s", async (body, code) => {
    const answer = await registry.test.post("/rest/v1/usage_reports", body, registry.company.api_key);
    expect(answer.statusCode).toBeLessThan(500);
    expect(answer.json().code).toBe(code);
  });

  it("takes reports of companies only", async () => {
    expect((await registry.test.post("/rest/v1/usage_reports", {})).statusCode).toBe(401);
    expect((await registry.test.post("/rest/v1/usage_reports", {}, registry.creator)).statusCode).toBe(403);
  });

  it("GET /usage_reports?reporter_id=eq.{uuid} and /payments?report_id=eq.{uuid}, its own alone", async () => {
    const path = `/usage_reports?reporter_id=eq.${registry.company.company_id}&select=id,submissions(version),models(name)`;
    expect((await get(path, registry.company.api_key)).json()).toEqual([
      { id: registry.report_id, submissions: { version: 1 }, models: { name: "Child, of (Base) LM" } },
    ]);
    expect((await get(path, registry.stranger.api_key)).json()).toEqual([]);
    expect((await get(`/payments?report_id=eq.${registry.report_id}`, registry.company.api_key)).json()).toEqual([]);
    const filed = "/submissions?select=id,quarter,version,final,live,filed_at,due_at,usage_reports(*,models(name))";
    expect((await get(filed, registry.company.api_key)).json()).toMatchObject([
      { version: 1, usage_reports: [{ models: { name: "Child, of (Base) LM" } }] },
    ]);
  });
});

describe("what nobody may", () => {
  it.each(["payments", "compliance_state", "submissions"])("write %s by this way", async (table) => {
    for (const credential of [undefined, registry.company.api_key, registry.creator]) {
      const answer = await registry.test.post(`/rest/v1/${table}`, { id: registry.wallet_id }, credential);
      expect([answer.statusCode, answer.json().code]).toEqual([credential === undefined ? 401 : 403, "42501"]);
    }
  });

  it("write what is made of several tables", async () => {
    const answer = await registry.test.post("/rest/v1/audit_log", { id: 1 }, registry.test.operator);
    expect([answer.statusCode, answer.json()]).toEqual([
      405,
      expect.objectContaining({ code: "55000", message: 'cannot insert into view "audit_log"' }),
    ]);
  });

  it("read what is not exposed", async () => {
    for (const table of ["api_keys", "model_private", "pg_class", "sessions"]) {
      expect((await get(`/${table}`, registry.test.operator)).json()).toMatchObject({ code: "PGRST205" });
    }
    expect((await get("/commercial_users?select=api_key_hash,contact_email", registry.stranger.api_key)).json()).toEqual(
      expect.arrayContaining([
        { api_key_hash: null, contact_email: null },
        { api_key_hash: null, contact_email: "office@example.com" },
      ]),
    );
  });

  it("present a credential that is not theirs", async () => {
    const answer = await get("/models", "omla_live_wrong");
    expect([answer.statusCode, Object.keys(answer.json()).sort()]).toEqual([401, ["code", "details", "hint", "message", "request_id"]]);
  });
});

describe("over HTTP", () => {
  it("sends bodies and headers as PostgREST does", async () => {
    const answer = await registry.test.get("/rest/v1/models?select=id&limit=1", { prefer: "count=exact", range: "0-4" });
    expect(answer.headers).toMatchObject({
      "content-type": "application/json; charset=utf-8",
      "content-range": expect.stringMatching(/^0-0\/\d+$/),
      "preference-applied": "count=exact",
      vary: "authorization, apikey, accept, prefer, range",
    });
    expect(answer.statusCode).toBe(206);
    const head = await registry.test.app.inject({ method: "HEAD", url: "/rest/v1/models?select=id", headers: { prefer: "count=exact" } });
    expect([head.statusCode, head.body, head.headers["content-range"]]).toEqual([200, "", expect.stringMatching(/^0-\d+\/\d+$/)]);
    const refused = await registry.test.get("/rest/v1/nothing");
    expect([refused.statusCode, refused.json()]).toEqual([
      404,
      { code: "PGRST205", details: null, hint: null, message: "Could not find the table 'public.nothing' in the schema cache" },
    ]);
    expect((await registry.test.get(`/rest/v1/models?${"id=eq.1&".repeat(2_000)}`)).statusCode).toBe(414);
    const text = await registry.test.app.inject({
      method: "POST",
      url: "/rest/v1/complaints",
      headers: { "content-type": "text/csv" },
      payload: "a,b",
    });
    expect(text.statusCode).toBe(415);
    const broken = await registry.test.app.inject({
      method: "POST",
      url: "/rest/v1/complaints",
      headers: { "content-type": "application/json" },
      payload: Buffer.from([0xff, 0xfe]),
    });
    expect([broken.statusCode, broken.json().code]).toEqual([400, "PGRST102"]);
  });

  it("says how to be let in, and lets browsers send what Supabase's client sends", async () => {
    const secret = await registry.test.post("/rest/v1/payments", { id: registry.wallet_id });
    expect([secret.statusCode, secret.headers["www-authenticate"]]).toEqual([401, "Bearer"]);
    const preflight = await registry.test.app.inject({ method: "OPTIONS", url: "/rest/v1/models" });
    const allowed = String(preflight.headers["access-control-allow-headers"]).split(", ");
    const sent = ["apikey", "authorization", "content-type", "prefer", "accept-profile", "x-client-info", "x-retry-count"];
    expect(allowed).toEqual(expect.arrayContaining(sent));
  });
});
