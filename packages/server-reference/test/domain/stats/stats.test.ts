import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { refreshStats } from "../../../src/jobs/refresh-stats.ts";
import { createTestApp, type TestApp } from "../../helpers/app.ts";
import { registerCompany, registerModel } from "../../helpers/factories.ts";

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.close());

/** Payments of one day, one to each of some new wallets. */
async function pay(wallets: number, rail: string, amount: string, paidAt: string, quarter = "2026-Q1"): Promise<void> {
  for (let wallet = 0; wallet < wallets; wallet += 1) {
    const { model_id } = await registerModel(test);
    await test.rows(
      `insert into omla.payments (model_id, wallet_id, quarter, amount_usd, rail, status, paid_at)
       select $1, w.id, $2, $3, $4, 'completed', $5 from omla.wallets w where w.model_id = $1 and w.is_primary`,
      [model_id, quarter, amount, rail, paidAt],
    );
  }
}

describe("/stats", () => {
  it("counts models by state and kind, companies, and money up to the last midnight", async () => {
    await registerCompany(test, "A name that must not be here");
    await pay(3, "stripe", "10", "2026-05-14T23:59:59Z");
    await pay(1, "stripe", "1000", "2026-05-15T00:00:00Z");
    const answer = await test.get("/stats");
    expect(answer.json()).toEqual({
      models: 4,
      models_by_state: { REGISTERED: 4 },
      models_by_kind: { model: 4 },
      companies: 1,
      lifetime_paid_usd: "30.000000",
      quarters: [{ quarter: "2026-Q1", paid_usd: "30.000000", rejected: 0, blacklisted: 0 }],
      rails: [{ rail: "stripe", paid_usd: "30.000000" }],
      as_of: "2026-05-15T12:00:00Z",
    });
  });

  it("stays as it was counted for an hour, and says so to caches", async () => {
    await registerCompany(test);
    const first = await test.get("/stats");
    expect(first.json()).toMatchObject({ companies: 1 });
    expect(first.headers["cache-control"]).toBe("public, max-age=300");
    const again = await test.get("/stats", { "if-none-match": String(first.headers["etag"]) });
    expect([again.statusCode, again.body]).toEqual([304, ""]);
    test.clock.advance({ minutes: 59 });
    expect((await test.get("/stats")).json()).toMatchObject({ companies: 1 });
    await refreshStats(test.ctx);
    const counted = await test.get("/stats", { "if-none-match": String(first.headers["etag"]) });
    expect(counted.json()).toMatchObject({ companies: 2, as_of: "2026-05-15T12:59:00Z" });
  });

  it("shows no amount behind which fewer than three stand, and no name", async () => {
    await pay(2, "sepa", "77", "2026-05-10T00:00:00Z", "2025-Q4");
    test.clock.advance({ days: 1 });
    await refreshStats(test.ctx);
    const { body } = await test.get("/stats");
    expect(body).not.toContain("154");
    expect(body).not.toContain("sepa");
    expect(body).not.toContain("must not be here");
    expect(JSON.parse(body)).toMatchObject({ quarters: [{ quarter: "2026-Q1" }, { quarter: "2025-Q4", paid_usd: null }] });
  });

  it("is a page with headed tables to a browser", async () => {
    const page = await test.get("/stats", { accept: "text/html,application/xhtml+xml,*/*;q=0.8" });
    expect(page.headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(page.headers["vary"]).toContain("accept");
    for (const part of ["<caption>By quarter</caption>", '<th scope="row">2025-Q4</th>', "kept back", '<html lang="en">'])
      expect(page.body).toContain(part);
  });
});
