import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, type TestApp } from "../../helpers/app.ts";
import { registerModel, signModel } from "../../helpers/factories.ts";

const URL = "/functions/v1/register-model";
let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.close());

const count = async (): Promise<unknown> => (await test.rows("select count(*)::int as n from omla.models"))[0]?.["n"];

describe("register-model with a batch", () => {
  it("registers a base and what descends from it together", async () => {
    const base = await signModel({ name: "Base" });
    const child = await signModel({
      name: "Child",
      lineage: [{ parent_id: base.model_id, relationship: "quantize", contribution_weight: "0.9" }],
    });
    const answer = await test.post(URL, {
      registrations: [base, child].map(({ document, private: part }) => ({ document, private: part })),
    });
    expect(answer.statusCode).toBe(201);
    expect(answer.json().registrations).toMatchObject([{ name: "Base" }, { name: "Child", plan: { parents: [{ percentage: "90" }] } }]);
  });

  it("registers nothing where one of them is refused, and says which and where", async () => {
    const taken = await registerModel(test);
    const [good, bad] = [await signModel(), await signModel({ model_hash: taken.hash })];
    const before = await count();
    const answer = await test.post(URL, { registrations: [{ document: good.document }, { document: bad.document }] });
    expect([answer.statusCode, answer.json().code, answer.json().details.path]).toEqual([409, "HASH_TAKEN", "registrations[1]"]);
    const forged = await test.post(URL, {
      registrations: [{ document: good.document }, { document: { ...bad.document, name: "Forged" } }],
    });
    expect([forged.statusCode, forged.json().details.path]).toEqual([403, "registrations[1].registration_signature"]);
    expect(await count()).toBe(before);
  });

  it.each([[[]], [Array.from({ length: 51 }, () => ({ document: {} }))]])("takes one to fifty at a time", async (registrations) => {
    expect((await test.post(URL, { registrations })).statusCode).toBe(400);
  });

  it("counts each model in the rate of its network", async () => {
    const limited = await createTestApp({ rates: true });
    const four = await Promise.all([1, 2, 3, 4].map(async () => ({ document: (await signModel()).document })));
    expect((await limited.post(URL, { registrations: four })).statusCode).toBe(429);
    expect(await limited.rows("select 1 from omla.models")).toEqual([]);
    await limited.close();
  });
});
