// All that .ci/run checks. `--static` leaves the tests out (they ran before), `--fix` formats first.
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const bin = (name: string): string => join(root, "node_modules/.bin", name);
const node = (file: string, ...args: string[]): string[] => [process.execPath, join(root, file), ...args];
const published = ["sdk", "verifier", "widget", "server-reference"].map((name) => join("packages", name));

interface Step {
  readonly name: string;
  readonly command: readonly string[];
  readonly cwd?: string;
}

const steps: Step[] = [
  {
    name: "format",
    command: [
      bin("biome"),
      process.argv.includes("--fix") ? "format" : "ci",
      ...(process.argv.includes("--fix") ? ["--write"] : ["--linter-enabled=false"]),
      ".",
    ],
  },
  { name: "lint", command: [bin("eslint"), ".", "--max-warnings", "0"] },
  { name: "types", command: node("tools/typecheck.ts") },
  { name: "dead code", command: [bin("knip"), "--no-progress"] },
  ...published.map((cwd) => ({ name: `publint ${cwd}`, command: [bin("publint"), "run", "--strict"], cwd })),
  ...published.map((cwd) => ({
    name: `types resolve ${cwd}`,
    command: [
      bin("attw"),
      "--pack",
      ".",
      "--profile",
      "esm-only",
      "--no-emoji",
      "--format",
      "table-flipped",
      "--exclude-entrypoints",
      "cdn",
      "package.json",
    ],
    cwd,
  })),
  { name: "sizes", command: [bin("size-limit")] },
];
if (!process.argv.includes("--static")) steps.push({ name: "tests", command: node("tools/run-tests.ts") });

const failed = steps.filter((step) => !passes(step)).map((step) => step.name);
process.stdout.write(failed.length === 0 ? `\nall ${steps.length} checks pass\n` : `\nfailed: ${failed.join(", ")}\n`);
process.exit(failed.length === 0 ? 0 : 1);

function passes(step: Step): boolean {
  const started = performance.now();
  const [file = "", ...args] = step.command;
  const done = spawnSync(file, args, {
    cwd: join(root, step.cwd ?? "."),
    encoding: "utf8",
    stdio: step.name === "tests" ? "inherit" : "pipe",
  });
  const ok = done.status === 0;
  process.stdout.write(`${ok ? "ok    " : "FAILED"} ${step.name} (${((performance.now() - started) / 1000).toFixed(1)} s)\n`);
  if (!ok && step.name !== "tests") process.stdout.write(`${done.stdout ?? ""}${done.stderr ?? ""}\n`);
  return ok;
}
