import { expect, test } from "vitest";
import { formatFindings } from "../tidy/finding.ts";
import { findForbiddenText } from "../tidy/forbidden-text.ts";
import { plantFolder } from "./planted-folder.ts";
import { PROJECT } from "./project.ts";

const glue = (...parts: string[]): string => parts.join("");

test("nothing that is committed names a machine, is unfinished or switches a check off silently", () => {
  expect(formatFindings(findForbiddenText(PROJECT))).toBe("");
});

test.each([
  ["a path of one machine in a page", "docs/a.md", glue("see /wo", "rk/main/README.md")],
  ["a path of one machine in a setting", "package.json", glue('{ "a": "/ho', 'me/ann/x" }')],
  ["what is unfinished", "packages/x/src/a.ts", glue("// TO", "DO later")],
  ["a test that is switched off", "packages/x/test/a.test.ts", glue("test.sk", 'ip("x", () => {});')],
  ["a test that alone runs", "packages/x/test/a.test.ts", glue("describe.on", 'ly("x", () => {});')],
  ["an expectation without a matcher", "packages/x/test/a.test.ts", glue("expect", "(a.equals(b));")],
  ["a snapshot", "packages/x/test/a.test.ts", glue("expect(a).toMatch", "Snapshot();")],
  ["a check switched off without its reason", "packages/x/src/a.ts", glue("// eslint-", "disable-next-line no-console\nconsole.log(1);")],
  ["a whole file without checks", "packages/x/src/a.ts", glue("/* eslint-", "disable */")],
  ["a type error hidden without its reason", "packages/x/src/a.ts", glue("// @ts-", "expect-error\n")],
  ["the environment read beside the configuration", "packages/server-reference/src/app.ts", glue("const port = process.", "env.PORT;")],
])("finds %s", (_fault, file, text) => {
  expect(findForbiddenText(plantFolder({ [file]: `\n${text}\n` })).map((finding) => [finding.file, finding.line])).toEqual([[file, 2]]);
});

test("lets pass what only looks like it", () => {
  const root = plantFolder({
    "docs/a.md": "The frame/work/item of https://example.com/work/plan.",
    "packages/x/test/a.test.ts": 'test.skipIf(vectors === null)("x", () => { expect(a).toBe(b); });\n',
    "packages/x/src/a.ts": glue("// eslint-", "disable-next-line no-console -- the command's own output\nconsole.log(1);"),
    "packages/server-reference/src/config.ts": glue("const port = process.", "env.PORT;"),
    "packages/server-reference/src/app.ts": glue(" * buildApp(loadConfig(process.", "env));"),
  });
  expect(findForbiddenText(root)).toEqual([]);
});
