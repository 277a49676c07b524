import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signModel } from "../../helpers/factories.ts";
import { createRegistry, type Registry } from "../../postgrest/registry.ts";

let registry: Registry;
beforeAll(async () => {
  registry = await createRegistry();
});
afterAll(() => registry.test.close());

const post = (path: string, body: object, key: string, credential?: string) =>
  registry.test.post(`/rest/v1${path}`, body, credential, { "idempotency-key": key, prefer: "return=representation" });

describe("an Idempotency-Key at /rest/v1", () => {
  it("registers a model once: the same again is answered alike, other content is a conflict", async () => {
    const [one, other] = [await signModel({ name: "Once" }), await signModel({ name: "Other" })];
    const first = await post("/models?select=id,name", one.document, "m-1");
    const second = await post("/models?select=id,name", one.document, "m-1");
    expect([first.statusCode, first.json()]).toEqual([201, [{ id: one.model_id, name: "Once" }]]);
    expect([second.statusCode, second.json(), second.headers["idempotent-replay"]]).toEqual([201, first.json(), "true"]);
    const conflict = await post("/models", other.document, "m-1");
    expect([conflict.statusCode, conflict.json().code]).toEqual([409, "IDEMPOTENCY_CONFLICT"]);
    // Without the key, the second is a duplicate.
    expect((await registry.test.post("/rest/v1/models", one.document)).statusCode).toBe(409);
  });

  it("files a report once, in the scope of the company that sent it", async () => {
    const { base, stranger, company } = registry;
    const row = { model_id: base.model_id, quarter: "2026-Q1", revenue_usd: "10", run_cost_usd: "0" };
    const path = "/usage_reports?select=royalty_usd,reporter_id";
    const first = await post(path, row, "r-1", stranger.api_key);
    const second = await post(path, [row], "r-1", stranger.api_key);
    expect([first.statusCode, second.statusCode, second.headers["idempotent-replay"]]).toEqual([201, 201, "true"]);
    expect(second.body).toBe(first.body);
    expect((await post(path, { ...row, revenue_usd: "11" }, "r-1", stranger.api_key)).json().code).toBe("IDEMPOTENCY_CONFLICT");
    const others = await post(path, row, "r-1", company.api_key);
    expect([others.statusCode, others.json()[0].reporter_id]).toEqual([201, company.company_id]);
    const rows = await registry.test.rows("select count(*)::int as n from omla.submissions where quarter = '2026-Q1'");
    expect(rows).toEqual([{ n: 2 }]);
  });

  it("is refused where it is no key", async () => {
    const answer = await post(
      "/usage_reports",
      { model_id: registry.base.model_id, quarter: "2026-Q1", revenue_usd: "1", run_cost_usd: "0" },
      "ü",
      registry.company.api_key,
    );
    expect([answer.statusCode, answer.json().code]).toEqual([400, "IDEMPOTENCY_KEY"]);
  });
});
