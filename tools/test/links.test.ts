import { expect, test } from "vitest";
import { formatFindings } from "../tidy/finding.ts";
import { findDeadLinks } from "../tidy/links.ts";
import { plantFolder } from "./planted-folder.ts";
import { PROJECT } from "./project.ts";

test("every relative link of every page leads somewhere", () => {
  expect(formatFindings(findDeadLinks(PROJECT))).toBe("");
});

test("finds links to nothing, to no heading and out of the repository", () => {
  const root = plantFolder({
    "docs/a.md": '[x](b.md)\n[y](#none)\n[z](../../elsewhere.md)\n<img src="shot.png" alt="">\n[w](/README.md)\n',
  });
  expect(findDeadLinks(root).map(({ line, message }) => [line, message])).toEqual([
    [1, "b.md leads nowhere"],
    [2, "docs/a.md has no heading #none"],
    [3, "../../elsewhere.md leads out of the repository"],
    [5, "/README.md leads out of the repository"],
    [4, "shot.png leads nowhere"],
  ]);
});

test("lets good links pass, and those in code", () => {
  const root = plantFolder({
    "docs/a.md":
      "# One `code` & two\n[x](#one-code--two) [y](../README.md#start) [z](https://example.com/none) `[c](nothing.md)`\n```md\n[d](nothing.md)\n```\n",
    "README.md": "## Start\n",
  });
  expect(findDeadLinks(root)).toEqual([]);
});
