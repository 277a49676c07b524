import { expect, test } from "vitest";
import { EXAMPLE_MAX_LINES, findExampleFaults } from "../tidy/examples.ts";
import { formatFindings } from "../tidy/finding.ts";
import { plantFolder } from "./planted-folder.ts";
import { PROJECT } from "./project.ts";

const lines = (count: number): string => "const x = 1;\n".repeat(count);

test("every example is short and run by a test", () => {
  expect(formatFindings(findExampleFaults(PROJECT))).toBe("");
});

test("finds an example that nothing runs, and one of a line too many", () => {
  const root = plantFolder({
    "examples/a/main.ts": lines(EXAMPLE_MAX_LINES),
    "examples/b/main.ts": lines(EXAMPLE_MAX_LINES + 1),
    "examples/b/main.test.ts": lines(EXAMPLE_MAX_LINES + 100),
  });
  expect(findExampleFaults(root)).toEqual([
    { file: "examples/a", message: "has no test that runs it" },
    { file: "examples/b/main.ts", message: `${EXAMPLE_MAX_LINES + 1} lines, at most ${EXAMPLE_MAX_LINES}: an example is read in one go` },
  ]);
});
