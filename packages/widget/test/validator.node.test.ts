import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { complaintsOf, launchBrowser, serveSite, type Site } from "./served-page.ts";
import { createSmallRegistry, PAGE, type SmallRegistry } from "./small-registry.ts";

const GALLERY = join(import.meta.dirname, "../dist/gallery");
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; require-trusted-types-for 'script'";

vi.setConfig({ testTimeout: 30_000 }); // a browser starts slowly on a busy machine

let site: Site;
let registry: SmallRegistry;
let browser: Browser;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  site = await serveSite((path) => {
    const file = join(GALLERY, path.slice(1));
    if (!/^\/[\w-]+\.(js|css|html)$/.test(path) || !existsSync(file)) return registry.answer(path);
    const type = path.endsWith(".js") ? "text/javascript" : path.endsWith(".css") ? "text/css" : "text/html; charset=utf-8";
    return { body: readFileSync(file), type, headers: { "content-security-policy": POLICY } };
  });
  registry = await createSmallRegistry(site.origin, new Date());
  browser = await launchBrowser();
}, 60_000);
afterAll(async () => {
  await browser.close();
  await site.close();
});
beforeEach(async () => {
  page = await browser.newPage();
  complaints = complaintsOf(page);
  await page.goto(`${site.origin}/validate.html`);
});
afterEach(() => page.close());

async function check(text: string, location = "", sha256 = ""): Promise<{ verdict: string | null; faults: string[] }> {
  await page.getByLabel("The file").fill(text);
  await page.getByLabel("Address of the page").fill(location);
  await page.getByLabel("SHA-256").fill(sha256);
  await page.getByRole("button", { name: "Check" }).click();
  const title = page.locator("[data-verdict]");
  await title.waitFor();
  return {
    verdict: await title.getAttribute("data-verdict"),
    faults: await page.locator("#report li > code:first-child").allTextContents(),
  };
}

it("verifies a sidecar with this registry, its page and its weights", async () => {
  expect(await check(registry.sidecar, PAGE, "5F".repeat(32))).toEqual({ verdict: "verified", faults: [] });
  expect(complaints).toEqual([]);
});

it("names each fault by code and path", async () => {
  expect(await check(registry.sidecar, "https://hub.example/thief/model", "00".repeat(32))).toEqual({
    verdict: "refuted",
    faults: ["SIDECAR_LOCATION", "SIDECAR_WEIGHTS"],
  });
  expect(await page.locator("#report li").first().textContent()).toContain("locations");
});

it("says of a changed file that its signature does not hold", async () => {
  expect(await check(registry.sidecar.replace("Aster", "Bster"))).toEqual({ verdict: "refuted", faults: ["SIGNATURE_INVALID"] });
});

it("calls an unsigned file unproven", async () => {
  expect(await check(registry.sidecar.replace(/,"signature":"[^"]*"/, ""))).toEqual({ verdict: "unproven", faults: ["SIDECAR_UNSIGNED"] });
});

it("shows hostile text as text", async () => {
  const { verdict, faults } = await check('{"<img src=x onerror=alert(1)>":1,"<img src=x onerror=alert(1)>":2}');
  expect({ verdict, faults }).toEqual({ verdict: "refuted", faults: ["CANONICAL_JSON"] });
  expect(await page.locator("#report img").count()).toBe(0);
  expect(complaints).toEqual([]);
});
