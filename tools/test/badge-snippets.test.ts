import { expect, test } from "vitest";
import { findBadgeFaults } from "../tidy/badge-snippets.ts";
import { formatFindings } from "../tidy/finding.ts";
import { plantFolder } from "./planted-folder.ts";
import { PROJECT } from "./project.ts";

const element = { "packages/widget/src/omla-badge.ts": "/**\n * @attr {string} src - a\n * @attr {string} registry - b\n */" };

test("every badge that a page shows uses attributes that the element has", () => {
  expect(formatFindings(findBadgeFaults(PROJECT))).toBe("");
});

test("finds an attribute that does not exist, in a page and in an example", () => {
  const root = plantFolder({
    ...element,
    "docs/a.md": '```html\n<omla-badge src="omla.json" registri="https://registry.example"></omla-badge>\n```\n',
    "examples/b/index.html": '<omla-badge\n  model="omla1…"\n></omla-badge>',
  });
  expect(findBadgeFaults(root)).toEqual([
    { file: "docs/a.md", line: 2, message: "<omla-badge> has no attribute registri" },
    { file: "examples/b/index.html", line: 1, message: "<omla-badge> has no attribute model" },
  ]);
});

test("lets the element's own attributes and those of every element pass", () => {
  const root = plantFolder({
    ...element,
    "a.md": '<omla-badge class="x" src="https://example.com/omla.json?a=b" data-x registry="https://a https://b"></omla-badge>',
  });
  expect(findBadgeFaults(root)).toEqual([]);
});
