import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { plantFolder } from "./planted-folder.ts";
import { PROJECT } from "./project.ts";

/** Exit code and report of knip, which reads the import graph from the entries of each package. */
function knip(folder: string): { status: number | null; report: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(PROJECT, "node_modules/knip/bin/knip.js"), "--no-progress", "--no-config-hints", "--directory", folder],
    {
      cwd: folder,
      encoding: "utf8",
    },
  );
  return { status, report: `${stdout}${stderr}`.trim() };
}

test("no file, export or dependency of the project is dead", () => {
  expect(knip(PROJECT)).toEqual({ status: 0, report: "" });
});

test("finds a file and an export that nobody reaches", () => {
  const { status, report } = knip(
    plantFolder({
      "package.json": '{ "name": "planted", "type": "module", "exports": "./src/index.ts" }',
      "knip.json": '{ "entry": ["src/index.ts"], "project": ["src/**/*.ts"] }',
      "src/index.ts": 'export { used } from "./half.ts";\n',
      "src/half.ts": "export const used = 1;\nexport const forgotten = 2;\n",
      "src/lost.ts": "export const lost = 1;\n",
    }),
  );
  expect(status).toBe(1);
  expect(report).toContain("src/lost.ts");
  expect(report).toContain("forgotten");
  expect(report).not.toMatch(/^used\b/m);
});
