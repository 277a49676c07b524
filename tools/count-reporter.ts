import { readFileSync } from "node:fs";
import type { Reporter, TestModule } from "vitest/node";

/**
 * Fails a full run in which a suite executed fewer tests than tools/test-counts.json says: a suite that silently
 * shrinks (a glob that matches nothing, a prerequisite that skips) must not look green.
 */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const executed = new Map<string, number>();
    let passed = 0;
    let failed = 0;
    for (const module of modules) {
      const name = module.project.name;
      for (const test of module.children.allTests()) {
        const state = test.result().state;
        if (state === "passed") passed += 1;
        if (state === "failed") failed += 1;
        if (state === "passed" || state === "failed") executed.set(name, (executed.get(name) ?? 0) + 1);
      }
    }
    const counts = [...executed].map(([name, count]) => `${name} ${count}`).sort();
    process.stdout.write(`\nexecuted tests: ${counts.join(", ")}\n`);
    process.stdout.write(`${passed} passed, ${failed} failed\n`);
    if (process.env["OMLA_ASSERT_COUNTS"] !== "1") return;
    const floors = JSON.parse(readFileSync(new URL("test-counts.json", import.meta.url), "utf8")) as Record<string, number>;
    for (const [name, floor] of Object.entries(floors)) {
      const count = executed.get(name) ?? 0;
      if (count >= floor) continue;
      process.stderr.write(`suite ${name} executed ${count} tests, tools/test-counts.json asks for ${floor}\n`);
      process.exitCode = 1;
    }
  }
}
