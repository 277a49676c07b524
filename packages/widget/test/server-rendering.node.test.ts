import { render } from "@lit-labs/ssr";
import { collectResult } from "@lit-labs/ssr/lib/render-result.js";
import { build } from "esbuild";
import { html } from "lit";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import "../src/define.ts";
import { complaintsOf, launchBrowser, serveSite, type Site } from "./served-page.ts";
import { createSmallRegistry, PAGE, type SmallRegistry } from "./small-registry.ts";

vi.setConfig({ testTimeout: 30_000 }); // a browser starts slowly on a busy machine

let site: Site;
let registry: SmallRegistry;
let browser: Browser;
let client: string;

beforeAll(async () => {
  client = await bundleClient();
  site = await serveSite(async (path) => {
    if (path === "/client.js") return { type: "text/javascript", body: client };
    if (path === "/") return { body: await renderPage() };
    return registry.answer(path);
  });
  registry = await createSmallRegistry(site.origin, new Date());
  browser = await launchBrowser();
}, 60_000);
afterAll(async () => {
  await browser.close();
  await site.close();
});

/** What a user of server-side rendering ships to the browser. */
async function bundleClient(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [`${import.meta.dirname}/hydration-client.ts`],
    bundle: true,
    write: false,
    format: "esm",
    conditions: ["omla-source"],
    target: "es2022",
  });
  return outputFiles[0]!.text;
}

async function renderPage(): Promise<string> {
  const badge = render(
    html`<omla-badge src="/omla.json" registry=${site.origin} page=${PAGE} lang="fr"
      ><a href="/"><img src="data:," alt="OMLA badge" /></a
    ></omla-badge>`,
  );
  return `<!doctype html><title>Model</title><link rel="icon" href="data:,">${await collectResult(badge)}<script type="module" src="/client.js"></script>`;
}

it("renders the badge on the server: waiting, in its final size, with the image inside", async () => {
  const page = await renderPage();
  expect(page).toContain('<template shadowroot="open" shadowrootmode="open">');
  expect(page).toMatch(/class="\s*neutral/);
  expect(page).toContain('<img src="data:," alt="OMLA badge" />');
  expect(page).not.toMatch(/class="\s*good/);
});

it("hydrates in the browser: the server's button stays, and says what is proven", async () => {
  const page = await browser.newPage();
  const complaints = complaintsOf(page);
  await page.goto(site.origin);
  await page.getByRole("button", { name: "OMLA En règle" }).waitFor();
  expect(await page.evaluate(() => (globalThis as unknown as { isSameButton(): boolean }).isSameButton())).toBe(true);
  await page.getByRole("button", { name: "OMLA En règle" }).click();
  await page.getByText("100 %").waitFor();
  expect(complaints).toEqual([]);
  await page.close();
});

it("shows the image instead of an eternal wait where scripts do not run", async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(site.origin);
  expect(await page.locator("omla-badge button").isVisible()).toBe(false);
  expect(await page.locator("omla-badge img").isVisible()).toBe(true);
  await context.close();
});
