import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { serveTestRegistry } from "../../packages/sdk/test/testing/serve.ts";

const run = promisify(execFile);
const program = ["--conditions=omla-source", join(import.meta.dirname, "report-usage.ts")];

it("reports a quarter once, however often it is run", async () => {
  const registry = await serveTestRegistry();
  const { address } = await registry.addModel();
  const { api_key } = registry.addCompany();
  const env = { ...process.env, OMLA_REGISTRY: registry.url, OMLA_API_KEY: api_key, OMLA_MODEL: address };
  const first = await run(process.execPath, program, { env });
  // 0.30 × max(18400.00, 5100.00); all of it to the model's one wallet. Due 30 days after the quarter.
  expect(first.stdout).toMatch(/^submission [0-9a-f-]{36}, royalty 5520\.000000 USD, due by 2026-10-31T00:00:00Z\n/);
  expect(first.stdout).toContain(`${address} 5520.000000 USD, paid in USD\n`);
  expect((await run(process.execPath, program, { env })).stdout).toBe(first.stdout);
});

it("says what is wrong and what to do where the report is refused", async () => {
  const registry = await serveTestRegistry();
  const env = { ...process.env, OMLA_REGISTRY: registry.url, OMLA_API_KEY: registry.addCompany().api_key, OMLA_MODEL: "a".repeat(64) };
  const failed = await run(process.execPath, program, { env }).then(
    () => expect.fail("it was not refused"),
    (error: { code: number; stderr: string }) => error,
  );
  expect(failed.code).toBe(1);
  expect(failed.stderr).toContain("MODEL_NOT_FOUND at entries[0].model");
  expect(failed.stderr).not.toContain(env.OMLA_API_KEY);
});
