import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, type TestApp } from "../../helpers/app.ts";
import { type Company, registerCompany, registerModel, type SignedModel } from "../../helpers/factories.ts";

const SUBMIT = "/functions/v1/submit-report";
const QUOTE = "/functions/v1/quote";
let test: TestApp;
let base: SignedModel;
let child: SignedModel;
beforeAll(async () => {
  test = await createTestApp();
  base = await registerModel(test, { name: "Base" });
  child = await registerModel(test, {
    name: "Child",
    lineage: [{ parent_id: base.model_id, relationship: "fine-tune", contribution_weight: "0.4" }],
  });
});
afterAll(() => test.close());

const entry = (model: string, more: object = {}): object => ({ model, inferences: 10, revenue_usd: "1000", run_cost_usd: "200", ...more });
const report = (entries: readonly object[], more: object = {}): object => ({ quarter: "2026-Q2", entries, ...more });
const counts = async (): Promise<unknown> =>
  test.rows(
    "select (select count(*)::int from omla.submissions) as s, (select count(*)::int from omla.usage_reports) as l, (select count(*)::int from omla.audit_log) as a",
  );

describe("submit-report", () => {
  it("recomputes the royalty and says who would be paid what, in which currency", async () => {
    const company = await registerCompany(test);
    const answer = await test.post(SUBMIT, report([entry(child.address)]), company.api_key);
    expect(answer.statusCode).toBe(201);
    const receipt = answer.json();
    // 0.3 × max(1000, 200) = 300; 0.4 of it = 120 flows to the base, 180 stays.
    expect(receipt).toMatchObject({
      company_id: company.company_id,
      quarter: "2026-Q2",
      version: 1,
      live: true,
      final: false,
      filed_at: "2026-05-15T12:00:00Z",
      // The quarter ends on 1 July; thirty days later is 31 July.
      due_at: "2026-07-31T00:00:00Z",
      royalty_usd: "300.000000",
      deducted_fees_usd: "0.000000",
      net_royalty_usd: "300.000000",
      policy: "sequential",
    });
    expect(receipt.lines).toMatchObject([
      {
        entry: "entries[0]",
        model_id: child.model_id,
        address: child.address,
        name: "Child",
        status: "submitted",
        rate: "0.3",
        weight: "1",
        royalty_basis: "revenue",
        hoster_pool_usd: "0.000000",
        creator_pool_usd: "300.000000",
      },
    ]);
    const amounts = new Map(receipt.allocations.map((a: { wallet: string }) => [a.wallet, a]));
    // Nobody declared a preference: dollars, natively.
    expect(amounts.get(base.address)).toMatchObject({ amount_usd: "120.000000", currency: "USD", route: "native", fee_pct: "0" });
    expect(amounts.get(child.address)).toMatchObject({
      amount_usd: "180.000000",
      lines: [{ report_id: receipt.lines[0].report_id, amount_usd: "180.000000" }],
    });
    const stored = await test.rows("select royalty_usd, status, terms_sha256 from omla.usage_reports where id = $1", [
      receipt.lines[0].report_id,
    ]);
    expect(stored).toMatchObject([
      { royalty_usd: "300.000000", status: "submitted", terms_sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
  });

  it("knows a model by address, id or weight hash, in either case", async () => {
    for (const reference of [child.address, child.address.toUpperCase(), child.model_id, child.hash]) {
      const company = await registerCompany(test);
      const answer = await test.post(QUOTE, report([entry(reference)]), company.api_key);
      expect(answer.json().lines[0].model_id).toBe(child.model_id);
    }
  });

  it("quotes the same figures and writes nothing", async () => {
    const company = await registerCompany(test);
    const body = report([entry(child.address, { routing_fees_usd: "50" })]);
    const before = await counts();
    const quote = (await test.post(QUOTE, body, company.api_key)).json();
    expect(await counts()).toEqual(before);
    expect(quote).toMatchObject({ submission_id: null, version: null, filed_at: null, lines: [{ report_id: null }] });
    const receipt = (await test.post(SUBMIT, body, company.api_key)).json();
    // A tenth of 300 is the most that fees may take.
    expect([quote.deducted_fees_usd, quote.net_royalty_usd]).toEqual(["30.000000", "270.000000"]);
    expect([receipt.deducted_fees_usd, receipt.net_royalty_usd]).toEqual(["30.000000", "270.000000"]);
    expect(quote.allocations.map(({ wallet, amount_usd }: Record<string, string>) => [wallet, amount_usd])).toEqual(
      receipt.allocations.map(({ wallet, amount_usd }: Record<string, string>) => [wallet, amount_usd]),
    );
  });

  it("takes the same report twice as one", async () => {
    const company = await registerCompany(test);
    const first = await test.post(SUBMIT, report([entry(child.address)]), company.api_key);
    const second = await test.post(SUBMIT, report([entry(child.address)]), company.api_key);
    expect([first.statusCode, second.statusCode]).toEqual([201, 200]);
    expect(second.json()).toEqual(first.json());
  });

  it("refuses other content for a reported quarter and names amend", async () => {
    const company = await registerCompany(test);
    await test.post(SUBMIT, report([entry(child.address)]), company.api_key);
    const answer = await test.post(SUBMIT, report([entry(child.address, { revenue_usd: "2000" })]), company.api_key);
    expect(answer.statusCode).toBe(409);
    expect(answer.json()).toMatchObject({
      code: "REPORT_EXISTS",
      details: { path: "quarter", version: 1 },
      hint: expect.stringContaining("amend-report"),
    });
  });

  it("takes no entries as the nil report, and a final one as the last", async () => {
    const company = await registerCompany(test);
    const answer = await test.post(SUBMIT, report([], { final: true }), company.api_key);
    expect(answer.json()).toMatchObject({ final: true, lines: [], allocations: [], royalty_usd: "0.000000" });
    expect(
      await test.rows("select reporting_from, reporting_until from omla.commercial_users where id = $1", [company.company_id]),
    ).toEqual([{ reporting_from: "2026-Q2", reporting_until: "2026-Q2" }]);
  });

  it("moves the company and the model to REPORTING", async () => {
    const model = await registerModel(test);
    const company = await registerCompany(test);
    await test.post(SUBMIT, report([entry(model.address)]), company.api_key);
    const states = await test.rows("select state from omla.compliance_state where id = any ($1::uuid[])", [
      [model.model_id, company.company_id],
    ]);
    expect(states).toEqual([{ state: "REPORTING" }, { state: "REPORTING" }]);
  });

  it("divides a pipeline by its weights, fees included", async () => {
    const company = await registerCompany(test);
    const answer = await test.post(
      QUOTE,
      report([
        {
          pipeline: "two steps",
          revenue_usd: "100",
          run_cost_usd: "1000",
          routing_fees_usd: "1",
          models: [
            { model: base.address, weight: "0.5", inferences: 1 },
            { model: child.address, weight: "0.25", inferences: 1 },
          ],
        },
      ]),
      company.api_key,
    );
    // 0.3 × 1000 × 0.5 = 150 and × 0.25 = 75; one dollar of fees goes 2 : 1, 0.666667 (the larger remainder) and 0.333333.
    expect(answer.json().lines).toMatchObject([
      {
        entry: "entries[0].models[0]",
        royalty_basis: "run_cost",
        royalty_usd: "150.000000",
        deducted_fees_usd: "0.666667",
        net_royalty_usd: "149.333333",
      },
      { entry: "entries[0].models[1]", royalty_usd: "75.000000", deducted_fees_usd: "0.333333", net_royalty_usd: "74.666667" },
    ]);
  });

  describe("refuses, stores nothing and names the field", () => {
    let company: Company;
    beforeAll(async () => {
      company = await registerCompany(test);
    });
    const refusals: readonly [string, () => unknown, number, string, string | undefined][] = [
      [
        "a royalty that is not the registry's",
        () => report([entry(child.address, { royalty_usd: "299.99" })]),
        422,
        "ROYALTY_MISMATCH",
        "entries[0].royalty_usd",
      ],
      [
        "a model that nobody registered",
        () => report([entry(child.address), entry("ab".repeat(32))]),
        422,
        "MODEL_NOT_FOUND",
        "entries[1].model",
      ],
      ["a quarter of the future", () => ({ quarter: "2026-Q3", entries: [] }), 422, "QUARTER_NOT_BEGUN", "quarter"],
      ["a quarter that is none", () => ({ quarter: "2026-Q5", entries: [] }), 400, "INPUT_INVALID", "quarter"],
      ["money as a number", () => report([entry(child.address, { revenue_usd: 1000 })]), 400, "AMOUNT_INVALID", "entries[0].revenue_usd"],
      [
        "money with seven places",
        () => report([entry(child.address, { revenue_usd: "1.0000001" })]),
        400,
        "AMOUNT_INVALID",
        "entries[0].revenue_usd",
      ],
      ["negative money", () => report([entry(child.address, { run_cost_usd: "-1" })]), 400, "AMOUNT_INVALID", "entries[0].run_cost_usd"],
      [
        "money beyond every limit",
        () => report([entry(child.address, { revenue_usd: "1000000000000" })]),
        400,
        "AMOUNT_RANGE",
        "entries[0].revenue_usd",
      ],
      ["a negative count", () => report([entry(child.address, { inferences: -1 })]), 400, "INPUT_INVALID", "entries[0].inferences"],
      [
        "a model twice, by address and by hash",
        () => report([entry(child.address), entry(child.hash)]),
        400,
        "MODEL_DUPLICATE",
        "entries[1].model",
      ],
      [
        "a pipeline of more than one",
        () =>
          report([
            {
              pipeline: "p",
              revenue_usd: "1",
              run_cost_usd: "1",
              models: [
                { model: base.address, weight: "0.6", inferences: 1 },
                { model: child.address, weight: "0.5", inferences: 1 },
              ],
            },
          ]),
        400,
        "WEIGHT_SUM",
        "entries[0].models",
      ],
      [
        "a weight above one",
        () =>
          report([{ pipeline: "p", revenue_usd: "1", run_cost_usd: "1", models: [{ model: base.address, weight: "1.5", inferences: 1 }] }]),
        400,
        "WEIGHT_RANGE",
        "entries[0].models[0].weight",
      ],
      ["a member that sets a status", () => report([entry(child.address, { status: "paid" })]), 400, "INPUT_INVALID", "entries[0]"],
      ["a member that names a reporter", () => report([], { reporter_id: base.model_id }), 400, "INPUT_INVALID", undefined],
      ["a duty that begins after the report", () => report([], { reporting_from: "2026-Q3" }), 422, "REPORTING_FROM", "reporting_from"],
      ["no body", () => "", 400, "INPUT_INVALID", undefined],
      ["a list as body", () => [], 400, "INPUT_INVALID", undefined],
    ];
    it.each(refusals)("%s", async (_name, body, status, code, path) => {
      const before = await counts();
      const answer = await test.post(SUBMIT, body(), company.api_key);
      expect(answer.json()).toMatchObject({ code, hint: expect.any(String), request_id: expect.stringMatching(/^[0-9a-f]{24}$/) });
      expect(answer.json().details?.path).toBe(path);
      expect(answer.statusCode).toBe(status);
      expect(await counts()).toEqual(before);
    });

    it("both figures of a royalty that differs", async () => {
      const answer = await test.post(SUBMIT, report([entry(child.address, { royalty_usd: "299.99" })]), company.api_key);
      expect(answer.json().details).toMatchObject({ sent: "299.990000", expected: "300.000000" });
    });
  });

  it("keeps a test key on a ledger of its own, which moves nothing", async () => {
    const model = await registerModel(test);
    const company = await registerCompany(test);
    const { mintApiKey, storeApiKey } = await import("../../../src/domain/companies/service.ts");
    const minted = await mintApiKey(test.ctx, false);
    await test.ctx.db.service((tx) => storeApiKey(tx, company.company_id, minted));
    const rehearsal = await test.post(SUBMIT, report([entry(model.address)]), minted.key.text);
    expect(rehearsal.json()).toMatchObject({ live: false, version: 1 });
    expect(await test.rows("select state from omla.compliance_state where id = $1", [model.model_id])).toEqual([{ state: "REGISTERED" }]);
    const live = await test.post(SUBMIT, report([]), company.api_key);
    expect(live.json()).toMatchObject({ live: true, version: 1 });
  });

  it("is not open to anonymous callers or to other people's tokens", async () => {
    expect((await test.post(SUBMIT, report([]))).json()).toMatchObject({ code: "CREDENTIAL_MISSING" });
    expect((await test.post(SUBMIT, report([]), "anon")).statusCode).toBe(401);
    expect((await test.post(SUBMIT, report([]), test.operator)).json()).toMatchObject({ code: "CREDENTIAL_KIND" });
  });
});
