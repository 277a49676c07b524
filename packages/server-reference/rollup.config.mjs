import { declarations, modules } from "../../tools/rollup-package.mjs";

export default [modules({ index: "src/index.ts", "bin/omla-server": "src/bin/omla-server.ts" }), declarations({ index: "src/index.ts" })];
