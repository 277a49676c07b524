import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { build } from "esbuild";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { chromiumArguments, chromiumPath } from "../../../../tools/chromium.ts";
import { createTestApp, type TestApp } from "../../../server-reference/test/helpers/app.ts";
import { registerCompany, registerModel } from "../../../server-reference/test/helpers/factories.ts";

let server: TestApp;
let registry: string;
let browser: Browser;
let page: Page;
const site = createServer((_, response) =>
  response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>A page</title>"),
);

beforeAll(async () => {
  server = await createTestApp();
  registry = await server.app.listen({ host: "127.0.0.1", port: 0 });
  await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
  browser = await chromium.launch({ executablePath: chromiumPath(), args: chromiumArguments });
  page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
  await page.addScriptTag({ content: await sdkAsScript() });
}, 90_000);
afterAll(async () => {
  await browser.close();
  site.close();
  await server.close();
});

async function sdkAsScript(): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: 'import { createClient } from "@omla/sdk"; globalThis.createClient = createClient;',
      resolveDir: join(import.meta.dirname, "../.."),
    },
    bundle: true,
    format: "iife",
    conditions: ["omla-source"],
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}

interface Given {
  readonly url: string;
  readonly apiKey?: string;
  readonly model: string;
}

it("a page of another origin reads and reports: the registry lets its requests, their headers and its answers' headers through", async () => {
  const { api_key: apiKey } = await registerCompany(server);
  const { address: model } = await registerModel(server, { name: "Seen from a page" });
  const given: Given = { url: registry, apiKey, model };
  const answer = await page.evaluate(async ({ url, apiKey: key, model: reported }) => {
    const { createClient } = globalThis as unknown as typeof import("@omla/sdk");
    const omla = createClient({ url, apiKey: key });
    const names = [];
    for await (const { name } of omla.models.search("Seen")) names.push(name);
    const input = { quarter: "2026-Q2", entries: [{ model: reported, inferences: 1, revenue_usd: "100", run_cost_usd: "0" }] };
    const [first, again] = [await omla.report(input), await omla.report(input)];
    return { names, royalty: first.royalty_usd, isOne: first.submission_id === again.submission_id };
  }, given);
  expect(answer).toEqual({ names: ["Seen from a page"], royalty: "30.000000", isOne: true });
});

it("a refusal reaches that page with its code, hint and the registry's request id", async () => {
  const refused = await page.evaluate(
    async ({ url, model }) => {
      const { createClient } = globalThis as unknown as typeof import("@omla/sdk");
      const apiKey = "omla_test_0123456789_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef1Ec5G8";
      const omla = createClient({ url, apiKey, retries: 0 });
      return omla.report({ quarter: "2026-Q2", entries: [{ model, inferences: 1, revenue_usd: "1", run_cost_usd: "0" }] }).then(
        () => "it was taken",
        (error: { code?: string; hint?: string; requestId?: string }) => [error.code, typeof error.hint, typeof error.requestId],
      );
    },
    { url: registry, model: "f".repeat(64) } satisfies Given,
  );
  expect(refused).toEqual(["CREDENTIAL_INVALID", "string", "string"]);
});
