import { createHash } from "node:crypto";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { transform } from "esbuild";

/**
 * What no badge reaches in a browser that it runs in: the texts and codes of errors, of which it knows only that one was thrown, Node's own
 * Ed25519 and a choice among back ends, keys that are used again, and Lit's way to style where style sheets cannot be adopted.
 */
const STAND_INS = {
  "/sdk/src/protocol/errors.ts": `export class OmlaError extends Error {}
export const protocolError = () => new OmlaError();
export const joinPath = () => "";`,
  "/sdk/src/protocol/ed25519.ts": `import { createWebCryptoBackend } from "./ed25519-webcrypto.ts";
let backend;
const native = async () => (await createWebCryptoBackend()) ?? (await import("./ed25519-noble.ts")).createNobleBackend();
export const ed25519Backend = () => (backend ??= native()), ed25519BackendNamed = ed25519Backend;`,
  "/sdk/src/protocol/key-cache.ts": "export const createKeyCache = (capacity, importKey) => importKey;",
  "/reactive-element/css-tag.js": `export class CSSResult { constructor(text) { this.cssText = text; }
  get styleSheet() { const sheet = new CSSStyleSheet(); sheet.replaceSync(this.cssText); return sheet; } }
export const css = ([text]) => new CSSResult(text), unsafeCSS = (text) => new CSSResult(text), getCompatibleStyle = (style) => style;
export const supportsAdoptingStyleSheets = true;
export const adoptStyles = (root, styles) => { root.adoptedStyleSheets = styles.map((style) => (style.sheet ??= style.styleSheet)); };`,
};

const isProtocol = (id) => id.includes("/sdk/src/protocol/");

export const leaveOut = {
  name: "leave-out",
  load: (id) => STAND_INS[Object.keys(STAND_INS).find((end) => id.endsWith(end))] ?? null,
};

/** Functions that only make an error. */
const RAISE = ["refuse", "fail"];

/** Cuts codes and messages out of the calls that raise errors, and what signs. */
export const leaveOutMessages = {
  name: "leave-out-messages",
  transform(code, id) {
    if (!isProtocol(id)) return null;
    const cuts = [];
    walk(this.parse(code), (node) => {
      const { type, callee, arguments: given, id: name, body, key, value } = node;
      // A badge holds no secret key.
      if (type === "Property" && id.endsWith("/ed25519-webcrypto.ts") && ["publicKey", "sign"].includes(key.name))
        cuts.push([value.start, value.end, "undefined"]);
      if (type === "FunctionDeclaration" && RAISE.includes(name.name)) cuts.push([body.start, body.end, "{ return protocolError(); }"]);
      // Nor does it read another document than omla.json.
      if (type === "VariableDeclarator" && name.name === "DOCUMENT_TYPES")
        cuts.push([node.init.start, node.init.end, '{ sidecar: ["signature"] }']);
      if (type === "CallExpression" && given.length > 0 && ["protocolError", ...RAISE].includes(callee.name))
        cuts.push([given[0].start, given.at(-1).end, ""]);
    });
    const isInner = ([start, end]) => cuts.some((other) => other[0] < start && end < other[1]);
    for (const [start, end, text] of cuts.filter((cut) => !isInner(cut)).sort(([one], [other]) => other - one))
      code = code.slice(0, start) + text + code.slice(end);
    return { code, map: null };
  },
};

/** What Lit tells its own older versions and polyfills, of which a page with this file has none. */
export const leaveOutVersions = {
  name: "leave-out-versions",
  transform: (code, id) =>
    /\/lit-(html|element)\/|\/reactive-element\//.test(id)
      ? {
          code: code.replace(/\(\w+\.\w+Versions\?\?=\[\]\)\.push\("[\d.]+"\)/g, "0").replace(/\w+\.\w+PolyfillSupport\b/g, "void 0"),
          map: null,
        }
      : null,
};

function walk(node, visit) {
  if (typeof node?.type === "string") visit(node);
  for (const child of Object.values(node ?? {})) if (typeof child === "object") walk(child, visit);
}

/** Templates and style sheets are text to a minifier, so they are made small here. */
export const squeezeTemplates = {
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

/** Writes what a page pins, the integrity hash of the CDN file and of every file that it loads on demand, and prints the first. */
export function integrity(main) {
  const isOurs = (name) => name === `${main}.min.js` || (name.startsWith(`${main}.`) && name.endsWith(".min.js"));
  return {
    name: "integrity",
    async writeBundle({ dir }, bundle) {
      // What an earlier build left behind is not part of this one.
      const old = (await readdir(dir)).filter((name) => isOurs(name.replace(/\.map$/, "")) && !Object.hasOwn(bundle, name));
      await Promise.all(old.map((name) => rm(join(dir, name))));
      const names = (await readdir(dir)).filter(isOurs).sort();
      const hashes = Object.fromEntries(await Promise.all(names.map(async (name) => [name, sha384(await readFile(join(dir, name)))])));
      await writeFile(join(dir, "integrity.json"), `${JSON.stringify(hashes, null, 2)}\n`);
      process.stderr.write(`${main}.min.js ${hashes[`${main}.min.js`]}\n`);
    },
  };
}

const sha384 = (bytes) => `sha384-${createHash("sha384").update(bytes).digest("base64")}`;
