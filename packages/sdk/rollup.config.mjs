import { chmod } from "node:fs/promises";
import { declarations, modules, singleFile } from "../../tools/rollup-package.mjs";

const entries = {
  index: "src/index.ts",
  "protocol/index": "src/protocol/index.ts",
  "protocol/schemas/index": "src/protocol/schemas/index.ts",
  "conformance/index": "src/conformance/index.ts",
  "conformance/node": "src/conformance/node.ts",
  "testing/index": "src/testing/index.ts",
};

/** npm sets the bit when it links a command; a file that is run straight from a checkout needs it too. */
const executable = { name: "executable", writeBundle: ({ file }) => chmod(file, 0o755) };

const command = singleFile("src/cli/bin.ts", "dist/bin/omla.js", { browser: false, banner: "#!/usr/bin/env node" });
command.plugins.push(executable);

/** One file per module, so that a user's bundler takes what is used and cuts the rest into parts that load on demand. */
const perModule = { output: { preserveModules: true, preserveModulesRoot: "src" } };

export default [modules(entries, perModule), command, declarations(entries)];
