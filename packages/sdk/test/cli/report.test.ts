import { createTestRegistry, type TestRegistry } from "@omla/sdk/testing";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { emptyFolder, items, json, type Ran, runOmla } from "./run-omla.ts";

interface Desk {
  readonly registry: TestRegistry;
  readonly folder: string;
  readonly address: string;
  readonly key: string;
  run(args: readonly string[], file?: [name: string, content: string]): Promise<Ran>;
}

async function desk(): Promise<Desk> {
  const registry = await createTestRegistry();
  const { address } = await registry.addModel({ name: "Example 7B" });
  const { api_key: key } = registry.addCompany();
  const folder = emptyFolder();
  return {
    registry,
    folder,
    address,
    key,
    run: (args, file) => {
      if (file !== undefined) writeFileSync(join(folder, file[0]), file[1]);
      return runOmla(args, { folder, registry, env: { OMLA_API_KEY: key } });
    },
  };
}

describe("omla report", () => {
  it("files a JSON report whose decimals stand bare, digit by digit", async () => {
    const { run, address } = await desk();
    const file = `{"entries":[{"model":"${address}","inferences":3,"revenue_usd":999999999999.999999,"run_cost_usd":0.10}]}`;
    const ran = await run(["report", "r.json", "--quarter", "2026-Q3", "--json"], ["r.json", file]);
    expect(ran.code).toBe(0);
    // 0.30 × 999999999999.999999 rounds half up to 300000000000.000000 (…999.9999997).
    expect(json(ran).lines[0]).toMatchObject({
      revenue_usd: "999999999999.999999",
      run_cost_usd: "0.100000",
      royalty_usd: "300000000000.000000",
    });
  });

  it("files a CSV report as spreadsheets write it", async () => {
    const { run, address } = await desk();
    const csv = `\ufeffModel;Inferences;Revenue_USD;Run_Cost_USD;Routing_Fees_USD\r\n"${address}";1200000;18400.00;5100.00;\r\n;;;;\r\n`;
    const ran = await run(["report", "q3.csv", "--quarter", "2026-Q3", "--json"], ["q3.csv", csv]);
    expect(json(ran)).toMatchObject({ royalty_usd: "5520.000000", lines: [{ inferences: 1_200_000 }] });
  });

  it("takes pipelines from CSV rows that carry a name", async () => {
    const { run, address, registry } = await desk();
    const { address: other } = await registry.addModel();
    const csv = `model,inferences,revenue_usd,run_cost_usd,pipeline,weight,quarter\n${address},5,1000,0,chat,0.6,2026-Q3\n${other},5,,,chat,0.25,2026-Q3\n`;
    const ran = await run(["quote", "q3.csv", "--json"], ["q3.csv", csv]);
    // 0.30 × 1000 × 0.6 and × 0.25.
    expect(items(json(ran).lines).map((line) => line.royalty_usd)).toEqual(["180.000000", "75.000000"]);
  });

  it("prints lines, receivers and totals in aligned columns", async () => {
    const { run, address } = await desk();
    const csv = `model,inferences,revenue_usd,run_cost_usd\n${address},10,18400.00,5100.00\n`;
    const { out } = await run(["report", "q3.csv", "--quarter", "2026-Q3"], ["q3.csv", csv]);
    expect(out).toContain("Report of 2026-Q3, version 1, filed 2026-07-01T00:00:00Z");
    expect(out).toContain(
      [
        "model       address                                basis    rate  royalty USD  fees  net USD",
        `Example 7B  ${address}  revenue   0.3      5520.00  0.00  5520.00`,
      ].join("\n"),
    );
    expect(out).toContain("royalty 5520.00 USD, fees deducted 0.00, to be paid 5520.00 by 2026-10-31T00:00:00Z\n");
  });

  it("files nil and final reports", async () => {
    const { run } = await desk();
    expect(json(await run(["report", "--nil", "--quarter", "2026-Q3", "--final", "--json"]))).toMatchObject({
      lines: [],
      final: true,
      royalty_usd: "0.000000",
    });
  });

  it("names --amend for other content, and shows what an amendment changes", async () => {
    const { run, address } = await desk();
    const csv = (revenue: string): string => `model,inferences,revenue_usd,run_cost_usd\n${address},10,${revenue},0\n`;
    await run(["report", "a.csv", "--quarter", "2026-Q3"], ["a.csv", csv("1000")]);
    const refused = await run(["report", "b.csv", "--quarter", "2026-Q3"], ["b.csv", csv("900.50")]);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain("REPORT_EXISTS");
    expect(refused.err).toContain("--amend");
    const { out, code } = await run(["report", "b.csv", "--quarter", "2026-Q3", "--amend"]);
    expect(code).toBe(0);
    expect(out).toContain("Changes against version 1:");
    expect(out).toMatch(/^Example 7B +revenue_usd +1000\.00 +900\.50 +-99\.50$/m);
    expect(out).toMatch(/^total +royalty_usd +300\.00 +270\.15 +-29\.85$/m);
    const again = await run(["report", "b.csv", "--quarter", "2026-Q3", "--amend", "--json"]);
    expect(json(again)).toMatchObject({ version: 2, changes: [] });
  });

  it("takes the key from a file, and asks for it where there is none", async () => {
    const { run, folder, registry, key } = await desk();
    writeFileSync(join(folder, "api.key"), `${key}\n`);
    const nil = ["report", "--nil", "--quarter", "2026-Q3", "--json"];
    expect((await runOmla([...nil, "--api-key-file", "api.key"], { folder, registry })).code).toBe(0);
    expect(json(await runOmla(nil, { folder, registry })).error.code).toBe("API_KEY_MISSING");
    const all = await run(nil);
    expect(all.out + all.err).not.toContain(key.slice(16));
  });
});

describe("a report file that is wrong is told apart", () => {
  const good = "model,inferences,revenue_usd,run_cost_usd\n";
  it.each([
    ["empty", "a.json", "", "FILE_EMPTY", undefined],
    ["cut off", "a.json", '{"quarter":"2026-Q3","entries":[{"model":', "FILE_TRUNCATED", "entries[0].model"],
    ["a member twice", "a.json", '{"quarter":"2026-Q3","quarter":"2026-Q2","entries":[]}', "JSON_INVALID", "quarter"],
    ["an exponent", "a.json", '{"quarter":"2026-Q3","entries":[{"revenue_usd":1e3}]}', "JSON_INVALID", "entries[0].revenue_usd"],
    ["not text", "a.json", Buffer.from([0xff, 0xfe, 0x00]), "FILE_NOT_UTF8", undefined],
    ["huge", "a.json", Buffer.alloc(17 * 1024 * 1024, 32), "FILE_TOO_LARGE", undefined],
    ["without a quarter", "a.json", '{"entries":[]}', "QUARTER_MISSING", "quarter"],
    [
      "a draft that is not filled in",
      "a.json",
      '{"quarter":"2026-Q3","entries":[{"model":"5f0c7f7a-3f0e-4a1c-9a53-3b1b6f1f0a01","inferences":1,"revenue_usd":null,"run_cost_usd":"1"}]}',
      "MEMBER_MISSING",
      "entries[0].revenue_usd",
    ],
    ["an unknown column", "a.csv", "model,inferences,revenue_usd,run_cost_usd,revenu\n", "QUARTER_MISSING", "quarter"],
    ["an unknown column with rows", "a.csv", "model,inferences,revenue_usd,run_cost_usd,revenu\na,1,1,1,1\n", "CSV_COLUMN", "revenu"],
    ["a missing column", "a.csv", "model,inferences,revenue_usd\na,1,1\n", "CSV_COLUMN", "run_cost_usd"],
    ["a column twice", "a.csv", "model,model\n", "CSV_INVALID", undefined],
    ["a decimal comma", "a.csv", `${good}a,1,"18.400,00",1\n`, "AMOUNT_INVALID", "revenue_usd"],
    ["a currency sign", "a.csv", `${good}a,1,$5,1\n`, "AMOUNT_INVALID", "revenue_usd"],
    ["a count with separators", "a.csv", `${good}a,"1,000",5,1\n`, "COUNT_INVALID", "inferences"],
    ["an open quote", "a.csv", `${good}"a,1,5,1\n`, "CSV_INVALID", undefined],
    ["more cells than titles", "a.csv", `${good}a,1,5,1,9\n`, "CSV_INVALID", undefined],
  ])("%s", async (_, name, content, code, path) => {
    const folder = emptyFolder();
    writeFileSync(join(folder, name), content);
    const ran = await runOmla(["report", name, "--registry", "https://registry.test", "--json"], {
      folder,
      env: { OMLA_API_KEY: "omla_test_0123456789_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef1Ec5G8" },
    });
    expect(ran.code).toBe(1);
    const { error } = json(ran);
    expect(error.code).toBe(code);
    expect(error.details?.path).toBe(path);
    expect(error.hint).toEqual(expect.any(String));
  });

  it("two quarters in one table, and a pipeline with two revenues", async () => {
    const { run } = await desk();
    const both = `${good.trimEnd()},quarter\na,1,1,1,2026-Q3\nb,1,1,1,2026-Q2\n`;
    expect(json(await run(["report", "a.csv", "--json"], ["a.csv", both])).error.code).toBe("QUARTER_MISSING");
    const twice = `${good.trimEnd()},pipeline,weight\na,1,1,1,chat,0.5\nb,1,2,1,chat,0.5\n`;
    expect(json(await run(["report", "a.csv", "--quarter", "2026-Q3", "--json"], ["a.csv", twice])).error).toMatchObject({
      code: "CSV_PIPELINE",
      details: { line: 3 },
    });
  });
});

describe("omla quote", () => {
  it("explains a wallet's amount in words", async () => {
    const { run, address } = await desk();
    const csv = `model,inferences,revenue_usd,run_cost_usd\n${address},10,100,0\n`;
    const { out, code } = await run(["quote", "q.csv", "--quarter", "2026-Q3", "--explain", address], ["q.csv", csv]);
    expect(code).toBe(0);
    expect(out).toContain(`${address} gets 30.00 USD, in USD (native, conversion fee 0 %)`);
    expect(out).toContain("it is its primary wallet: 100 %");
    const none = await run(["quote", "q.csv", "--quarter", "2026-Q3", "--explain", "omla1q", "--json"]);
    expect(json(none).error.code).toBe("WALLET_NOT_PAID");
  });
});

describe("omla blacklist check", () => {
  it("finds a listed company by id and domain, on a list checked by the pinned key", async () => {
    const registry = await createTestRegistry();
    const { address } = await registry.addModel();
    const { api_key, company_id } = registry.addCompany({ domains: ["late.example"] });
    const folder = emptyFolder();
    const run = (...args: string[]): Promise<Ran> => runOmla(args, { folder, registry, env: { OMLA_API_KEY: api_key } });
    writeFileSync(join(folder, "q.csv"), `model,inferences,revenue_usd,run_cost_usd\n${address},1,10,0\n`);
    await run("report", "q.csv", "--quarter", "2026-Q3");
    registry.clock.set("2027-03-15T00:00:00Z");
    for (const id of [company_id, "late.example", "api.late.example"]) {
      const ran = await run("blacklist", "check", id, "--pin", registry.listKey, "--json");
      expect(ran.code).toBe(1);
      expect(json(ran)).toMatchObject({
        listed: true,
        signed: true,
        state: "FRESH",
        matches: [{ id: company_id, reason: "DELINQUENT_90D" }],
      });
    }
    expect(await run("blacklist", "check", "notlate.example", "--pin", registry.listKey)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^not listed/) as string,
    });
    expect((await run("blacklist", "check", address)).out).toContain("ADVISORY: no key is pinned, nothing was checked");
  });
});
