// Builds the four packages in the order of their dependencies. Exit 1 on the first that fails.
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const rollup = join(root, "node_modules/rollup/dist/bin/rollup");
for (const name of ["sdk", "verifier", "widget", "server-reference"]) {
  const cwd = join(root, "packages", name);
  rmSync(join(cwd, "dist"), { recursive: true, force: true });
  const { status } = spawnSync(process.execPath, [rollup, "-c", "rollup.config.mjs", "--silent"], { cwd, stdio: "inherit" });
  if (status !== 0) {
    process.stderr.write(`build of packages/${name} failed\n`);
    process.exit(1);
  }
}
