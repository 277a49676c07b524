import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { createClient } from "@omla/sdk";
import { parseUsd } from "@omla/sdk/protocol";
import { afterAll, beforeAll, expect, it } from "vitest";
import { receivePayment } from "../../packages/server-reference/src/domain/collections/receive-service.ts";
import { createTestApp, type TestApp } from "../../packages/server-reference/test/helpers/app.ts";
import { registerCompany, registerModel } from "../../packages/server-reference/test/helpers/factories.ts";

const program = ["--conditions=omla-source", join(import.meta.dirname, "pay-royalties.ts")];
let registry: TestApp;
let url: string;
beforeAll(async () => {
  registry = await createTestApp();
  url = await registry.app.listen({ port: 0, host: "127.0.0.1" });
});
afterAll(() => registry.close());

async function run(apiKey: string): Promise<string> {
  const env = { ...process.env, OMLA_REGISTRY: url, OMLA_API_KEY: apiKey };
  return (await promisify(execFile)(process.execPath, program, { env })).stdout;
}

it("goes from what is owed to the receipt", async () => {
  const model = await registerModel(registry, { name: "Fox" });
  const { api_key } = await registerCompany(registry);
  expect(await run(api_key)).toBe("open 0.000000 USD, credit 0.000000 USD\n");
  const omla = createClient({ url, apiKey: api_key });
  await omla.report({ quarter: "2026-Q1", entries: [{ model: model.address, inferences: 1, revenue_usd: "1000", run_cost_usd: "0" }] });

  // 0.30 × 1000. The clock of the tests stands on 15 May 2026: filed after the quarter, so due thirty days later.
  const owed = await run(api_key);
  const reference = /reference (OMLA-[0-9A-Z]{10})\n/.exec(owed)?.[1] ?? "";
  expect(owed).toBe(
    `2026-Q1 Fox: 300.000000 USD, due by 2026-06-14T12:00:00Z\nopen 300.000000 USD, credit 0.000000 USD\ntransfer 300.000000 USD with the reference ${reference}\n`,
  );

  await registry.ctx.db.service((tx) =>
    receivePayment(registry.ctx, tx, {
      rail: "wise",
      reference: "TR-7",
      method: "bank",
      payment: reference,
      amount: parseUsd("310"),
      confirmedBy: "board",
    }),
  );
  expect(await run(api_key)).toBe(
    "open 0.000000 USD, credit 10.000000 USD\nreceipt R-000001 of 2026-05-15T12:00:00Z: 310.000000 USD, TR-7\n",
  );
});

it("says what is wrong with a key, and never prints it", async () => {
  const failed = await run("omla_live_wrong").then(
    () => expect.fail("it was not refused"),
    (error: { code: number; stderr: string }) => error,
  );
  expect(failed.code).toBe(1);
  expect(failed.stderr).not.toContain("omla_live_wrong");
});
