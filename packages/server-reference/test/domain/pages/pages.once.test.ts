import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumArguments, chromiumPath } from "../../../../../tools/chromium.ts";
import { REGISTRY } from "../../helpers/app.ts";
import { createRegistry, type Registry } from "../../postgrest/registry.ts";

let registry: Registry;
let browser: Browser;
beforeAll(async () => {
  registry = await createRegistry();
  browser = await chromium.launch({ executablePath: chromiumPath(), args: chromiumArguments });
});
afterAll(async () => {
  await browser.close();
  await registry.test.close();
});

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Visit {
  readonly page: Page;
  /** What the page complained of: errors of its console, of its scripts, and breaches of its policy. */
  readonly complaints: string[];
}

/** Opens a page of the registry; every request of the browser goes to the server, and none anywhere else. */
async function visit(path: string): Promise<Visit> {
  const page = await browser.newPage();
  await page.clock.setFixedTime(registry.test.clock.now());
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("response", (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`);
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.route("**/*", async (route) => {
    const request = route.request();
    if (!request.url().startsWith(`${REGISTRY}/`)) return route.abort();
    const answer = await registry.test.app.inject({
      method: request.method() as "GET",
      url: request.url().slice(REGISTRY.length),
      headers: request.headers(),
      ...(request.postData() === null ? {} : { payload: request.postData() ?? "" }),
    });
    const headers = Object.entries(answer.headers).map(([name, value]) => [name, String(value)]);
    return route.fulfill({ status: answer.statusCode, headers: Object.fromEntries(headers), body: answer.rawPayload });
  });
  await page.addInitScript(() => {
    const seen: string[] = [];
    Object.assign(globalThis, { breaches: seen });
    document.addEventListener("securitypolicyviolation", (event) => seen.push(`${event.violatedDirective} ${event.blockedURI}`));
  });
  const answer = await page.goto(REGISTRY + path, { waitUntil: "networkidle" });
  expect(answer?.headers()["content-security-policy"]).toContain("default-src 'none'");
  complaints.push(...(await page.evaluate(() => (globalThis as unknown as { breaches: string[] }).breaches)));
  return { page, complaints };
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations: found } = await page.evaluate(() => (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run());
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`);
}

const PAGES: Readonly<Record<string, (registry: Registry) => string>> = {
  "the start page": () => "/",
  "the page of a model": ({ child }) => `/models/${child.address}`,
  "the badge page": () => "/badges",
  "the gallery of badges": () => "/badge-gallery/",
  "the page that checks a sidecar": () => "/badge-gallery/validate.html",
};

describe("in a real browser, under the strict policy", () => {
  it.each(Object.entries(PAGES))("%s has no complaint, and can be read by everybody", async (_name, path) => {
    const { page, complaints } = await visit(path(registry));
    expect(complaints).toEqual([]);
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  it("the badge page shows each model's verdict, checked in the browser", async () => {
    const { page } = await visit("/badges");
    const shown = (): Promise<string[]> =>
      page.evaluate(() => [...document.querySelectorAll("omla-badge")].map((badge) => badge.shadowRoot?.textContent ?? ""));
    await expect.poll(async () => (await shown()).join("\n"), { timeout: 20_000 }).toMatch(/report/i);
    expect((await shown()).length).toBeGreaterThanOrEqual(2);
    await page.close();
  });

  it("a breach of the policy would be seen", async () => {
    const { page } = await visit("/");
    await page.evaluate(() => {
      const image = document.createElement("img");
      image.src = "https://elsewhere.example/x.png";
      document.body.append(image);
    });
    await expect.poll(() => page.evaluate(() => (globalThis as unknown as { breaches: string[] }).breaches.length)).toBe(1);
    await page.close();
  });
});
