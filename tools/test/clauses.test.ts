import { expect, test } from "vitest";
import { clausesOf, findClauseFaults } from "../tidy/clauses.ts";
import { formatFindings } from "../tidy/finding.ts";
import { readProjectFile } from "../tidy/source-files.ts";
import { plantFolder } from "./planted-folder.ts";
import { PROJECT } from "./project.ts";

const page = "docs/spec/4-splits.md";
const nothing = ["docs", "spec", "5-nothing.md"].join("/");
const spec = { [page]: "# 4\n\n**4.1** Shares.\n\n**4.2** Edges.\n\n**4.3** Floors, see **4.1**.\n" };

test("every clause is in its place and every citation of one exists", () => {
  expect(formatFindings(findClauseFaults(PROJECT))).toBe("");
});

test("there are twenty-two decisions", () => {
  expect(clausesOf(readProjectFile(PROJECT, "docs/spec/1-decisions.md"))).toHaveLength(22);
});

test.each([
  ["a clause that does not exist", { ...spec, "a.ts": `/** @see ${page} clause 4.4 */` }, "4-splits.md has no clause 4.4"],
  ["the second of two clauses", { ...spec, "a.ts": `/** @see ${page} clauses 4.1, 4.7 */` }, "4-splits.md has no clause 4.7"],
  ["the end of a range", { ...spec, "a.sql": `-- ${page} clauses 4.1–4.9` }, "4-splits.md has no clause 4.9"],
  ["a clause by a link", { ...spec, "docs/a.md": "see [4.1, 4.8](spec/4-splits.md)" }, "4-splits.md has no clause 4.8"],
  ["a page that does not exist", { ...spec, "a.ts": `/** @see ${nothing} clause 5.1 */` }, `${nothing} does not exist`],
])("finds a citation of %s", (_fault, files, message) => {
  expect(findClauseFaults(plantFolder(files)).map((finding) => finding.message)).toEqual([message]);
});

test("finds a gap in the numbers, and an index that promises more", () => {
  const root = plantFolder({
    [page]: "**4.1** a\n\n**4.3** b\n",
    "docs/spec/README.md": "| [4-splits.md](4-splits.md) | splits | 4.1–4.9 | x |\n",
  });
  expect(findClauseFaults(root).map(({ message }) => message)).toEqual([
    "clause 4.3 stands where 4.2 is expected: numbers are in order, without gaps, and never reused",
    "4-splits.md holds 4.1–4.3, the index says 4.1–4.9",
  ]);
});

test("lets citations of clauses that exist pass", () => {
  const root = plantFolder({
    ...spec,
    "a.ts": `/** @see ${page} clause 4.3. */\n// ${page} clauses 4.1 and 4.2`,
    "docs/spec/README.md": "| [4-splits.md](4-splits.md) | splits | 4.1–4.3 | x |\n",
  });
  expect(findClauseFaults(root)).toEqual([]);
});
