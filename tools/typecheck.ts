// Type-checks every part under the libraries it may use: the protocol without DOM and node, the packages, then tests and tools.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const tsc = join(root, "node_modules/typescript7/bin/tsc");
const projects = ["packages/sdk/src/protocol", "packages/sdk", "packages/verifier", "packages/widget", "packages/server-reference", "."];

let failed = 0;
for (const project of projects.filter((folder) => existsSync(join(root, folder, "tsconfig.json")))) {
  const { status } = spawnSync(process.execPath, [tsc, "-p", project, "--noEmit", "--pretty", "false"], { cwd: root, stdio: "inherit" });
  if (status !== 0) {
    process.stderr.write(`types: ${project} does not check\n`);
    failed += 1;
  }
}
process.exit(failed === 0 ? 0 : 1);
