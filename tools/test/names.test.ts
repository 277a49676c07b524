import { expect, test } from "vitest";
import { formatFindings } from "../tidy/finding.ts";
import { findNameFaults } from "../tidy/names.ts";
import { plantFolder } from "./planted-folder.ts";
import { PROJECT } from "./project.ts";

test("every file is named after what it holds, every index lists its names", () => {
  expect(formatFindings(findNameFaults(PROJECT))).toBe("");
});

test.each([
  ["a file of anything", "packages/x/src/utils.ts", ""],
  ["a folder of anything", "packages/x/src/common/money.ts", ""],
  ["a file in camel case", "packages/x/src/hashWeights.ts", ""],
  ["an index without names", "packages/x/src/index.ts", 'export * from "./money.ts";\n'],
  ["an index with code", "packages/x/src/index.ts", "export const limit = 3;\n"],
])("finds %s", (_fault, file, text) => {
  expect(findNameFaults(plantFolder({ [file]: text })).map((finding) => finding.file)).toEqual([file]);
});

test("lets pass a test's helpers, a namespace export and suffixes of kinds", () => {
  const root = plantFolder({
    "packages/x/test/helpers/clock.ts": "",
    "packages/x/src/index.ts": 'export { money } from "./money.ts";\n',
    "packages/x/src/omla-badge.styles.ts": "",
    "packages/x/test/money.browser.test.ts": "",
  });
  expect(findNameFaults(root)).toEqual([]);
});
