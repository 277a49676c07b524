import { existsSync } from "node:fs";

const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Where the browser of the tests is: `OMLA_CHROMIUM`, or the first of the usual places; undefined where there is none. */
export function findChromium(): string | undefined {
  return [process.env["OMLA_CHROMIUM"] ?? "", ...PLACES].find((place) => place !== "" && existsSync(place));
}

/** As {@link findChromium}; the first usual place where none exists yet, so that a configuration can be written before the browser is installed. */
export function chromiumPath(): string {
  return findChromium() ?? "/usr/bin/chromium";
}

export const chromiumArguments: readonly string[] & string[] = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
