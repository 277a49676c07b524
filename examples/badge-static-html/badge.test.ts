import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { chromiumArguments, chromiumPath } from "../../tools/chromium.ts";

const PAGE = "https://models.example/aster-7b/";
const DIST = dirname(fileURLToPath(import.meta.resolve("@omla/widget/cdn")));
const sidecar = JSON.parse(readFileSync(join(import.meta.dirname, "omla.json"), "utf8")) as Record<string, string>;

let browser: Browser;

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: chromiumPath(), args: chromiumArguments });
});
afterAll(() => browser.close());

/** The example as its visitor meets it: the page, the CDN and a registry that says `state`, each at its own https address. */
async function visit(state: string, text = JSON.stringify(sidecar)): Promise<{ page: Page; complaints: string[] }> {
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => void (message.type() === "error" && complaints.push(message.text())));
  const cors = { "access-control-allow-origin": "*", "access-control-allow-headers": "content-type" };
  await page.route("https://cdn.example/**", (route) =>
    route.fulfill({ path: join(DIST, new URL(route.request().url()).pathname), contentType: "text/javascript", headers: cors }),
  );
  await page.route("https://registry.example/**", (route) => route.fulfill({ json: answers(state, route.request().url()), headers: cors }));
  await page.route(`${PAGE}omla.json`, (route) => route.fulfill({ body: text, contentType: "application/json" }));
  await page.route(PAGE, (route) => route.fulfill({ path: join(import.meta.dirname, "index.html"), contentType: "text/html" }));
  await page.goto(PAGE);
  return { page, complaints };
}

function answers(state: string, url: string): unknown {
  if (!url.endsWith("/verify_many")) return [];
  const { model_id, wallet: address, pubkey: ed25519_pubkey, name, license_version } = sidecar;
  const as_of = new Date().toISOString();
  return [
    { registered: true, query: model_id, model_id, address, ed25519_pubkey, name, license_version, asset_kind: "model", state, as_of },
  ];
}

it("shows a verified model in good order, on a page with a strict policy", async () => {
  const { page, complaints } = await visit("COMPLIANT");
  await page.getByRole("button", { name: "OMLA Compliant" }).click();
  await page
    .getByRole("dialog", { name: "Aster 7B" })
    .getByText(sidecar["wallet"] ?? "")
    .first()
    .waitFor();
  expect(complaints).toEqual([]);
});

it("shows that a complaint is being examined", async () => {
  const { page } = await visit("UNDER_REVIEW");
  await page.getByRole("button", { name: "OMLA Under review" }).waitFor();
  expect(await page.locator("omla-badge").getAttribute("state")).toBe("under_review");
});

it("shows that the file was changed", async () => {
  const { page } = await visit("COMPLIANT", JSON.stringify({ ...sidecar, name: "Aster 70B" }));
  await page.getByRole("button", { name: "OMLA Invalid signature" }).waitFor();
  expect(await page.locator("omla-badge").getAttribute("state")).toBe("mismatch_signature");
});

it("leaves the registry's image to visitors without scripts", async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.setContent(readFileSync(join(import.meta.dirname, "index.html"), "utf8"));
  expect(await page.getByRole("img", { name: "OMLA badge of Aster 7B" }).count()).toBe(1);
  await context.close();
});
