import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, type TestApp } from "../../helpers/app.ts";
import { decideTogether, signedInMember, signIn, type TestMember } from "../../helpers/board.ts";
import { registerCompany, registerModel } from "../../helpers/factories.ts";

const KINDS = ["model", "dataset", "likeness", "artwork"] as const;

let test: TestApp;
let ada: TestMember;
let bo: TestMember;
beforeAll(async () => {
  test = await createTestApp();
  [ada, bo] = [await signedInMember(test), await signedInMember(test)];
});
afterAll(() => test.close());

const decide = async (kind: string, rate: string, from_quarter: string): ReturnType<typeof decideTogether> => {
  await signIn(test, ada);
  await signIn(test, bo);
  return decideTogether(test, [ada, bo], `/admin/v1/rates/${kind}`, { rate, from_quarter, note: "As the members voted." });
};

describe("the rate of an asset kind", () => {
  it("is decided by two members of the board, for a quarter that has not begun, once", async () => {
    expect((await decide("dataset", "0.10", "2026-Q3")).json()).toMatchObject({
      result: { asset_kind: "dataset", rate: "0.10", from_quarter: "2026-Q3" },
    });
    expect((await decide("dataset", "0.20", "2026-Q2")).json()).toMatchObject({ code: "RATE_DATE", details: { path: "from_quarter" } });
    expect((await decide("dataset", "0.20", "2026-Q3")).json()).toMatchObject({ code: "RATE_EXISTS" });
    const alone = await test.post("/admin/v1/rates/likeness", { rate: "0.05", from_quarter: "2026-Q3", note: "Mine." }, ada.token);
    const { id, content_sha256 } = alone.json() as { id: string; content_sha256: string };
    expect((await test.post(`/admin/v1/approvals/${id}/approve`, { content_sha256 }, ada.token)).json()).toMatchObject({
      code: "APPROVAL_SELF",
    });
    for (const rate of ["1.1", "-0.1", "0.1234567", "30%", 0.1])
      expect((await test.post("/admin/v1/rates/model", { rate, from_quarter: "2026-Q3", note: "No." }, ada.token)).statusCode).toBe(400);
    expect((await test.post("/admin/v1/rates/song", { rate: "0.1", from_quarter: "2026-Q3", note: "No." }, ada.token)).statusCode).toBe(
      400,
    );
    expect((await test.get("/.well-known/omla")).json().rates).toMatchObject({ dataset: "0.3" });
  });

  it("cannot be changed afterwards, by nobody", async () => {
    const change = test.rows("update omla.royalty_rates set rate = 0.9");
    await expect(change).rejects.toMatchObject({ constraint: "IMMUTABLE" });
  });
});

describe("every kind", () => {
  it.each(KINDS)("%s goes from registration over the report to its allocations like any other", async (asset_kind) => {
    test.clock.set("2026-08-10T00:00:00Z");
    const parent = await registerModel(test, { name: `Parent of ${asset_kind}` });
    const asset = await registerModel(test, {
      name: `A ${asset_kind}`,
      asset_kind,
      lineage: [{ parent_id: parent.model_id, relationship: "derivative", contribution_weight: "0.4" }],
    });
    const { api_key } = await registerCompany(test);
    const entries = [{ model: asset.address, inferences: 5, revenue_usd: "1000", run_cost_usd: "10" }];
    const receipt = (await test.post("/functions/v1/submit-report", { quarter: "2026-Q3", entries }, api_key)).json();
    // 0.30 × 1000, and 0.10 × 1000 for a dataset since the third quarter; 40 percent of it go to the parent.
    const [royalty, own, parents] = asset_kind === "dataset" ? ["100", "60", "40"] : ["300", "180", "120"];
    expect(receipt.lines).toMatchObject([{ asset_kind, royalty_usd: `${royalty}.000000`, rate: asset_kind === "dataset" ? "0.1" : "0.3" }]);
    const paid = Object.fromEntries(
      receipt.allocations.map(({ wallet, amount_usd }: { wallet: string; amount_usd: string }) => [wallet, amount_usd]),
    );
    expect(paid).toEqual({ [asset.address]: `${own}.000000`, [parent.address]: `${parents}.000000` });

    const verified = (await test.post("/rest/v1/rpc/verify_by_hash", { hash: asset.hash })).json();
    expect(Array.isArray(verified) ? verified[0] : verified).toMatchObject({ registered: true, asset_kind, state: "REPORTING" });
    const found = (await test.get(`/rest/v1/models?asset_kind=eq.${asset_kind}&name=eq.A%20${asset_kind}&select=id,asset_kind`)).json();
    expect(found).toEqual([{ id: asset.model_id, asset_kind }]);
    expect((await test.get(`/badge/${asset.address}.svg`)).body).toContain(
      asset_kind === "model" ? "OMLA: reporting" : `OMLA ${asset_kind}: reporting`,
    );
  });

  it("keeps the rate that was in force at the end of the reported quarter", async () => {
    const asset = await registerModel(test, { asset_kind: "dataset" });
    const { api_key } = await registerCompany(test);
    const entries = [{ model: asset.address, inferences: 1, revenue_usd: "1000", run_cost_usd: "0" }];
    const second = (await test.post("/functions/v1/submit-report", { quarter: "2026-Q2", entries }, api_key)).json();
    expect(second.lines).toMatchObject([{ rate: "0.3", royalty_usd: "300.000000" }]);
  });
});
