import { expect, test } from "vitest";
import { formatFindings } from "../tidy/finding.ts";
import { findLayoutFaults } from "../tidy/layout.ts";
import { projectFiles } from "../tidy/source-files.ts";
import { plantFolder } from "./planted-folder.ts";
import { PROJECT } from "./project.ts";

test("the top level is what the architecture says", () => {
  expect(formatFindings(findLayoutFaults(PROJECT))).toBe("");
});

test("finds a folder nobody knows and a file that is missing", () => {
  const findings = findLayoutFaults(plantFolder({ "scratch/a.ts": "", "README.md": "" }));
  expect(findings).toContainEqual({ file: "scratch", message: "is a top-level folder that the layout does not know" });
  expect(findings).toContainEqual({ file: "LICENSE", message: "is missing" });
  expect(findings.map(({ file }) => file)).not.toContain("README.md");
});

test("the walk over the tree sees the project and nothing that is installed or built", () => {
  const root = plantFolder({ "a.ts": "", "node_modules/x/a.ts": "", "packages/x/dist/a.js": "", "packages/x/src/b.ts": "", ".ci/run": "" });
  expect(projectFiles(root)).toEqual([".ci/run", "a.ts", "packages/x/src/b.ts"]);
});
