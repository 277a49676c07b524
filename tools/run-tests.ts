// The tests, as `npm test` and `npm run test:long` run them; further arguments go to vitest (a file, `--project sdk`).
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunResult } from "./count-reporter.ts";
import { ensureChromium, ensurePublicVectors } from "./prerequisites.ts";

const root = join(import.meta.dirname, "..");
const args = process.argv.slice(2);
const long = args.includes("--long");
const rest = args.filter((arg) => arg !== "--long");

ensureChromium();
ensurePublicVectors();

const folder = mkdtempSync(join(tmpdir(), "omla-tests-"));
const file = join(folder, "result.json");
const env = { ...process.env, OMLA_TEST_LONG: long ? "1" : "0", OMLA_TEST_RESULT: file };
const vitest = join(root, "node_modules/vitest/vitest.mjs");
const { status } = spawnSync(process.execPath, [vitest, "run", ...rest], { cwd: root, stdio: "inherit", env });

// The exit code alone is not believed: the real PostgreSQL's own exit hook was seen to end a failed run with 0.
const faults = status === 0 ? [] : [`vitest ended with ${status ?? "a signal"}`];
try {
  const result = JSON.parse(readFileSync(file, "utf8")) as RunResult;
  if (result.failed > 0) faults.push(`${result.failed} tests failed`);
  if (result.errors > 0) faults.push(`${result.errors} errors outside of tests`);
  // A run of some files cannot meet the floors of all suites.
  if (rest.length === 0 && !long) faults.push(...missingTests(result));
} catch {
  faults.push("the run did not come to its end");
}
rmSync(folder, { recursive: true });
for (const fault of faults) process.stderr.write(`tests: ${fault}\n`);
process.exit(faults.length === 0 ? 0 : 1);

/** A suite that silently shrinks (a glob that matches nothing, a prerequisite that skips) must not look green. */
function missingTests({ executed }: RunResult): string[] {
  const floors = JSON.parse(readFileSync(join(import.meta.dirname, "test-counts.json"), "utf8")) as Record<string, number>;
  return Object.entries(floors)
    .filter(([name, floor]) => (executed[name] ?? 0) < floor)
    .map(([name, floor]) => `suite ${name} executed ${executed[name] ?? 0} tests, tools/test-counts.json asks for ${floor}`);
}
