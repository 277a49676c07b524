import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pinRates, postRate } from "../../../src/domain/currencies/rate-service.ts";
import { addCurrency, setCurrencyActive } from "../../../src/domain/currencies/registry-service.ts";
import { createTestApp, type TestApp } from "../../helpers/app.ts";
import { type Company, registerCompany } from "../../helpers/factories.ts";
import { refused } from "../../helpers/refused.ts";

const CHF = { code: "CHF", name: "Swiss franc", kind: "fiat", scale: 6 } as const;
let test: TestApp;
let company: Company;
beforeAll(async () => {
  test = await createTestApp();
  company = await registerCompany(test);
});
afterAll(() => test.close());

const declare = async (code: string): Promise<unknown> => {
  const answer = await test.post("/functions/v1/declare-currencies", { currencies: [code] }, company.api_key);
  return answer.statusCode === 200 || answer.json().code;
};

describe("the board", () => {
  it("adds a currency, which companies can name from then on", async () => {
    expect(await declare("CHF")).toBe("CURRENCY_UNKNOWN");
    await test.ctx.db.service((tx) => addCurrency(tx, CHF, "board-member-1"));
    expect(await declare("CHF")).toBe(true);
    expect((await test.get("/rest/v1/currency_registry?code=eq.CHF&select=code,scale,is_active")).json()).toEqual([
      { code: "CHF", scale: 6, is_active: true },
    ]);
    const again = test.ctx.db.service((tx) => addCurrency(tx, { ...CHF, scale: 2 }, "board-member-1"));
    expect(await refused(again)).toMatchObject({ code: "CURRENCY_EXISTS", status: 409, path: "code" });
  });

  it("switches one off, after which nobody names it and what was to be paid in it waits", async () => {
    const now = test.clock.now();
    await test.ctx.db.service((tx) => postRate(tx, { code: "CHF", rate: "0.9", source: "a bank" }, "board-member-1"));
    const switchTo = (active: boolean): Promise<boolean> =>
      test.ctx.db.service((tx) => setCurrencyActive(tx, "CHF", active, "board-member-1"));
    const pinned = (): Promise<number> => test.ctx.db.service(async (tx) => (await pinRates(tx, ["CHF"], now)).size);
    expect(await pinned()).toBe(1);
    expect([await switchTo(false), await switchTo(false), await pinned()]).toEqual([true, false, 0]);
    expect(await declare("CHF")).toBe("CURRENCY_UNKNOWN");
    expect([await switchTo(true), await pinned()]).toEqual([true, 1]);
  });

  it("cannot switch off the dollar, nor what is not there, nor change a scale", async () => {
    const off = (code: string): Promise<boolean> => test.ctx.db.service((tx) => setCurrencyActive(tx, code, false, "board-member-1"));
    expect((await refused(off("USD"))).code).toBe("CURRENCY_BASE");
    expect(await refused(off("XXX"))).toMatchObject({ code: "CURRENCY_UNKNOWN", path: "code" });
    const rescale = test.rows("set role omla_owner; update omla.currency_registry set scale = 2 where code = 'EUR'");
    expect((await refused(rescale)).code).toBe("IMMUTABLE");
  });
});

describe("the index of conversion fees", () => {
  it("is public, ordered, paged and complete", async () => {
    const other = await registerCompany(test, "Another company");
    const fees = (to: string[], pct: string): object[] => to.map((code) => ({ from: "USD", to: code, fee_pct: pct }));
    await test.post(
      "/functions/v1/declare-currencies",
      { currencies: ["USD"], conversion_fees: fees(["BTC", "ETH"], "2.5") },
      company.api_key,
    );
    await test.post(
      "/functions/v1/declare-currencies",
      { currencies: ["USD"], conversion_fees: fees(["BTC", "USDC"], "10") },
      other.api_key,
    );
    const seen: string[] = [];
    let next: string | null = "";
    while (next !== null) {
      const answer = await test.get(`/stats/conversion-fees?limit=1${next === "" ? "" : `&after=${next}`}`);
      expect(answer.headers["cache-control"]).toBe("public, max-age=300");
      const page = answer.json() as { conversion_fees: { remitter_name: string; to: string; fee_pct: string }[]; next: string | null };
      seen.push(...page.conversion_fees.map(({ remitter_name, to, fee_pct }) => `${remitter_name} ${to} ${fee_pct}`));
      next = page.next;
    }
    expect(seen).toEqual(["Another company BTC 10", "Another company USDC 10", "A company BTC 2.5", "A company ETH 2.5"]);
    expect((await test.get("/stats/conversion-fees")).json().conversion_fees).toHaveLength(4);
  });

  it.each([
    ["limit=0", "limit"],
    ["limit=1001", "limit"],
    ["after=x", "after"],
    ["page=2", undefined],
  ])("refuses ?%s", async (query, path) => {
    const answer = await test.get(`/stats/conversion-fees?${query}`);
    expect([answer.statusCode, answer.json().code]).toEqual([400, "INPUT_INVALID"]);
    expect(answer.json().details?.path).toBe(path);
  });
});
