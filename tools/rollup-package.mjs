// One recipe for every package: ESM per entry with shared chunks, source maps, bundled type declarations.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import nodeResolve from "@rollup/plugin-node-resolve";
import terser from "@rollup/plugin-terser";
import dts from "rollup-plugin-dts";
import esbuild from "rollup-plugin-esbuild";

const pkg = () => JSON.parse(readFileSync(resolve("package.json"), "utf8"));

/** What a package declares is left to its user's node_modules; node's own modules always are. */
function externals() {
  const { dependencies = {}, peerDependencies = {} } = pkg();
  const names = [...Object.keys(dependencies), ...Object.keys(peerDependencies)];
  return [/^node:/, ...names.map((name) => new RegExp(`^${name}(/|$)`))];
}

const compile = () => esbuild({ target: "es2022", tsconfig: false, sourceMap: true });

/** JavaScript of all entries in one graph, so that a class exists once however it is reached. */
export function modules(input, options = {}) {
  return {
    input,
    external: options.external ?? externals(),
    plugins: [nodeResolve({ exportConditions: ["default"] }), compile(), ...(options.plugins ?? [])],
    output: {
      dir: "dist",
      format: "es",
      sourcemap: true,
      entryFileNames: "[name].js",
      chunkFileNames: "chunks/[name]-[hash].js",
      ...options.output,
    },
  };
}

/** Type declarations of the entries that users import. */
export function declarations(input) {
  return {
    input,
    external: externals(),
    plugins: [
      dts({ tsconfig: resolve("tsconfig.json"), compilerOptions: { noEmit: false, isolatedDeclarations: false, customConditions: [] } }),
    ],
    output: { dir: "dist", format: "es", entryFileNames: "[name].d.ts", chunkFileNames: "chunks/[name]-[hash].d.ts" },
  };
}

/** One minified file with everything inside, for a `<script type="module">` or a command that starts fast. */
export function singleFile(input, file, options = {}) {
  return {
    input,
    external: options.external ?? [/^node:/],
    plugins: [
      nodeResolve({ browser: options.browser ?? true, exportConditions: ["production", "default"] }),
      compile(),
      terser({ format: { comments: false } }),
    ],
    output: { file, format: "es", sourcemap: true, banner: options.banner, inlineDynamicImports: true },
  };
}
