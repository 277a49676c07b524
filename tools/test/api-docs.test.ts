import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PROJECT } from "./project.ts";

test("the API documentation is made without a warning", () => {
  const typedoc = join(PROJECT, "node_modules/typedoc/bin/typedoc");
  const { status, stdout, stderr } = spawnSync(process.execPath, [typedoc, "--emit", "none", "--pretty", "false"], {
    cwd: PROJECT,
    encoding: "utf8",
  });
  expect({ status, report: `${stdout}${stderr}`.trim() }).toEqual({ status: 0, report: "" });
});
