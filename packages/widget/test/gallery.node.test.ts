import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { STATES } from "../gallery/scenarios.ts";
import { complaintsOf, launchBrowser, type Served, serveSite, type Site } from "./served-page.ts";

const GALLERY = join(import.meta.dirname, "../dist/gallery");
/** What the reference registry sends with every page. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'";
const TYPES: Record<string, string> = { ".js": "text/javascript", ".css": "text/css", ".html": "text/html; charset=utf-8" };

vi.setConfig({ testTimeout: 30_000 }); // a browser starts slowly on a busy machine

let site: Site;
let browser: Browser;

beforeAll(async () => {
  if (!existsSync(join(GALLERY, "gallery.js"))) throw new Error("the gallery is not there: run `npm run build` first");
  site = await serveSite(serveGallery);
  browser = await launchBrowser();
}, 60_000);
afterAll(async () => {
  await browser.close();
  await site.close();
});

function serveGallery(path: string): Served | undefined {
  const name = path.replace("/badge-gallery/", "") || "index.html";
  const file = join(GALLERY, name);
  if (!/^[\w-]+\.(js|css|html)$/.test(name) || !existsSync(file)) return undefined;
  return { body: readFileSync(file), type: TYPES[/\.\w+$/.exec(name)?.[0] ?? ""] ?? "", headers: { "content-security-policy": POLICY } };
}

async function open(name: string): Promise<{ page: Page; complaints: string[] }> {
  const page = await browser.newPage({ viewport: { width: 1100, height: 3000 } });
  const complaints = complaintsOf(page);
  await page.goto(`${site.origin}/badge-gallery/${name}`);
  return { page, complaints };
}

describe("the gallery", () => {
  it("shows every state, each found out by its badge, under the registry's own policy", async () => {
    const { page, complaints } = await open("");
    for (const state of STATES) await page.locator(`[data-case=${state}] omla-badge[state=${state}]`).waitFor();
    await page.locator("[data-case=hi] omla-badge[state=mismatch_wallet]").waitFor();
    expect(complaints).toEqual([]);
    await page.close();
  });

  it("changes colours and language by its two choices", async () => {
    const { page } = await open("index.html");
    const badge = page.locator("[data-case=compliant] omla-badge");
    await badge.and(page.locator("[state=compliant]")).waitFor();
    const background = (): Promise<string> => badge.getByRole("button").evaluate((button) => getComputedStyle(button).backgroundColor);
    const light = await background();
    await page.getByLabel("Colours").selectOption("dark");
    expect(await background()).not.toBe(light);
    await page.getByLabel("Language").selectOption("fr");
    await badge.getByRole("button", { name: "OMLA En règle" }).waitFor();
    await page.close();
  });

  it.each(["hugging-face.html", "civitai.html"])("imitates a model page in %s, without a complaint", async (name) => {
    const { page, complaints } = await open(name);
    const findStates = (): Promise<(string | null)[]> =>
      page.locator("omla-badge").evaluateAll((badges) => badges.map((badge) => badge.getAttribute("state")));
    await expect.poll(async () => (await findStates()).every((state) => state !== null && state !== "loading")).toBe(true);
    const states = await findStates();
    expect(states.length).toBeGreaterThanOrEqual(3);
    expect(states).not.toContain("unreadable");
    expect(complaints).toEqual([]);
    await page.close();
  });

  it.each(["index.html", "hugging-face.html", "civitai.html"])("has no finding of axe in %s", async (name) => {
    const context = await browser.newContext({ bypassCSP: true, viewport: { width: 1100, height: 3000 } });
    const page = await context.newPage();
    await page.goto(`${site.origin}/badge-gallery/${name}`);
    await page.locator("omla-badge[state=compliant], omla-badge[state=reporting]").first().waitFor();
    await page.evaluate(axe.source);
    const findings = await page.evaluate(async () => {
      const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
      return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
    });
    expect(findings).toEqual([]);
    await context.close();
  });
});
