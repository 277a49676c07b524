import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { complaintsOf, launchBrowser, type Served, serveSite, type Site } from "./served-page.ts";
import { createSmallRegistry, PAGE, type SmallRegistry } from "./small-registry.ts";

const DIST = join(import.meta.dirname, "../dist");
const FILE = "omla-badge.min.js";
/** As strict as a page can be that runs the badge: no inline style, no inline script, Trusted Types. */
const POLICY =
  "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types lit-html";

vi.setConfig({ testTimeout: 30_000 }); // a browser starts slowly on a busy machine

let site: Site;
let registry: SmallRegistry;
let browser: Browser;
let integrity: Record<string, string>;

beforeAll(async () => {
  if (!existsSync(join(DIST, FILE))) throw new Error("the CDN file is not there: run `npm run build` first");
  integrity = JSON.parse(readFileSync(join(DIST, "integrity.json"), "utf8")) as Record<string, string>;
  site = await serveSite((path, { headers }) => {
    if (path === "/omla.json") return serveSidecar(headers["if-none-match"]);
    return registry.answer(path) ?? servePage(path) ?? serveFile(path.slice(1));
  });
  registry = await createSmallRegistry(site.origin, new Date());
  browser = await launchBrowser();
}, 60_000);
afterAll(async () => {
  await browser.close();
  await site.close();
});

const ETAG = '"one"';
const sidecarStatuses: number[] = [];

function serveSidecar(known: string | undefined): Served {
  const status = known === ETAG ? 304 : 200;
  sidecarStatuses.push(status);
  return {
    status,
    body: status === 304 ? "" : registry.sidecar,
    type: "application/json",
    headers: { etag: ETAG, "cache-control": "max-age=3600" },
  };
}

function servePage(path: string): Served | undefined {
  const pinned: Record<string, string> = { "/": integrity[FILE] ?? "", "/tampered": `sha384-${"A".repeat(64)}` };
  const hash = pinned[path];
  if (hash === undefined) return undefined;
  const body = `<!doctype html><html lang="de"><title>Model</title><link rel="icon" href="data:,">
<script type="module" src="/${FILE}" integrity="${hash}" crossorigin="anonymous"></script>
<omla-badge src="/omla.json" registry="${site.origin}" page="${PAGE}"><a href="/"><img src="data:," alt="OMLA"></a></omla-badge>`;
  return { body, headers: { "content-security-policy": `${POLICY}; img-src data:` } };
}

function serveFile(name: string): Served | undefined {
  return name in integrity ? { type: "text/javascript", body: readFileSync(join(DIST, name)) } : undefined;
}

async function openPage(path: string, before?: (page: Page) => Promise<unknown>): Promise<{ page: Page; complaints: string[] }> {
  const page = await browser.newPage();
  const complaints = complaintsOf(page);
  await before?.(page);
  await page.goto(site.origin + path);
  return { page, complaints };
}

const stateOf = (page: Page): Promise<string | null> => page.locator("omla-badge").getAttribute("state");

describe("the CDN file on a page with a strict policy and Trusted Types", () => {
  it("verifies, speaks the page's language and opens its panel without one report", async () => {
    const { page, complaints } = await openPage("/");
    await page.locator("omla-badge[state=compliant]").waitFor();
    await page.getByRole("button", { name: "OMLA Ordnungsgemäß" }).click();
    await page.getByText("Wer bezahlt wird").waitFor();
    await page.getByText("100 %").waitFor();
    expect(complaints).toEqual([]);
    await page.close();
  });

  it("asks for omla.json anew on each visit, and gets no body where nothing has changed", async () => {
    const { page } = await openPage("/");
    await page.locator("omla-badge[state=compliant]").waitFor();
    const before = sidecarStatuses.length;
    await page.reload();
    await page.locator("omla-badge[state=compliant]").waitFor();
    expect(sidecarStatuses.slice(before)).toEqual([304]);
    await page.close();
  });

  it("loads noble, and only then, where the browser lacks Ed25519", async () => {
    const before = site.requests.length;
    const { page, complaints } = await openPage("/", (one) =>
      one.addInitScript(() => {
        crypto.subtle.importKey = () => Promise.reject(new DOMException("no Ed25519", "NotSupportedError"));
      }),
    );
    await page.locator("omla-badge[state=compliant]").waitFor();
    const noble = (requests: readonly string[]): string[] => requests.filter((request) => request.includes("noble"));
    expect(noble(site.requests.slice(0, before))).toEqual([]);
    expect(noble(site.requests.slice(before)).length).toBe(1);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it("refuses one flipped character of the signature with noble too", async () => {
    const whole = registry;
    const sidecar = whole.sidecar.replace(/"signature":"(.)/, (_, first: string) => `"signature":"${first === "A" ? "B" : "A"}`);
    registry = { ...whole, sidecar };
    const { page } = await openPage("/", (one) =>
      one.addInitScript(() => {
        crypto.subtle.importKey = () => Promise.reject(new DOMException("no Ed25519", "NotSupportedError"));
      }),
    );
    await page.locator("omla-badge[state=mismatch_signature]").waitFor();
    await page.close();
    registry = whole;
  });

  it("verifies where there is no WebCrypto at all, as on pages over plain http", async () => {
    const { page, complaints } = await openPage("/", (one) =>
      one.addInitScript(() => Object.defineProperty(globalThis.crypto, "subtle", { value: undefined })),
    );
    await page.locator("omla-badge[state=compliant]").waitFor();
    expect(complaints).toEqual([]);
    await page.close();
  });

  it("does not run at all with another integrity hash, and the image inside stays", async () => {
    const { page, complaints } = await openPage("/tampered");
    await page.waitForLoadState("networkidle");
    expect(complaints.join("\n")).toMatch(/integrity/i);
    expect(await stateOf(page)).toBeNull();
    expect(await page.getByRole("img", { name: "OMLA" }).count()).toBe(1);
    await page.close();
  });

  it("keeps the image badge for visitors without scripts", async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(site.origin);
    expect(await page.locator("omla-badge img").count()).toBe(1);
    await context.close();
  });
});

it("lists the right hash of every file that a badge can load", () => {
  expect(Object.keys(integrity)).toContain(FILE);
  for (const [name, hash] of Object.entries(integrity)) {
    const own = createHash("sha384")
      .update(readFileSync(join(DIST, name)))
      .digest("base64");
    expect(hash, name).toBe(`sha384-${own}`);
    const loads = readFileSync(join(DIST, name), "utf8").match(/omla-badge\.[\w-]+\.min\.js(?!\.map)/g) ?? [];
    for (const loaded of loads) expect(integrity, `${name} loads ${loaded}`).toHaveProperty([loaded]);
  }
});
