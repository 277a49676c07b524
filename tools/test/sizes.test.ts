import { expect, test } from "vitest";
import { formatFindings } from "../tidy/finding.ts";
import { findSwollenFiles, LINE_MAX_CHARACTERS, MEDIAN_MAX_LINES, SHIPPED_MAX_LINES, TEST_MAX_LINES } from "../tidy/sizes.ts";
import { plantFolder } from "./planted-folder.ts";
import { PROJECT } from "./project.ts";

const lines = (count: number): string => "const x = 1;\n".repeat(count);

test("no file has outgrown the house", () => {
  expect(formatFindings(findSwollenFiles(PROJECT))).toBe("");
});

test("finds a file of one line more than it may have, and lets the largest one pass", () => {
  const small = Object.fromEntries(["a", "b", "c", "d", "e"].map((name) => [`packages/x/src/${name}.ts`, lines(10)]));
  const root = plantFolder({
    ...small,
    "packages/x/src/most.ts": lines(SHIPPED_MAX_LINES),
    "packages/x/src/more.ts": lines(SHIPPED_MAX_LINES + 1),
    "packages/x/test/most.test.ts": lines(TEST_MAX_LINES),
    "packages/x/test/more.test.ts": lines(TEST_MAX_LINES + 1),
  });
  expect(findSwollenFiles(root).map(({ file }) => file)).toEqual(["packages/x/src/more.ts", "packages/x/test/more.test.ts"]);
});

test("finds files that are all a little too long", () => {
  const root = plantFolder({
    "packages/x/src/a.ts": lines(MEDIAN_MAX_LINES),
    "packages/x/src/b.ts": lines(MEDIAN_MAX_LINES + 10),
    "packages/x/src/c.ts": lines(20),
  });
  expect(findSwollenFiles(root)).toEqual([
    { file: "packages", message: `the median file has ${MEDIAN_MAX_LINES + 1} lines, at most ${MEDIAN_MAX_LINES}` },
  ]);
});

test("finds a line that nobody reads to its end, and lets a long address pass", () => {
  const words = "a + ".repeat(LINE_MAX_CHARACTERS / 4);
  const root = plantFolder({
    "tools/a.ts": `const x = ${words}a;\n`,
    "tools/b.ts": `const url = "https://example.com/${"a".repeat(LINE_MAX_CHARACTERS)}";\n`,
  });
  expect(findSwollenFiles(root).map(({ file, line }) => [file, line])).toEqual([["tools/a.ts", 1]]);
});
