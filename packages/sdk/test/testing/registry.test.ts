import { createClient, type OmlaError } from "@omla/sdk";
import { verifyBlacklist } from "@omla/sdk/protocol";
import { createTestRegistry, type TestRegistry } from "@omla/sdk/testing";
import { setupServer } from "msw/node";
import { describe, expect, it, onTestFinished } from "vitest";

function clientOf(registry: TestRegistry, apiKey = registry.addCompany().api_key): ReturnType<typeof createClient> {
  return createClient({
    url: registry.url,
    apiKey,
    fetch: (request) => registry.fetch(request),
    now: () => registry.clock.now(),
    retryDelayMs: 1,
  });
}

async function refusal(promise: Promise<unknown>): Promise<OmlaError> {
  return promise.then(
    () => expect.fail("it was not refused"),
    (error: unknown) => error as OmlaError,
  );
}

describe("the registry of a test", () => {
  it("answers through msw", async () => {
    const registry = await createTestRegistry();
    const server = setupServer(...registry.handlers);
    server.listen({ onUnhandledFrame: "error" });
    onTestFinished(() => server.close());
    const { api_key } = registry.addCompany();
    const receipt = await createClient({ url: registry.url, apiKey: api_key }).report({ quarter: "2026-Q3", entries: [] });
    expect(receipt).toMatchObject({ quarter: "2026-Q3", version: 1, royalty_usd: "0.000000", live: true });
  });

  it("computes a report by the protocol: royalty, fees, lineage, largest remainder", async () => {
    const registry = await createTestRegistry();
    const base = await registry.addModel({ name: "Base" });
    const tuned = await registry.addModel({
      name: "Tuned",
      lineage: [{ parent_id: base.model_id, relationship: "fine-tune", contribution_weight: "0.4" }],
    });
    const receipt = await clientOf(registry).report({
      quarter: "2026-Q3",
      entries: [{ model: tuned.address, inferences: 10, revenue_usd: "1000", run_cost_usd: "200", routing_fees_usd: "50" }],
    });
    // 0.30 × 1000 = 300; fees at most a tenth: 30; net 270; 0.4 of it to the base.
    expect(receipt).toMatchObject({ royalty_usd: "300.000000", deducted_fees_usd: "30.000000", net_royalty_usd: "270.000000" });
    expect(Object.fromEntries(receipt.allocations.map(({ wallet, amount_usd }) => [wallet, amount_usd]))).toEqual({
      [base.address]: "108.000000",
      [tuned.address]: "162.000000",
    });
    expect(receipt.lines[0]).toMatchObject({
      status: "submitted",
      entry: "entries[0]",
      royalty_basis: "revenue",
      hoster_pool_usd: "0.000000",
    });
  });

  it("takes the same report twice as one, and other content as an amendment only", async () => {
    const registry = await createTestRegistry();
    const { address } = await registry.addModel();
    const { api_key } = registry.addCompany();
    const report = (revenue_usd: string) => ({
      quarter: "2026-Q3",
      entries: [{ model: address, inferences: 1, revenue_usd, run_cost_usd: "0" }],
    });
    const first = await clientOf(registry, api_key).report(report("100"));
    const again = await clientOf(registry, api_key).report(report("100.00"));
    expect(again.submission_id).toBe(first.submission_id);
    expect(await refusal(clientOf(registry, api_key).report(report("200")))).toMatchObject({ code: "REPORT_EXISTS", path: "quarter" });
    const amended = await clientOf(registry, api_key).reports.amend(report("200"));
    expect(amended).toMatchObject({ version: 2, royalty_usd: "60.000000" });
    const filed = [];
    for await (const { version, lines } of clientOf(registry, api_key).reports.list()) filed.push([version, lines[0]?.status]);
    expect(filed).toEqual([
      [2, "submitted"],
      [1, "superseded"],
    ]);
  });

  it("refuses a quarter that has not begun until the clock gets there", async () => {
    const registry = await createTestRegistry({ now: "2026-12-31T23:59:59Z" });
    const omla = clientOf(registry);
    expect(await refusal(omla.report({ quarter: "2027-Q1", entries: [] }))).toMatchObject({ code: "QUARTER_NOT_BEGUN", path: "quarter" });
    registry.clock.advance({ seconds: 1 });
    await expect(omla.report({ quarter: "2027-Q1", entries: [] })).resolves.toMatchObject({ quarter: "2027-Q1" });
  });

  it("lists a company that neither reports nor pays, on a signed list, after its notice", async () => {
    const registry = await createTestRegistry({ now: "2026-08-01T00:00:00Z" });
    const { address } = await registry.addModel();
    const { api_key, company_id } = registry.addCompany({ domains: ["late.example"] });
    await clientOf(registry, api_key).report({
      quarter: "2026-Q3",
      entries: [{ model: address, inferences: 1, revenue_usd: "10", run_cost_usd: "0" }],
    });
    expect(await registry.stateOf("commercial_user", company_id)).toBe("REPORTING");
    // Due on 2026-10-31; late from then on, listed 90 days after: 2027-01-29.
    registry.clock.set("2026-11-15T00:00:00Z");
    expect(await registry.stateOf("commercial_user", company_id)).toBe("DELINQUENT");
    registry.clock.set("2027-02-07T00:00:00Z");
    expect(await registry.stateOf("commercial_user", company_id)).toBe("BLACKLISTED");
    const listed = async (): Promise<string[]> =>
      (await clientOf(registry, api_key).blacklist({ keys: [registry.listKey] })).list.entries.map(({ id }) => id);
    expect(await listed()).toEqual([]);
    registry.clock.advance({ days: 21 });
    expect(await listed()).toEqual([company_id]);
  });

  it("keeps a company in good order that pays and files its nil reports", async () => {
    const registry = await createTestRegistry({ now: "2026-08-01T00:00:00Z" });
    const { address } = await registry.addModel();
    const { api_key, company_id } = registry.addCompany();
    const omla = clientOf(registry, api_key);
    const receipt = await omla.report({
      quarter: "2026-Q3",
      entries: [{ model: address, inferences: 1, revenue_usd: "10", run_cost_usd: "0" }],
    });
    registry.setLineStatus(receipt.lines[0]?.report_id ?? "", "funded");
    expect(await registry.stateOf("commercial_user", company_id)).toBe("COMPLIANT");
    registry.clock.set("2026-12-31T00:00:00Z");
    await omla.report({ quarter: "2026-Q4", entries: [], final: true });
    registry.clock.set("2028-01-01T00:00:00Z");
    expect(await registry.stateOf("commercial_user", company_id)).toBe("COMPLIANT");
  });

  it("counts the duty from the first reported quarter on, so that a gap is overdue", async () => {
    const registry = await createTestRegistry({ now: "2026-05-15T00:00:00Z" });
    const { api_key, company_id } = registry.addCompany();
    const omla = clientOf(registry, api_key);
    await omla.report({ quarter: "2026-Q2", entries: [] });
    registry.clock.set("2026-12-15T00:00:00Z");
    await omla.report({ quarter: "2026-Q4", entries: [] });
    // 2026-Q3 was due on 2026-10-31.
    expect(await registry.stateOf("commercial_user", company_id)).toBe("DELINQUENT");
    await omla.report({ quarter: "2026-Q3", entries: [] });
    expect(await registry.stateOf("commercial_user", company_id)).toBe("COMPLIANT");
  });

  it("keeps the ledgers of live and test keys apart", async () => {
    const registry = await createTestRegistry();
    const { api_key, company_id } = registry.addCompany();
    await clientOf(registry, registry.addKey(company_id, "test")).report({ quarter: "2026-Q3", entries: [] });
    expect(await clientOf(registry, api_key).reports.get("2026-Q3")).toBeUndefined();
    await expect(clientOf(registry, api_key).report({ quarter: "2026-Q3", entries: [] })).resolves.toMatchObject({
      live: true,
      version: 1,
    });
  });

  it("gives one answer for a revoked and an unknown key", async () => {
    const registry = await createTestRegistry();
    const { api_key } = registry.addCompany();
    registry.revokeKey(api_key);
    const unknown = (await createTestRegistry()).addCompany().api_key;
    const [revoked, strange] = await Promise.all(
      [api_key, unknown].map((key) => refusal(clientOf(registry, key).report({ quarter: "2026-Q3", entries: [] }))),
    );
    expect(revoked).toMatchObject({ code: "CREDENTIAL_INVALID", name: "OmlaAccessError" });
    expect(strange?.message).toBe(revoked?.message);
    expect(revoked?.hint).toContain("was revoked, has expired, or belongs to another registry");
  });

  it("fails on demand, so that a program's patience can be tried", async () => {
    const registry = await createTestRegistry();
    const omla = clientOf(registry);
    registry.failNext(2);
    registry.failNext(1, "network");
    await expect(omla.report({ quarter: "2026-Q3", entries: [] })).resolves.toMatchObject({ version: 1 });
    registry.failNext(9);
    expect(await refusal(omla.report({ quarter: "2026-Q2", entries: [] }))).toMatchObject({
      code: "INJECTED",
      name: "OmlaUnavailableError",
    });
  });
});

describe("models", () => {
  it("are found by id, address and hash, searched, and their splits shown", async () => {
    const registry = await createTestRegistry();
    const base = await registry.addModel({ name: "Base, v1 (100%)" });
    const { address, model_id } = await registry.addModel({
      name: "Tuned",
      lineage: [{ parent_wallet: base.address, relationship: "merge", contribution_weight: "0.25" }],
    });
    const { models } = clientOf(registry);
    expect((await models.get(base.address))?.id).toBe(base.model_id);
    expect((await models.get(base.model_hash.toUpperCase()))?.name).toBe("Base, v1 (100%)");
    expect((await models.byHash(base.model_hash))?.id).toBe(base.model_id);
    expect(await models.get("00000000-0000-4000-8000-000000000000")).toBeUndefined();
    const found = [];
    for await (const model of models.search("v1 (100%)")) found.push(model.id);
    expect(found).toEqual([base.model_id]);
    expect(await models.splits(address)).toEqual(
      [
        { wallet_address: base.address, wallet_rail: "stripe", percentage: "25", share: "250000000000000000" },
        { wallet_address: address, wallet_rail: "stripe", percentage: "75", share: "750000000000000000" },
      ].sort((a, b) => (a.wallet_address < b.wallet_address ? -1 : 1)),
    );
    expect((await models.lineage(model_id)).edges).toMatchObject([
      { child_id: model_id, parent_id: base.model_id, contribution_weight: "0.25" },
    ]);
    const standings = await models.verify([address, "f".repeat(64), base.model_id]);
    expect(standings.map(({ registered, state }) => [registered, state])).toEqual([
      [true, "REGISTERED"],
      [false, null],
      [true, "REGISTERED"],
    ]);
  });

  it("refuses weights that another model holds", async () => {
    const registry = await createTestRegistry();
    const { model_hash } = await registry.addModel();
    await expect(registry.addModel({ model_hash })).rejects.toMatchObject({ code: "HASH_TAKEN" });
  });

  it("refuses a lineage that may not be stored and keeps nothing of it", async () => {
    const registry = await createTestRegistry();
    const base = await registry.addModel();
    const model_id = "6f1d5bb0-9b0e-4f0e-8a57-0d8bb2f3c111";
    const lineage = [{ parent_id: base.model_id, relationship: "fine-tune" as const, contribution_weight: "1.2" }];
    await expect(registry.addModel({ model_id, lineage })).rejects.toMatchObject({
      code: "WEIGHT_RANGE",
      path: "lineage[0].contribution_weight",
    });
    expect(await clientOf(registry).models.get(model_id)).toBeUndefined();
  });
});

describe("a quote", () => {
  it("has the receipt's figures, writes nothing, and explains a wallet's amount", async () => {
    const registry = await createTestRegistry();
    const base = await registry.addModel({ name: "Base" });
    const middle = await registry.addModel({
      name: "Middle",
      lineage: [{ parent_id: base.model_id, relationship: "fine-tune", contribution_weight: "0.5" }],
    });
    const top = await registry.addModel({
      name: "Top",
      lineage: [
        { parent_id: middle.model_id, relationship: "merge", contribution_weight: "0.3" },
        { parent_id: base.model_id, relationship: "merge", contribution_weight: "0.2" },
      ],
      creator_currency_prefs: [
        { code: "BUZZ", is_backup: false },
        { code: "BTC", is_backup: true },
      ],
    });
    const { api_key } = registry.addCompany({ currencies: ["USD"], conversion_fees: [{ from: "USD", to: "BTC", fee_pct: "1.5" }] });
    const omla = clientOf(registry, api_key);
    const input = { quarter: "2026-Q3", entries: [{ model: top.address, inferences: 1, revenue_usd: "0.00001", run_cost_usd: "0" }] };
    const quote = await omla.quote(input);
    expect(quote).toMatchObject({ submission_id: null, filed_at: null, version: null, royalty_usd: "0.000003" });
    expect(await omla.reports.get("2026-Q3")).toBeUndefined();
    // Sequential: 0.3 to Middle, then 0.2 × 0.7 = 0.14 to Base; Middle passes half of 0.3 on: Base 0.29, Middle 0.15, Top 0.56.
    // Of 3 micros: 1.68, 0.87, 0.45 → floors 1, 0, 0; the two left over go to .87 and .68.
    const explanation = await quote.explain(base.address);
    expect(explanation).toMatchObject({ amount_usd: "0.000001", policy: "sequential", agrees: true, currency: "USD" });
    expect(explanation.lines[0]).toMatchObject({ floor_usd: "0.000000", amount_usd: "0.000001", rounded_up: true });
    expect(explanation.lines[0]?.split).toMatchObject({ share: "290000000000000000", percentage: "29" });
    expect(explanation.lines[0]?.split.edges.map(({ share }) => share)).toEqual([
      "300000000000000000",
      "140000000000000000",
      "150000000000000000",
    ]);
    expect(await quote.explain(top.address)).toMatchObject({
      amount_usd: "0.000002",
      currency: "BTC",
      route: "backup_with_fee",
      fee_pct: "1.5",
    });
    expect(await refusal(quote.explain("omla1nobody"))).toMatchObject({ code: "WALLET_NOT_PAID" });
    const receipt = await omla.report(input);
    expect(receipt.allocations.map(({ wallet, amount_usd }) => [wallet, amount_usd])).toEqual(
      quote.allocations.map(({ wallet, amount_usd }) => [wallet, amount_usd]),
    );
  });
});

describe("the signed list", () => {
  it("is one that the protocol's reader accepts, edition after edition", async () => {
    const registry = await createTestRegistry();
    const options = { keys: [registry.listKey] };
    await registry.publishBlacklist();
    const first = await clientOf(registry).blacklist(options);
    registry.clock.advance({ days: 15 });
    const later = await clientOf(registry).blacklist({
      ...options,
      prior: { sequence: first.list.sequence, digest: first.digest, signed: true },
    });
    expect([first.state, later.state, later.list.sequence]).toEqual(["FRESH", "FRESH", 3]);
    const stranger = (await createTestRegistry()).listKey;
    const error = await refusal(clientOf(registry).blacklist({ keys: [stranger] }));
    expect(error.code).toBe("LIST_THRESHOLD");
    const raw = new Uint8Array(await (await registry.fetch(new Request(`${registry.url}/api/blacklist/1.json`))).arrayBuffer());
    expect(await verifyBlacklist(raw, { ...options, now: registry.clock.now() })).toMatchObject({
      ok: true,
      digest: first.digest,
      state: "STALE",
    });
  });
});
