import { readFileSync } from "node:fs";

/** The version of this package; source and build lie equally deep below its manifest. */
export function packageVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string };
  return manifest.version;
}
