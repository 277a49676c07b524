import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readProjectFile } from "../tidy/source-files.ts";
import { plantFolder } from "./planted-folder.ts";
import { PROJECT } from "./project.ts";

/** Exit code and warnings of typedoc, which writes nothing here. */
function typedoc(folder: string): { status: number | null; report: string } {
  const program = join(PROJECT, "node_modules/typedoc/bin/typedoc");
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, "--emit", "none", "--pretty", "false"], {
    cwd: folder,
    encoding: "utf8",
  });
  return { status, report: `${stdout}${stderr}`.trim() };
}

test("the API documentation is made without a warning", () => {
  expect(typedoc(PROJECT)).toEqual({ status: 0, report: "" });
});

test("finds a link to a name that does not exist, under the project's own settings", () => {
  const settings = JSON.parse(readProjectFile(PROJECT, "typedoc.json")) as object;
  const root = plantFolder({
    "package.json": '{ "name": "planted", "type": "module" }',
    "README.md": "# Planted\n",
    "typedoc.json": JSON.stringify({ ...settings, tsconfig: "tsconfig.json", entryPoints: ["index.ts"] }),
    "tsconfig.json": '{ "compilerOptions": { "types": [] }, "include": ["index.ts"] }',
    "index.ts": "/** See {@link nothing}. */\nexport const a = 1;\n",
  });
  const { status, report } = typedoc(root);
  expect(report).toContain("nothing");
  expect(status).not.toBe(0);
});
