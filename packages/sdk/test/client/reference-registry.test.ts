import { createClient, OmlaError, type ReportInput } from "@omla/sdk";
import {
  buildHosterClaim,
  buildHosterReport,
  buildHosterVerification,
  buildMutation,
  encodeAddress,
  generateKeyPair,
  hostMessage,
  type KeyPair,
  sign,
  signDocument,
} from "@omla/sdk/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, REGISTRY, type TestApp } from "../../../server-reference/test/helpers/app.ts";
import { registerModel, type SignedModel } from "../../../server-reference/test/helpers/factories.ts";

let server: TestApp;
let base: SignedModel;
let tuned: SignedModel;
let apiKey: string;
let companyId: string;

beforeAll(async () => {
  server = await createTestApp();
  base = await registerModel(server, { name: "Base, with (odd) characters*", hoster_share_pct: "10" });
  const prefs = [
    { code: "BUZZ", is_backup: false },
    { code: "BTC", is_backup: true },
  ];
  tuned = await registerModel(server, {
    name: "Tuned",
    lineage: [{ parent_id: base.model_id, relationship: "fine-tune", contribution_weight: "0.4" }],
    creator_currency_prefs: prefs,
  });
  const company = await client().companies.register({ company_name: "Example", contact_email: "a@example.com", domains: ["example.com"] });
  ({ api_key: apiKey, company_id: companyId } = company);
}, 60_000);
afterAll(() => server.close());

async function inject(request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const payload = request.method === "GET" ? undefined : await request.text();
  const headers = Object.fromEntries(request.headers);
  const answer = await server.app.inject({
    method: request.method as "GET",
    url: pathname + search,
    headers,
    ...(payload === undefined ? {} : { payload }),
  });
  return new Response(answer.body === "" ? null : answer.body, {
    status: answer.statusCode,
    headers: answer.headers as Record<string, string>,
  });
}

function client(credentials: { apiKey?: string; accessToken?: string; anonKey?: string } = {}): ReturnType<typeof createClient> {
  return createClient({ url: REGISTRY, fetch: inject, now: () => server.clock.now(), retries: 0, ...credentials });
}

const entry = (revenue_usd: string): ReportInput => ({
  quarter: "2026-Q2",
  entries: [{ model: tuned.address, inferences: 7, revenue_usd, run_cost_usd: "1" }],
});

describe("the client against the reference registry", () => {
  it("finds models by id, address and hash, and searches them", async () => {
    const { models } = client({ anonKey: "anon" });
    for (const reference of [base.model_id, base.address, base.hash]) expect((await models.get(reference))?.id).toBe(base.model_id);
    expect((await models.byHash(tuned.hash))?.name).toBe("Tuned");
    expect(await models.get("00000000-0000-4000-8000-000000000000")).toBeUndefined();
    const found = [];
    for await (const model of models.search("(odd) char")) found.push(model.id);
    expect(found).toEqual([base.model_id]);
  });

  it("shows splits, lineage and standing", async () => {
    const { models } = client();
    const splits = await models.splits(tuned.address);
    expect(Object.fromEntries(splits.map(({ wallet_address, percentage }) => [wallet_address, percentage]))).toEqual({
      [base.address]: "40",
      [tuned.address]: "60",
    });
    expect((await models.lineage(tuned.model_id)).edges).toMatchObject([
      { child_id: tuned.model_id, parent_id: base.model_id, contribution_weight: "0.4" },
    ]);
    expect(await models.verify([tuned.hash, base.address])).toMatchObject([{ model_id: tuned.model_id }, { model_id: base.model_id }]);
    const terms = await models.terms([tuned.model_id, "00000000-0000-4000-8000-000000000000"]);
    expect([...terms.keys()].sort()).toEqual([base.model_id, tuned.model_id].sort());
  });

  it("quotes, explains, files, amends and reads back, to the last digit", async () => {
    const omla = client({ apiKey });
    await omla.currencies.declare({ currencies: ["USD"], conversion_fees: [{ from: "USD", to: "BTC", fee_pct: 1.5 }] });
    const quote = await omla.quote(entry("1000.000001"));
    // 0.30 × 1000.000001 = 300.0000003 → 300.000000; 40 % to the base.
    expect(quote.allocations.map(({ wallet, amount_usd }) => [wallet, amount_usd]).sort()).toEqual(
      [
        [base.address, "120.000000"],
        [tuned.address, "180.000000"],
      ].sort(),
    );
    expect(await quote.explain(tuned.address)).toMatchObject({
      amount_usd: "180.000000",
      currency: "BTC",
      route: "backup_with_fee",
      fee_pct: "1.5",
      agrees: true,
    });
    const explained = await quote.explain(base.address);
    expect(explained).toMatchObject({ agrees: true, lines: [{ split: { percentage: "40" } }] });
    expect(explained.lines[0]?.split.edges).toMatchObject([{ child_id: tuned.model_id, parent_id: base.model_id }]);

    const first = await omla.report(entry("1000.000001"));
    expect(await omla.report(entry("1000.000001"))).toEqual(first);
    await expect(omla.report(entry("999999999999.999999"))).rejects.toMatchObject({ code: "REPORT_EXISTS" });
    await omla.reports.amend(entry("999999999999.999999"));
    const filed = await omla.reports.get("2026-Q2");
    // 0.30 × 999999999999.999999 = 299999999999.9999997 → 300000000000.000000.
    expect(filed).toMatchObject({
      version: 2,
      royalty_usd: "300000000000.000000",
      due_at: "2026-07-31T00:00:00Z",
      lines: [{ name: "Tuned", revenue_usd: "999999999999.999999", rate: "0.3", weight: "1" }],
    });
    const versions = [];
    for await (const { version, lines } of omla.reports.list()) versions.push([version, lines[0]?.status]);
    expect(versions).toEqual([
      [2, "submitted"],
      [1, "superseded"],
    ]);
    expect(await omla.currencies.resolve({ model_id: tuned.model_id, remitter_kind: "commercial_user", remitter_id: companyId })).toEqual({
      currency: "BTC",
      route: "backup_with_fee",
      fee_pct: "1.5",
    });
    const payments = [];
    for await (const payment of omla.payments.list({ quarter: "2026-Q2" })) payments.push(payment);
    expect(payments).toEqual([]);
  });

  it("explains a past quarter by the splits of its end, and a later model by those it was registered with", async () => {
    const wallet = encodeAddress(crypto.getRandomValues(new Uint8Array(16)));
    const owner = await generateKeyPair();
    await client().wallets.register({ address: wallet, owner_pubkey: owner.publicKey, label: "partner" });
    const model_id = crypto.randomUUID();
    const both = (mine: string, theirs: string): { recipient: string; wallet: string; percentage: string }[] => [
      { recipient: "me", wallet: encodeAddress(model_id), percentage: mine },
      { recipient: "partner", wallet, percentage: theirs },
    ];
    const late = await registerModel(server, { model_id, name: "Late", contribution_splits: both("70", "30") });
    const omla = client({ apiKey });
    const past = { quarter: "2026-Q1", entries: [{ model: late.address, inferences: 1, revenue_usd: "1000", run_cost_usd: "0" }] };
    const [before, running] = [await omla.quote(past), await omla.quote({ ...past, quarter: "2026-Q2" })];
    server.clock.advance({ minutes: 1 });
    const change = { kind: "splits" as const, contribution_splits: both("50", "50") };
    const draft = buildMutation({ registry: REGISTRY, issued_at: server.clock.now(), model_id, nonce: 1, change });
    await omla.models.update(await signDocument("mutation", draft, late.keys.secretKey));
    expect(await before.explain(wallet)).toMatchObject({ amount_usd: "90.000000", agrees: true, lines: [{ split: { percentage: "30" } }] });
    expect((await running.explain(wallet)).agrees).toBe(false);
    expect(await (await omla.quote({ ...past, quarter: "2026-Q2" })).explain(wallet)).toMatchObject({
      amount_usd: "150.000000",
      agrees: true,
    });
  });

  it("replaces an API key without a gap, and a revoked one is refused", async () => {
    const { companies } = client({ apiKey });
    const minted = await companies.createKey("live");
    const kid = apiKey.split("_")[2] ?? "";
    await client({ apiKey: minted.api_key }).companies.revokeKey(kid);
    const keys = await client({ apiKey: minted.api_key }).companies.keys();
    expect(keys.find((key) => key.kid === kid)?.revoked_at).not.toBeNull();
    await expect(companies.keys()).rejects.toMatchObject({ code: "CREDENTIAL_INVALID", name: "OmlaAccessError" });
    apiKey = minted.api_key;
  });

  it("refuses an expired key as it refuses a wrong one, with a hint that names what can be the matter", async () => {
    const { api_key } = await client({ apiKey }).companies.createKey("live");
    const kid = api_key.split("_")[2] ?? "";
    await server.rows("update omla.api_keys set expires_at = $2 where kid = $1", [kid, new Date(server.clock.now().getTime() - 1_000)]);
    const refused = await client({ apiKey: api_key })
      .companies.keys()
      .catch((error: unknown) => error as OmlaError);
    expect(refused).toMatchObject({ code: "CREDENTIAL_INVALID", name: "OmlaAccessError" });
    expect((refused as OmlaError).hint).toContain("revoked, has expired, or belongs to another registry");
  });

  it("changes a model by a signed mutation, once", async () => {
    const { models } = client();
    const change = { kind: "metadata" as const, metadata: { "training.data": "public" } };
    const draft = buildMutation({ registry: REGISTRY, issued_at: server.clock.now(), model_id: base.model_id, nonce: 1, change });
    const document = await signDocument("mutation", draft, base.keys.secretKey);
    const changed = await models.update(document);
    expect(changed).toMatchObject({ model_id: base.model_id, kind: "metadata", nonce: 1 });
    expect(await models.update(document)).toEqual(changed);
    const forged = await signDocument("mutation", { ...draft, nonce: 2 }, tuned.keys.secretKey);
    const refusal: unknown = await models.update(forged).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(OmlaError);
  });

  it("lets a hoster claim, be accepted, report and see what it earned", async () => {
    const hoster = await generateKeyPair();
    const head = (): { registry: string; issued_at: Date; model_id: string; hoster_pubkey: string } => ({
      registry: REGISTRY,
      issued_at: server.clock.now(),
      model_id: base.model_id,
      hoster_pubkey: hoster.publicKey,
    });
    const wallet = encodeAddress(crypto.getRandomValues(new Uint8Array(16)));
    const omla = client();
    expect(await omla.wallets.register({ address: wallet, owner_pubkey: hoster.publicKey, label: "hosting" })).toMatchObject({
      address: wallet,
    });
    const signed = async <T extends Parameters<typeof signDocument>[0]>(type: T, draft: object, keys: KeyPair): Promise<object> =>
      signDocument(type, draft, keys.secretKey);
    const claim = buildHosterClaim({
      ...head(),
      name: "Hosting Inc.",
      wallet,
      host_signature: await sign(hostMessage(base.model_id), hoster.secretKey),
    });
    expect(await omla.hosters.claim(await signed("hoster-claim", claim, hoster))).toMatchObject({
      model_id: base.model_id,
      verified: false,
    });
    const accepted = buildHosterVerification({ ...head(), verified: true, nonce: 2 });
    expect(await omla.hosters.verify(await signed("hoster-verification", accepted, base.keys))).toMatchObject({ verified: true });
    const volume = buildHosterReport({ ...head(), quarter: "2026-Q2", inferences: 1_000, revision: 1 });
    expect(await omla.hosters.report(await signed("hoster-report", volume, hoster))).toMatchObject({ quarter: "2026-Q2", revision: 1 });
    const { access_token } = await omla.signIn(hoster);
    expect(await client({ accessToken: access_token }).hosters.accruals()).toMatchObject([
      { model_id: base.model_id, verified: true, volumes: [{ quarter: "2026-Q2", inferences: 1_000 }] },
    ]);
  });

  it("files a complaint, and says what the registry is", async () => {
    const omla = client();
    const filed = await omla.complaints.file({ target: { kind: "model", id: tuned.address }, reason: "OTHER", description: "A test." });
    expect(await omla.complaints.status(filed.receipt)).toMatchObject({ receipt: filed.receipt, status: "open", closed_at: null });
    expect(filed.receipt).toEqual(expect.any(String));
    expect(await omla.models.verify([tuned.model_id])).toMatchObject([{ state: "UNDER_REVIEW" }]);
    expect(await omla.registry()).toMatchObject({ registry: REGISTRY, lineage_policy: "sequential", limits: { depth: 128 } });
  });

  it("reads the signed list against a pinned key", async () => {
    await server.post("/functions/v1/publish-blacklist", {}, server.operator);
    const keys = [server.ctx.keys.list?.publicKey ?? ""];
    expect(await client().blacklist({ keys })).toMatchObject({ signed: true, state: "FRESH", list: { entry_count: 0 } });
    await expect(client().blacklist({ keys: [base.keys.publicKey] })).rejects.toMatchObject({ code: "LIST_THRESHOLD" });
  });
});
