import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTestRegistry, type TestRegistry } from "@omla/sdk/testing";
import { describe, expect, it } from "vitest";
import { emptyFolder, json, type Ran, runOmla } from "./run-omla.ts";

interface Desk {
  readonly registry: TestRegistry;
  readonly company_id: string;
  readonly folder: string;
  readonly run: (...args: string[]) => Promise<Ran>;
}

/** A company that reported 100 dollars of revenue in the third quarter of 2026, and is asked on its last day. */
async function desk(): Promise<Desk> {
  const registry = await createTestRegistry({ now: "2026-09-30T00:00:00Z" });
  const { address } = await registry.addModel({ name: "Example 7B" });
  const { api_key, company_id } = registry.addCompany();
  const folder = emptyFolder();
  const run = (...args: string[]): Promise<Ran> => runOmla(args, { folder, registry, env: { OMLA_API_KEY: api_key } });
  writeFileSync(join(folder, "q.csv"), `model,inferences,revenue_usd,run_cost_usd\n${address},10,100,0\n`);
  expect((await run("report", "q.csv", "--quarter", "2026-Q3")).code).toBe(0);
  return { registry, company_id, folder, run };
}

describe("omla payments", () => {
  it("shows what is owed, then that nothing is, then the receipt", async () => {
    const { registry, company_id, run } = await desk();
    const due = await run("payments");
    expect(due.code).toBe(0);
    expect(due.out).toMatch(/2026-Q3 +Example 7B +30\.00 +0\.00 +30\.00 +2026-10-31T00:00:00Z/);
    expect(due.out).toContain("30.00 USD are open. Pay them with omla pay.");
    registry.receivePayment({ company_id, amount_usd: "31", reference: "bank 1" });
    expect((await run("payments")).out).toBe("Nothing is owed, a credit of 1.00 waits for the next report.\n");
    expect((await run("payments", "receipts")).out).toMatch(/R-000001 +receipt +2026-09-30T00:00:00Z +31\.00 +1\.00 +bank +bank 1/);
    expect(json(await run("payments", "receipts", "--json", "--quarter", "2026-Q2"))).toEqual([]);
  });

  it("shows payouts to a company, and to a creator by the wallets' key", async () => {
    const { run } = await desk();
    expect((await run("payments", "payouts")).out).toBe("Nothing was paid out yet.\n");
    await run("keygen");
    expect((await run("payments", "payouts", "--key", "omla.key")).out).toBe("Nothing was paid out yet.\n");
  });

  it("shows a creator what waits for a tax form, by the wallets' key", async () => {
    const { run } = await desk();
    await run("keygen");
    expect((await run("payments", "held", "--key", "omla.key")).out).toBe("This key has no wallet here.\n");
    expect((await run("payments", "held")).code).toBe(2);
  });

  it("refuses a list that it does not have", async () => {
    const { run } = await desk();
    expect((await run("payments", "refunds")).code).toBe(2);
  });
});

describe("omla pay", () => {
  it("gives the page and the reference, the same again", async () => {
    const { run } = await desk();
    const { out, code } = await run("pay", "--quarter", "2026-Q3");
    expect(code).toBe(0);
    expect(out).toMatch(
      /^30\.00 USD for 1 line: open https:\/\/registry\.test\/pay\/\S+\nor transfer it with the reference OMLA-\d{10}\n$/,
    );
    expect((await run("pay", "--quarter", "2026-Q3")).out).toBe(out);
  });

  it("refuses what is not there, and what contradicts itself", async () => {
    const { run } = await desk();
    expect(json(await run("pay", "--quarter", "2026-Q2", "--json")).error.code).toBe("NOTHING_DUE");
    expect((await run("pay", "--quarter", "2026-Q3", "--line", "x")).code).toBe(2);
    expect((await run("pay", "--method", "cash")).code).toBe(2);
  });
});

describe("omla certificate", () => {
  it("writes what verify finds genuine, and what nobody may change", async () => {
    const { registry, run, folder } = await desk();
    expect(json(await run("certificate", "--quarter", "2026-Q3", "--json")).error.code).toBe("QUARTER_NOT_ENDED");
    registry.clock.set("2026-10-01T00:00:00Z");
    expect(await run("certificate", "--quarter", "2026-Q3", "--out", "q3.json", "--keys", registry.listKey)).toMatchObject({
      code: 0,
      out: "q3.json: the certificate of 2026-Q3\n",
    });
    const genuine = await run("certificate", "verify", "q3.json", "--keys", registry.listKey);
    expect(genuine.code).toBe(0);
    expect(genuine.out).toContain("2026-Q3: REPORTING since 2026-09-30T00:00:00Z");
    expect(genuine.out).toContain("reported, net royalty 30.00 USD, of which 0.00 have arrived");

    const text = readFileSync(join(folder, "q3.json"), "utf8");
    writeFileSync(join(folder, "forged.json"), text.replace('"settled_usd": "0.000000"', '"settled_usd": "30.000000"'));
    const forged = await run("certificate", "verify", "forged.json", "--keys", registry.listKey, "--json");
    expect([forged.code, json(forged).error.code]).toEqual([1, "SIGNATURE_INVALID"]);
    // A certificate that is there already stays.
    expect((await run("certificate", "--quarter", "2026-Q3", "--out", "q3.json")).code).toBe(1);
    expect(readFileSync(join(folder, "q3.json"), "utf8")).toBe(text);
  });

  it("proves nothing without a key, and reads no file that is too large", async () => {
    const { run, folder } = await desk();
    writeFileSync(join(folder, "big.json"), " ".repeat(65_537));
    expect((await run("certificate", "verify", "big.json")).code).toBe(2);
    expect(json(await run("certificate", "verify", "big.json", "--keys", "x", "--json")).error.code).toBe("FILE_TOO_LARGE");
    expect((await run("certificate", "check", "big.json")).code).toBe(2);
    expect((await run("certificate")).code).toBe(2);
  });
});
