import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findFenceFaults } from "../tidy/fences.ts";
import { formatFindings } from "../tidy/finding.ts";
import { fencesOf } from "../tidy/markdown.ts";
import { readProjectFile } from "../tidy/source-files.ts";
import { plantFolder } from "./planted-folder.ts";
import { PROJECT } from "./project.ts";

/** A folder with pages that finds packages where the project finds them. */
function plantPages(pages: Readonly<Record<string, string>>): string {
  const root = plantFolder({
    ...pages,
    "package.json": '{ "type": "module" }',
    "tsconfig.base.json": readProjectFile(PROJECT, "tsconfig.base.json"),
  });
  symlinkSync(join(PROJECT, "node_modules"), join(root, "node_modules"));
  return root;
}

const fence = (language: string, code: string): string => `\`\`\`${language}\n${code}\n\`\`\`\n`;

test("every code block of every page compiles", () => {
  expect(formatFindings(findFenceFaults(PROJECT))).toBe("");
});

test("finds a forgotten await, an unknown name, a wrong member and broken json, each at its line", () => {
  const root = plantPages({
    "README.md": [
      "# A page",
      fence("ts", 'const text = fetch("https://example.com").text();'),
      fence("ts", 'import { isAddres } from "@omla/sdk/protocol";'),
      fence("js", 'const n = "a".lenght;'),
      fence("json", '{ "a": 1, }'),
    ].join("\n"),
  });
  expect(findFenceFaults(root).map(({ line, message }) => [line, message.slice(0, 6)])).toEqual([
    [15, "does n"],
    [3, "TS2339"],
    [7, "TS2724"],
    [11, "TS2551"],
  ]);
});

test("a block goes on where the one before it ended only where it says so", () => {
  const page = (mark: string): string =>
    `${fence("ts", "const a = 1;")}\nthen\n\n${fence(`ts${mark}`, "console.log(a);\nconsole.log(b);")}`;
  const messages = (mark: string): (string | number | undefined)[][] =>
    findFenceFaults(plantPages({ "a.md": page(mark) })).map(({ line, message }) => [line, message]);
  expect(messages(" continued")).toEqual([[9, "TS2304 Cannot find name 'b'."]]);
  expect(messages("")).toEqual([
    [8, "TS2304 Cannot find name 'a'."],
    [9, "TS2304 Cannot find name 'b'."],
  ]);
});

test("two blocks of one page do not see each other's names", () => {
  expect(findFenceFaults(plantPages({ "a.md": `${fence("ts", "const a = 1;")}\n${fence("ts", 'const a = "x";')}` }))).toEqual([]);
});

test("reads a block inside a list without its indent", () => {
  expect(fencesOf("1. Do:\n\n   ```sh\n   npm test\n     npm start\n   ```\n")).toEqual([
    { language: "sh", marks: [], text: "npm test\n  npm start\n", line: 4 },
  ]);
});
