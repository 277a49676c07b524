import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { encodeAddress } from "@omla/sdk/protocol";
import { type Browser, chromium } from "playwright-core";
import { chromiumArguments, chromiumPath } from "../tools/chromium.ts";
import { median, type Row } from "./measure.ts";

const BADGES = 1_000;
const ROUNDS = 9;
const FILE = "omla-badge.min.js";
const GOAL_KILOBYTES = 11;
const DIST = dirname(fileURLToPath(import.meta.resolve("@omla/widget/cdn")));
const ADDRESSES = Array.from({ length: BADGES }, (_, index) =>
  encodeAddress(`00000000-0000-4000-8000-${index.toString(16).padStart(12, "0")}`),
);
const IMAGE =
  '<svg xmlns="http://www.w3.org/2000/svg" width="110" height="20"><rect width="110" height="20" fill="#1f6f43"/><text x="5" y="14" fill="#fff">OMLA compliant</text></svg>';

/** What a page tells when all of its badges stand there: milliseconds, after two more frames. */
const WHEN_DONE = "requestAnimationFrame(() => requestAnimationFrame(() => (globalThis.doneMs = performance.now() - begin)))";

const page = (rest: string): string => `<!doctype html><style>img{width:36px;height:24px}omla-badge{--omla-badge-width:36px}</style>
<script>globalThis.begin = performance.now(); let shown = 0; addEventListener("omla-verdict", () => ++shown === ${BADGES} && ${WHEN_DONE})</script>${rest}`;
const images = (url: (index: number) => string): string =>
  `${ADDRESSES.map((_, index) => `<img src="${url(index)}">`).join("")}<script>Promise.all([...document.images].map((image) => image.decode())).then(() => ${WHEN_DONE})</script>`;

const PAGES: Readonly<Record<string, (origin: string) => string>> = {
  "/badges": (origin) =>
    page(
      `<script type="module" src="/${FILE}"></script>${ADDRESSES.map((model) => `<omla-badge model="${model}" registry="${origin}"></omla-badge>`).join("\n")}`,
    ),
  "/own-images": () => page(images((index) => `/badge/${ADDRESSES[index] ?? ""}.svg`)),
  "/one-image": () => page(images(() => "/badge/one.svg")),
};

/** Size of the badge's file, and a page of 1,000 badges (each verified by the registry's answer) beside pages of 1,000 images. */
export async function badgesBench(): Promise<Row[]> {
  const bytes = brotliCompressSync(readFileSync(join(DIST, FILE))).length;
  const size = `${(bytes / 1_000).toFixed(1)} kB brotli`;
  const rows: Row[] = [
    {
      name: "size: <omla-badge> CDN file",
      peer: `${GOAL_KILOBYTES} kB`,
      peerVersion: "",
      size,
      ratio: bytes / 1_000 / GOAL_KILOBYTES,
      goal: 1,
    },
  ];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += String(chunk)));
    request.on("end", () => {
      const [type, text] = answer(request.url ?? "/", body, `http://${request.headers.host}`);
      response.writeHead(200, { "content-type": type, "cache-control": "max-age=60" }).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: chromiumArguments });
  try {
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const times = await timePages(browser, origin);
    const ours = times["/badges"] ?? NaN;
    const shared = { name: "1,000 badges on a page", peerVersion: `Chromium ${browser.version()}`, size: `${BADGES} badges`, goal: 0.5 };
    const note = `${ours.toFixed(0)} ms`;
    rows.push({ ...shared, peer: "1,000 <img>, one for each model", ratio: ours / (times["/own-images"] ?? NaN), note });
    rows.push({
      ...shared,
      peer: "1,000 <img> from one URL",
      ratio: ours / (times["/one-image"] ?? NaN),
      note: `${note}; one image shows one state`,
    });
  } finally {
    await browser.close();
    server.close();
  }
  return rows;
}

/** Median milliseconds of each page, in turn, each in a fresh context. */
async function timePages(browser: Browser, origin: string): Promise<Record<string, number>> {
  const times: Record<string, number[]> = {};
  for (let round = 0; round < ROUNDS; round += 1)
    for (const path of Object.keys(PAGES)) {
      const context = await browser.newContext({ viewport: { width: 1_100, height: 900 } });
      const tab = await context.newPage();
      await tab.goto(origin + path);
      const done = await tab.waitForFunction("globalThis.doneMs", undefined, { timeout: 60_000 });
      (times[path] ??= []).push(Number(await done.jsonValue()));
      await context.close();
    }
  return Object.fromEntries(Object.entries(times).map(([path, all]) => [path, median(all)]));
}

function answer(path: string, body: string, origin: string): [type: string, text: string] {
  if (PAGES[path]) return ["text/html; charset=utf-8", PAGES[path](origin)];
  if (path.endsWith(".svg")) return ["image/svg+xml", IMAGE];
  if (path.endsWith("/verify_many")) return ["application/json", JSON.stringify(answerMany(body))];
  return path.startsWith("/omla-badge") ? ["text/javascript", readFileSync(join(DIST, path), "utf8")] : ["text/plain", ""];
}

function answerMany(body: string): unknown[] {
  const { addresses } = JSON.parse(body) as { addresses: string[] };
  const as_of = new Date().toISOString();
  return addresses.map((address) => ({ registered: true, query: address, address, state: "COMPLIANT", as_of }));
}
