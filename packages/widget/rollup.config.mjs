import { createHash } from "node:crypto";
import { copyFile, readFile, readdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import nodeResolve from "@rollup/plugin-node-resolve";
import terser from "@rollup/plugin-terser";
import { transform } from "esbuild";
import esbuild from "rollup-plugin-esbuild";
import { declarations, modules } from "../../tools/rollup-package.mjs";
import { manifest } from "./manifest.mjs";

const entries = { index: "src/index.ts", define: "src/define.ts" };
const FILE = "omla-badge";

/** Templates and style sheets are text to a minifier, so they are made small here. */
const squeezeTemplates = {
  name: "squeeze-templates",
  async transform(code, id) {
    if (!id.includes("/packages/widget/src/")) return null;
    const [, before, sheet, after] = /^([^]*css`)([^`]*)(`[^]*)$/.exec(code) ?? [];
    if (sheet) return { code: before + (await minifyCss(sheet)) + after, map: null };
    return { code: code.replace(/\s*\n\s+/g, " "), map: null };
  },
};

async function minifyCss(sheet) {
  const { code } = await transform(sheet, { loader: "css", minify: true });
  return code.trim().replaceAll("\\", "\\\\");
}

/** A badge shows states, never the messages of errors: only their codes are kept. */
const RAISERS = { protocolError: 1, fail: 0, refuse: 0 };
const leaveOutMessages = {
  name: "leave-out-messages",
  transform(code, id) {
    if (!id.includes("/sdk/src/protocol/")) return null;
    const edits = [];
    walk(this.parse(code), (node) => {
      const message = node.type === "CallExpression" && node.arguments[RAISERS[node.callee.name]];
      if (message && /Literal/.test(message.type)) edits.push(message);
    });
    for (const { start, end } of edits.sort((a, b) => b.start - a.start)) code = `${code.slice(0, start)}""${code.slice(end)}`;
    return { code, map: null };
  },
};

function walk(node, visit) {
  if (typeof node?.type === "string") visit(node);
  for (const child of Object.values(node ?? {})) if (typeof child === "object") walk(child, visit);
}

/** What no badge reaches in a browser: hints that nobody reads there, and Node's own Ed25519. */
const UNREACHED = [
  ["hints.ts", /export const HINTS = \{[^]*?\n\} as const/, "export const HINTS = {} as const"],
  ["ed25519-node.ts", /(export function createNodeBackend\([^)]*\)[^{]*\{)[^]*?\n\}/, "$1}"],
];

const leaveOut = {
  name: "leave-out",
  transform(code, id) {
    const row = id.includes("/sdk/src/protocol/") && UNREACHED.find(([file]) => basename(id) === file);
    if (!row) return null;
    const smaller = code.replace(row[1], row[2]);
    if (smaller === code) throw new Error(`${row[0]} has changed: look at what the CDN file leaves out`);
    return { code: smaller, map: null };
  },
};

/** What a page pins: the integrity hash of the CDN file and of every file that it loads on demand. */
const integrity = {
  name: "integrity",
  async writeBundle({ dir }) {
    const names = (await readdir(dir)).filter((name) => name.startsWith(`${FILE}.`) && name.endsWith(".js")).sort();
    const hashes = await Promise.all(names.map(async (name) => [name, sha384(await readFile(join(dir, name)))]));
    await writeFile(join(dir, "integrity.json"), `${JSON.stringify(Object.fromEntries(hashes), null, 2)}\n`);
    process.stderr.write(`${FILE}.min.js ${Object.fromEntries(hashes)[`${FILE}.min.js`]}\n`);
  },
};

const sha384 = (bytes) => `sha384-${createHash("sha384").update(bytes).digest("base64")}`;

/** The CDN file holds the look-up and English; panel, other languages and noble stand beside it and are loaded on demand. */
const cdn = {
  input: { [FILE]: "src/define.ts" },
  treeshake: "smallest",
  plugins: [
    nodeResolve({ browser: true, exportConditions: ["production", "omla-source", "default"] }),
    leaveOut,
    esbuild({ target: "es2022", tsconfig: false, sourceMap: true }),
    leaveOutMessages,
    squeezeTemplates,
    terser({
      module: true,
      ecma: 2022,
      compress: { passes: 3, unsafe_arrows: true, unsafe_methods: true, keep_fargs: false },
      format: { comments: false },
    }),
    integrity,
  ],
  output: {
    dir: "dist",
    format: "es",
    sourcemap: true,
    entryFileNames: "[name].min.js",
    chunkFileNames: `${FILE}.[name]-[hash].min.js`,
    hoistTransitiveImports: false,
  },
};

/** The pages that show every state; a registry serves this folder as it is. */
const gallery = {
  input: { gallery: "gallery/gallery.ts", validate: "gallery/validate.ts" },
  plugins: [
    nodeResolve({ browser: true, exportConditions: ["production", "omla-source", "default"] }),
    esbuild({ target: "es2022", tsconfig: false }),
    terser({ module: true, format: { comments: false } }),
    {
      name: "pages",
      async writeBundle({ dir }) {
        const pages = (await readdir("gallery")).filter((name) => /\.(html|css)$/.test(name));
        await Promise.all(pages.map((name) => copyFile(join("gallery", name), join(dir, name))));
      },
    },
  ],
  output: { dir: "dist/gallery", format: "es", entryFileNames: "[name].js", chunkFileNames: "[name]-[hash].js" },
};

export default [modules(entries, { plugins: [manifest] }), declarations(entries), cdn, gallery];
