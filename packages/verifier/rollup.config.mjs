import { declarations, modules } from "../../tools/rollup-package.mjs";

const entries = {
  index: "src/index.ts",
  "adapters/fetch": "src/adapters/fetch.ts",
  "adapters/fastify": "src/adapters/fastify.ts",
  "adapters/express": "src/adapters/express.ts",
  "adapters/hono": "src/adapters/hono.ts",
};

export default [modules({ ...entries, "bin/omla-verifier": "src/cli/bin.ts" }), declarations(entries)];
