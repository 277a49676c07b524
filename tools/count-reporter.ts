import { writeFileSync } from "node:fs";
import type { Reporter, SerializedError, TestModule } from "vitest/node";

/** What one run came to; `tools/run-tests.ts` judges by it. */
export interface RunResult {
  readonly passed: number;
  readonly failed: number;
  /** Errors outside any test: a file that cannot be loaded, a promise that nobody caught. */
  readonly errors: number;
  /** Executed tests by suite. */
  readonly executed: Readonly<Record<string, number>>;
}

/** Counts what was really executed, suite by suite, and hands it over in the file named by `OMLA_TEST_RESULT`. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const result = countTests(modules, unhandled.length);
    const counts = Object.entries(result.executed).map(([name, count]) => `${name} ${count}`);
    process.stdout.write(`\nexecuted tests: ${counts.sort().join(", ")}\n`);
    process.stdout.write(`${result.passed} passed, ${result.failed} failed\n`);
    const file = process.env["OMLA_TEST_RESULT"] ?? "";
    if (file !== "") writeFileSync(file, JSON.stringify(result));
  }
}

function countTests(modules: readonly TestModule[], unhandled: number): RunResult {
  const executed: Record<string, number> = {};
  let [passed, failed, errors] = [0, 0, unhandled];
  for (const module of modules) {
    // "sdk-chromium (chromium)": the instance's name adds nothing where there is one.
    const suite = module.project.name.replace(/ \(.*\)$/, "");
    errors += module.errors().length;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === "passed") passed += 1;
      if (state === "failed") failed += 1;
      if (state === "passed" || state === "failed") executed[suite] = (executed[suite] ?? 0) + 1;
    }
  }
  return { passed, failed, errors, executed };
}
