import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signToken } from "../../src/credentials/jwt.ts";
import { createTestApp, type TestApp } from "../helpers/app.ts";
import { registerCompany, registerModel, type SignedModel } from "../helpers/factories.ts";

const SUBMIT = "/functions/v1/submit-report";
let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.close());

const nil = { quarter: "2026-Q2", entries: [] };

describe("an idempotency key", () => {
  it("makes one write of two at the same moment, with one answer", async () => {
    const model = await registerModel(test);
    const { api_key, company_id } = await registerCompany(test);
    const body = { quarter: "2026-Q2", entries: [{ model: model.address, inferences: 1, revenue_usd: "10", run_cost_usd: "0" }] };
    const answers = await Promise.all([1, 2, 3].map(() => test.post(SUBMIT, body, api_key, { "idempotency-key": "one" })));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([201, 201, 201]);
    expect(new Set(answers.map((answer) => JSON.stringify(answer.json().submission_id))).size).toBe(1);
    expect(await test.rows("select count(*)::int as n from omla.submissions where reporter_id = $1", [company_id])).toEqual([{ n: 1 }]);
  });

  it("is refused for other content", async () => {
    const { api_key } = await registerCompany(test);
    await test.post(SUBMIT, nil, api_key, { "idempotency-key": "two" });
    const answer = await test.post(SUBMIT, { ...nil, final: true }, api_key, { "idempotency-key": "two" });
    expect([answer.statusCode, answer.json().code]).toEqual([409, "IDEMPOTENCY_CONFLICT"]);
  });

  it("counts content, not spelling: order and spaces of the JSON do not matter", async () => {
    const { api_key } = await registerCompany(test);
    const headers = { "idempotency-key": "three" };
    await test.post(SUBMIT, '{"quarter":"2026-Q2","entries":[]}', api_key, headers);
    const answer = await test.post(SUBMIT, '{ "entries": [], "quarter": "2026-Q2" }', api_key, headers);
    expect([answer.statusCode, answer.headers["idempotent-replay"]]).toEqual([201, "true"]);
  });

  it("is its caller's own", async () => {
    const [first, second] = [await registerCompany(test), await registerCompany(test)];
    const headers = { "idempotency-key": "four" };
    await test.post(SUBMIT, nil, first.api_key, headers);
    const answer = await test.post(SUBMIT, nil, second.api_key, headers);
    expect(answer.json().company_id).toBe(second.company_id);
  });

  it("is a session's own, also where the operator minted it without a name", async () => {
    const [first, second] = [await registerModel(test), await registerModel(test)];
    const minted = ({ keys }: SignedModel): string =>
      signToken({ role: "authenticated", pubkey: keys.publicKey, iat: 0 }, test.ctx.config.jwtSecret);
    const register = (model: SignedModel, at: string): ReturnType<TestApp["post"]> =>
      test.post("/functions/v1/register-webhook", { url: `https://${at}.example/hook` }, minted(model), headers);
    const headers = { "idempotency-key": "six" };
    const answers = [await register(first, "a"), await register(second, "b")];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([201, 201]);
  });

  it("is free again after a refusal", async () => {
    const { api_key } = await registerCompany(test);
    const headers = { "idempotency-key": "five" };
    expect((await test.post(SUBMIT, { quarter: "2026-Q4", entries: [] }, api_key, headers)).statusCode).toBe(422);
    expect((await test.post(SUBMIT, nil, api_key, headers)).statusCode).toBe(201);
  });

  it.each(["", " ", "x".repeat(201), "umlaut-ä"])("is refused when it is no visible ASCII: %j", async (key) => {
    const { api_key } = await registerCompany(test);
    const answer = await test.post(SUBMIT, nil, api_key, { "idempotency-key": key });
    expect([answer.statusCode, answer.json().code]).toEqual([400, "IDEMPOTENCY_KEY"]);
  });
});
