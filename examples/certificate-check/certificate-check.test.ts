import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createClient } from "@omla/sdk";
import { createTestRegistry, type TestRegistry } from "@omla/sdk/testing";
import { afterAll, beforeAll, expect, it } from "vitest";

const program = ["--conditions=omla-source", join(import.meta.dirname, "check-certificate.ts")];
let folder: string;
let registry: TestRegistry;
let company_id: string;
let certify: () => Promise<string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "omla-certificate-"));
  registry = await createTestRegistry({ now: "2026-09-30T00:00:00Z" });
  const { address } = await registry.addModel();
  const company = registry.addCompany({ company_name: "Supplier" });
  company_id = company.company_id;
  const omla = createClient({ url: registry.url, apiKey: company.api_key, fetch: registry.fetch });
  await omla.report({ quarter: "2026-Q3", entries: [{ model: address, inferences: 1, revenue_usd: "100", run_cost_usd: "0" }] });
  registry.clock.set("2026-10-01T00:00:00Z");
  certify = async () => {
    const file = join(folder, `${crypto.randomUUID()}.json`);
    await writeFile(file, JSON.stringify(await omla.certificate({ quarter: "2026-Q3" })));
    return file;
  };
});
afterAll(() => rm(folder, { recursive: true }));

async function check(file: string, environment: Record<string, string> = {}): Promise<{ code: number; text: string }> {
  const env = {
    ...process.env,
    CERTIFICATE: file,
    OMLA_KEYS: registry.listKey,
    COMPANY_ID: company_id,
    QUARTER: "2026-Q3",
    ...environment,
  };
  return promisify(execFile)(process.execPath, program, { env }).then(
    ({ stdout }) => ({ code: 0, text: stdout }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ code, text: stdout + stderr }),
  );
}

it("is content with a supplier whose money has arrived, and says what is missing before that", async () => {
  const early = await check(await certify());
  expect(early).toMatchObject({ code: 1, text: expect.stringContaining("but 0.000000 of 30.000000 USD had arrived") });
  registry.receivePayment({ company_id, amount_usd: "30" });
  const paid = await check(await certify());
  expect(paid).toMatchObject({ code: 0, text: expect.stringContaining("Supplier stood well for 2026-Q3") });
  expect(paid.text).toMatch(/^genuine: signed 2026-10-01T00:00:00Z for https:\/\/registry\.test by ed25519:[0-9a-f]{16}\n/);
});

it("takes no other company's certificate, no other quarter's, and no forged one", async () => {
  const file = await certify();
  expect((await check(file, { COMPANY_ID: "7d9f5f0a-2f51-4b0e-9a3e-0b1f0f7c2a11" })).text).toContain("but it is about another company");
  expect((await check(file, { QUARTER: "2026-Q2" })).text).toContain("but it is about 2026-Q3");
  await writeFile(file, (await readFile(file, "utf8")).replace("Supplier", "Rival"));
  expect(await check(file)).toMatchObject({ code: 1, text: expect.stringContaining("not proven, SIGNATURE_INVALID") });
  expect(await check(file, { OMLA_KEYS: "" })).toMatchObject({ code: 1, text: expect.stringContaining("not proven, CONFIG_KEYS") });
});
