import { expect, test } from "vitest";
import { cyclicGroups, findCycles } from "../tidy/cycles.ts";
import { formatFindings } from "../tidy/finding.ts";
import { plantFolder } from "./planted-folder.ts";
import { PROJECT } from "./project.ts";

test("no file of the project imports itself in a circle", () => {
  expect(formatFindings(findCycles(PROJECT))).toBe("");
});

test("finds a circle of three files, one of them by a type and one by a late import", () => {
  const root = plantFolder({
    "packages/x/src/a.ts": 'import { b } from "./b.ts";\nexport const a = b;\n',
    "packages/x/src/b.ts": 'import type { C } from "./c.ts";\nexport const b: C = 1;\n',
    "packages/x/src/c.ts": 'export type C = number;\nexport const late = () => import("./a.ts");\n',
    "packages/x/src/d.ts": 'import { a } from "./a.ts";\nexport const d = a;\n',
  });
  expect(findCycles(root).map(({ message }) => message)).toEqual([
    "import cycle: packages/x/src/a.ts ⇄ packages/x/src/b.ts ⇄ packages/x/src/c.ts",
  ]);
});

test("finds a circle that goes through another package's entry", () => {
  const root = plantFolder({
    "packages/x/package.json": JSON.stringify({ name: "@p/x", exports: { "./deep": { "omla-source": "./src/deep.ts" } } }),
    "packages/x/src/deep.ts": 'export * as y from "../../y/src/y.ts";\n',
    "packages/y/src/y.ts": 'import { y } from "@p/x/deep";\nexport const z = y;\n',
  });
  expect(findCycles(root)).toHaveLength(1);
});

test("a file that imports itself is a circle, a diamond is none", () => {
  expect(cyclicGroups([{ from: "a", to: "a" }])).toEqual([["a"]]);
  const diamond = [
    ["a", "b"],
    ["a", "c"],
    ["b", "d"],
    ["c", "d"],
  ].map(([from = "", to]) => ({ from, to }));
  expect(cyclicGroups(diamond)).toEqual([]);
});
