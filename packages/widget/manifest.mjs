import { readFile, writeFile } from "node:fs/promises";
import { create, ts } from "@custom-elements-manifest/analyzer/index.js";
import { litPlugin } from "@custom-elements-manifest/analyzer/src/features/framework-plugins/lit/lit.js";

const SOURCE = "src/omla-badge.ts";
const MODULE = "dist/index.js";

/** Rollup plugin: writes the custom-elements manifest that editors and catalogues read, without what is private. */
export const manifest = {
  name: "manifest",
  async writeBundle() {
    const source = ts.createSourceFile(SOURCE, await readFile(SOURCE, "utf8"), ts.ScriptTarget.ES2022, true);
    const { schemaVersion, modules } = create({ modules: [source], plugins: litPlugin(), context: { dev: false } });
    const declaration = modules[0].declarations.find(({ name }) => name === "OmlaBadge");
    declaration.members = declaration.members.filter(
      ({ name, privacy }) => privacy === undefined || (privacy === "public" && !name.startsWith("#")),
    );
    declaration.tagName = "omla-badge";
    const reference = { name: "OmlaBadge", module: MODULE };
    const whole = {
      schemaVersion,
      readme: "README.md",
      modules: [
        {
          kind: "javascript-module",
          path: MODULE,
          declarations: [declaration],
          exports: [{ kind: "js", name: "OmlaBadge", declaration: reference }],
        },
        {
          kind: "javascript-module",
          path: "dist/define.js",
          exports: [{ kind: "custom-element-definition", name: "omla-badge", declaration: reference }],
        },
      ],
    };
    await writeFile("custom-elements.json", `${JSON.stringify(whole, null, 2)}\n`);
  },
};
