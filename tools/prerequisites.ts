import { spawnSync } from "node:child_process";
import { findChromium } from "./chromium.ts";

/** Installs the browser of the tests where it is missing, or says how; a suite is never skipped for want of it. */
export function ensureChromium(): void {
  if (findChromium() !== undefined) return;
  const asRoot = process.getuid?.() === 0;
  if (asRoot && available("apt-get")) {
    process.stderr.write("installing Chromium (apt) …\n");
    apt(["update", "-qq"]);
    apt(["install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-liberation"]);
  }
  if (findChromium() === undefined) {
    throw new Error(
      "The browser tests need Chromium and none was found. Install it (Debian: `sudo apt-get install chromium`, macOS: Google Chrome) " +
        "or set OMLA_CHROMIUM to the path of one.",
    );
  }
}

/** In CI the published test data must be given; elsewhere its absence is said and the rest runs. */
export function ensurePublicVectors(): void {
  if (process.env["CI"] === undefined || (process.env["OMLA_PUBLIC_VECTORS"] ?? "") !== "") return;
  if (process.env["OMLA_WITHOUT_PUBLIC_VECTORS"] === "1") return;
  throw new Error(
    "In CI, OMLA_PUBLIC_VECTORS must name the folder of the published test data (Wycheproof, speccheck, JCS). " +
      "Set OMLA_WITHOUT_PUBLIC_VECTORS=1 to run without it.",
  );
}

function available(command: string): boolean {
  return spawnSync(command, ["--version"], { stdio: "ignore" }).status === 0;
}

function apt(args: string[]): void {
  const { status } = spawnSync("apt-get", args, { stdio: ["ignore", 2, 2], env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
  if (status !== 0) throw new Error(`apt-get ${args.join(" ")} failed`);
}
