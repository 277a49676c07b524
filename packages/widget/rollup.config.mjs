import { copyFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import nodeResolve from "@rollup/plugin-node-resolve";
import terser from "@rollup/plugin-terser";
import esbuild from "rollup-plugin-esbuild";
import { declarations, modules } from "../../tools/rollup-package.mjs";
import { integrity, leaveOut, leaveOutMessages, leaveOutVersions, squeezeTemplates } from "./cdn-plugins.mjs";
import { manifest } from "./manifest.mjs";

const entries = { index: "src/index.ts", define: "src/define.ts" };
const FILE = "omla-badge";

/** Lit's production build, and the protocol's own modules, so that only what is used goes in. */
const resolveForBrowsers = () => nodeResolve({ browser: true, exportConditions: ["production", "omla-source", "default"] });
const compile = () => esbuild({ target: "es2022", tsconfig: false, sourceMap: true });

/** The CDN file holds the look-up and English; details, other languages and noble stand beside it and are loaded on demand. */
const cdn = {
  input: { [FILE]: "src/define.ts" },
  treeshake: "smallest",
  plugins: [
    resolveForBrowsers(),
    leaveOut,
    compile(),
    leaveOutMessages,
    leaveOutVersions,
    squeezeTemplates,
    terser({
      module: true,
      ecma: 2022,
      compress: {
        passes: 4,
        unsafe: true,
        unsafe_arrows: true,
        unsafe_methods: true,
        unsafe_comps: true,
        unsafe_undefined: true,
        pure_getters: true,
        keep_fargs: false,
      },
      format: { comments: false },
    }),
    integrity(FILE),
  ],
  output: {
    dir: "dist",
    format: "es",
    sourcemap: true,
    entryFileNames: "[name].min.js",
    chunkFileNames: `${FILE}.[name]-[hash:6].min.js`,
    hoistTransitiveImports: false,
  },
};

const pages = {
  name: "pages",
  async writeBundle({ dir }) {
    const names = (await readdir("gallery")).filter((name) => /\.(html|css)$/.test(name));
    await Promise.all(names.map((name) => copyFile(join("gallery", name), join(dir, name))));
  },
};

/** The pages that show every state and check an omla.json; a registry serves this folder as it is. */
const gallery = {
  input: { gallery: "gallery/gallery.ts", validate: "gallery/validate.ts" },
  plugins: [resolveForBrowsers(), compile(), terser({ module: true, format: { comments: false } }), pages],
  output: { dir: "dist/gallery", format: "es", entryFileNames: "[name].js", chunkFileNames: "[name]-[hash].js" },
};

export default [modules(entries, { plugins: [manifest] }), declarations(entries), cdn, gallery];
