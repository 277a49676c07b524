// The tests, as `npm test` and `npm run test:long` run them; further arguments go to vitest (a file, `--project sdk`).
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ensureChromium, ensurePublicVectors } from "./prerequisites.ts";

const root = join(import.meta.dirname, "..");
const args = process.argv.slice(2);
const long = args.includes("--long");
const rest = args.filter((arg) => arg !== "--long");

ensureChromium();
ensurePublicVectors();

const env = {
  ...process.env,
  // A run of some files cannot meet the floors of all suites.
  OMLA_ASSERT_COUNTS: rest.length === 0 && !long ? "1" : "0",
  OMLA_TEST_LONG: long ? "1" : "0",
};
const vitest = join(root, "node_modules/vitest/vitest.mjs");
const { status } = spawnSync(process.execPath, [vitest, "run", ...rest], { cwd: root, stdio: "inherit", env });
process.exit(status ?? 1);
