import { buildSidecar, encodeAddress, signDocument } from "@omla/sdk/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, REGISTRY, type TestApp } from "../../helpers/app.ts";
import { START } from "../../helpers/clock.ts";
import { registerModel, type SignedModel } from "../../helpers/factories.ts";

const URL = "/functions/v1/validate-sidecar";
const PAGE = "https://huggingface.co/owner/repo";
let test: TestApp;
let model: SignedModel;
beforeAll(async () => {
  test = await createTestApp();
  model = await registerModel(test);
});
afterAll(() => test.close());

async function sidecar(fields: object = {}, keys = model.keys): Promise<object> {
  const draft = buildSidecar({
    ...{ issued_at: START, registry: REGISTRY, model_id: model.model_id, name: "A model", pubkey: keys.publicKey },
    ...{ wallet: model.address, license_version: "v8-10-2025", sha256: [model.hash], locations: [PAGE] },
    ...fields,
  });
  return signDocument("sidecar", draft, keys.secretKey);
}

const ask = async (body: object) => (await test.post(URL, body)).json();

describe("validate-sidecar", () => {
  it("verifies what holds in everything that was asked", async () => {
    const document = await sidecar();
    const answer = await ask({ sidecar: document, page: PAGE, sha256: [model.hash] });
    expect(answer).toMatchObject({ verdict: "verified", faults: [], model_id: model.model_id, state: "REGISTERED" });
    expect(new Set(Object.values(answer.checks))).toEqual(new Set(["holds"]));
    expect(await ask({ sidecar: JSON.stringify(document), page: PAGE })).toMatchObject({
      verdict: "verified",
      checks: { weights: "open" },
    });
  });

  it.each([
    ["another page", {}, { page: "https://huggingface.co/thief/repo" }, "SIDECAR_LOCATION"],
    ["other weights", {}, { sha256: ["0".repeat(64)] }, "SIDECAR_WEIGHTS"],
    ["another wallet", { wallet: encodeAddress(new Uint8Array(16)) }, {}, "SIDECAR_WALLET"],
  ])("refutes a sidecar beside %s", async (_case, fields, context, code) => {
    const answer = await ask({ sidecar: await sidecar(fields), page: PAGE, ...context });
    expect([answer.verdict, answer.faults.map((fault: { code: string }) => fault.code)]).toEqual(["refuted", [code]]);
    expect(answer.faults[0]).toMatchObject({ message: expect.any(String), hint: expect.any(String) });
  });

  it("refutes what was altered or signed by another key, and proves nothing of what is not registered here", async () => {
    expect(await ask({ sidecar: { ...(await sidecar()), name: "Altered" } })).toMatchObject({
      verdict: "refuted",
      checks: { signature: "fails" },
      digest: null,
    });
    const thief = await registerModel(test, { name: "Thief" });
    expect(await ask({ sidecar: await sidecar({}, thief.keys) })).toMatchObject({ verdict: "refuted", checks: { key: "fails" } });
    const stranger = await sidecar({ model_id: "5d3c6f10-0000-4000-8000-000000000000" });
    expect(await ask({ sidecar: stranger })).toMatchObject({ verdict: "unproven", model_id: null, state: null });
  });

  it.each([["not JSON"], [""], ["[]"], ["null"], ['{"model_id":1}'], ['{"a":1,"a":2}'], ["\u0000"], [`${"[".repeat(5_000)}`]])(
    "gives a verdict on %j too",
    async (text) => {
      const answer = await test.post(URL, { sidecar: text });
      expect(answer.statusCode).toBeLessThan(500);
      if (answer.statusCode === 200) expect(answer.json().verdict).toBe("refuted");
    },
  );
});
