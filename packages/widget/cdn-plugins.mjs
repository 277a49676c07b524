import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { transform } from "esbuild";

/** What no badge reaches in a browser: the texts of errors, of which it reads the code alone, and Node's own Ed25519. */
const STAND_INS = {
  "errors.ts": `export class OmlaError extends Error { constructor(code) { super(code); this.code = code; } }
export const protocolError = (code) => new OmlaError(code);
export const joinPath = () => "";`,
  "ed25519-node.ts": "export const createNodeBackend = () => {};",
};

const isProtocol = (id) => id.includes("/sdk/src/protocol/");

export const leaveOut = {
  name: "leave-out",
  load: (id) => (isProtocol(id) ? (STAND_INS[basename(id)] ?? null) : null),
};

/** Cuts the messages out of the calls that raise errors; the code is what stays: the first argument, or the second of `fail`. */
export const leaveOutMessages = {
  name: "leave-out-messages",
  transform(code, id) {
    if (!isProtocol(id)) return null;
    const cuts = [];
    walk(this.parse(code), ({ type, callee, arguments: given }) => {
      if (type !== "CallExpression" || given.length === 0) return;
      if (callee.name === "protocolError" && given.length > 1) cuts.push([given[0].end, given.at(-1).end, ""]);
      if (callee.name === "refuse") cuts.push([given[0].start, given.at(-1).end, ""]);
      if (callee.name === "fail") cuts.push([given[0].start, given[0].end, '""']);
    });
    for (const [start, end, text] of cuts.sort(([one], [other]) => other - one)) code = code.slice(0, start) + text + code.slice(end);
    return { code, map: null };
  },
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
    async writeBundle({ dir }) {
      const names = (await readdir(dir)).filter(isOurs).sort();
      const hashes = Object.fromEntries(await Promise.all(names.map(async (name) => [name, sha384(await readFile(join(dir, name)))])));
      await writeFile(join(dir, "integrity.json"), `${JSON.stringify(hashes, null, 2)}\n`);
      process.stderr.write(`${main}.min.js ${hashes[`${main}.min.js`]}\n`);
    },
  };
}

const sha384 = (bytes) => `sha384-${createHash("sha384").update(bytes).digest("base64")}`;
