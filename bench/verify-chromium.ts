import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { chromiumArguments, chromiumPath } from "../tools/chromium.ts";
import type { Row } from "./measure.ts";

/** Runs the comparison with `crypto.subtle` inside a real Chromium, on a page of this machine. */
export async function verifyInChromium(): Promise<Pick<Row, "peer" | "peerVersion" | "ratio">> {
  const entry = fileURLToPath(new URL("verify-page.ts", import.meta.url));
  const bundled = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    conditions: ["omla-source"],
  });
  const script = bundled.outputFiles[0]?.text ?? "";
  const server = createServer((request, response) => {
    const isScript = request.url === "/page.js";
    response.writeHead(200, { "content-type": isScript ? "text/javascript" : "text/html" });
    response.end(isScript ? script : '<!doctype html><title>bench</title><script type="module" src="/page.js"></script>');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: chromiumArguments });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const done = await page.waitForFunction("globalThis.omlaRatio", undefined, { timeout: 120_000 });
    return { peer: "crypto.subtle, cached key", peerVersion: `Chromium ${browser.version()}`, ratio: Number(await done.jsonValue()) };
  } finally {
    await browser.close();
    server.close();
  }
}
