import { EdgeVM } from "@edge-runtime/vm";
import { execFile } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { chromium } from "playwright-core";
import { rollup } from "rollup";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumArguments, chromiumPath } from "../../../../tools/chromium.ts";
import { serveTestRegistry } from "../testing/serve.ts";
import { ANSWER, createConsumer, PROGRAM } from "./packed-package.ts";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "../../../..");

let folder: string;

beforeAll(() => {
  folder = createConsumer(["msw", "@types/node"]);
  writeFileSync(join(folder, "program.js"), PROGRAM);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Facts {
  readonly url: string;
  readonly apiKey: string;
  readonly model: string;
  readonly listKey: string;
}

async function facts(): Promise<Facts> {
  const registry = await serveTestRegistry({ now: new Date() });
  await registry.publishBlacklist();
  const { address } = await registry.addModel();
  return { url: registry.url, apiKey: registry.addCompany().api_key, model: address, listKey: registry.listKey };
}

/** The program and what it uses as one script that leaves `run` on the global object. */
async function bundle(): Promise<string> {
  const stdin = { contents: 'import { run } from "./program.js"; globalThis.run = run;', resolveDir: folder };
  const { outputFiles } = await build({
    stdin,
    bundle: true,
    minify: true,
    format: "iife",
    platform: "browser",
    target: "es2022",
    write: false,
    logLevel: "error",
  });
  return outputFiles[0]?.text ?? "";
}

describe("the packed package works", () => {
  it("in Node, installed as it is", async () => {
    writeFileSync(join(folder, "node.js"), 'import { run } from "./program.js";\nconsole.log(await run(JSON.parse(process.argv[2])));');
    const { stdout } = await run(process.execPath, [join(folder, "node.js"), JSON.stringify(await facts())]);
    expect(stdout.trim()).toBe(ANSWER);
  });

  it("in Node with each of its entries, and as a command", async () => {
    writeFileSync(
      join(folder, "entries.js"),
      `import { createTestRegistry } from "@omla/sdk/testing";
       import * as schemas from "@omla/sdk/protocol/schemas";
       import { knownVectorFiles } from "@omla/sdk/conformance";
       const registry = await createTestRegistry();
       console.log((await registry.addModel()).address.slice(0, 5), Object.keys(schemas).length > 5, typeof knownVectorFiles);`,
    );
    expect((await run(process.execPath, [join(folder, "entries.js")])).stdout.trim()).toMatch(/^omla1 true \w+$/);
    const { stdout } = await run(process.execPath, [join(folder, "node_modules/@omla/sdk/dist/bin/omla.js"), "--version"]);
    expect(stdout).toBe("0.0.0\n");
  });

  it("as a command in one file, where everything that is loaded on demand is found", async () => {
    const bin = join(folder, "node_modules/@omla/sdk/dist/bin/omla.js");
    const { stdout } = await run(process.execPath, [bin, "conformance", join(ROOT, "vectors")], { cwd: folder });
    expect(stdout.trimEnd().split("\n").at(-1)).toMatch(/^[1-9]\d+ passed, 0 failed$/);
    const { url, apiKey: OMLA_API_KEY } = await facts();
    const env = { ...process.env, OMLA_REGISTRY: url, OMLA_API_KEY };
    writeFileSync(join(folder, "nil.json"), '{"quarter":"2026-Q3","entries":[]}');
    expect((await run(process.execPath, [bin, "quote", "nil.json", "--json"], { cwd: folder, env })).stdout).toContain(
      '"royalty_usd": "0.000000"',
    );
  }, 60_000);

  it.each([
    ["typescript 6, node resolution", "typescript/bin/tsc", "nodenext", "nodenext"],
    ["typescript 6, bundler resolution", "typescript/bin/tsc", "esnext", "bundler"],
    ["typescript 7", "typescript7/bin/tsc", "nodenext", "nodenext"],
  ])(
    "with the types of %s, without skipping any check of its declarations",
    async (_, compiler, module, moduleResolution) => {
      writeFileSync(
        join(folder, "types.ts"),
        `import { createClient, type Receipt } from "@omla/sdk";
         import { type Registration, resolveSplits } from "@omla/sdk/protocol";
         import * as schemas from "@omla/sdk/protocol/schemas";
         import { createTestRegistry } from "@omla/sdk/testing";
         const omla = createClient({ url: "https://registry.example", apiKey: process.env["OMLA_API_KEY"] });
         export const receipt: Promise<Receipt> = omla.report({ quarter: "2026-Q3", entries: [{ model: "a", inferences: 1, revenue_usd: "1", run_cost_usd: 2 }] });
         export async function names(): Promise<string[]> { const all = []; for await (const { name } of omla.models.search("x")) all.push(name); return all; }
         export { createTestRegistry, resolveSplits, schemas, type Registration };
         // @ts-expect-error a report without a quarter
         void omla.report({ entries: [] });`,
      );
      const options = {
        target: "es2022",
        lib: ["es2023", "dom", "dom.iterable", "dom.asynciterable"],
        strict: true,
        exactOptionalPropertyTypes: true,
        noEmit: true,
        types: ["node"],
        module,
        moduleResolution,
      };
      writeFileSync(
        join(folder, "tsconfig.json"),
        JSON.stringify({ compilerOptions: { ...options, skipLibCheck: false }, files: ["types.ts"] }),
      );
      const { stdout } = await run(process.execPath, [join(ROOT, "node_modules", compiler), "-p", folder], { maxBuffer: 1e8 }).catch(
        (error: { stdout: string }) => error,
      );
      // What other people's declarations hold is theirs; ours must be clean.
      expect(stdout.split("\n").filter((line) => line.includes("@omla") || line.startsWith("types.ts"))).toEqual([]);
    },
    60_000,
  );

  it("bundled by esbuild, in Chromium", async () => {
    const script = await bundle();
    const given = await facts();
    const browser = await chromium.launch({ executablePath: chromiumPath(), args: chromiumArguments });
    try {
      const page = await browser.newPage();
      await page.goto(`${given.url}/.well-known/omla`);
      await page.addScriptTag({ content: script });
      const answer = await page.evaluate((input) => (globalThis as unknown as { run(input: Facts): Promise<string> }).run(input), given);
      expect(answer).toBe(ANSWER);
    } finally {
      await browser.close();
    }
  }, 60_000);

  it("bundled by rollup into chunks, in Node", async () => {
    const bundled = await rollup({
      input: join(folder, "program.js"),
      plugins: [nodeResolve({ browser: true })],
      onwarn: ({ id, message }) => {
        if (id?.includes("@omla") === true) throw new Error(message);
      },
    });
    await bundled.write({ dir: join(folder, "rolled"), format: "es" });
    await bundled.close();
    writeFileSync(
      join(folder, "rolled.js"),
      'import { run } from "./rolled/program.js";\nconsole.log(await run(JSON.parse(process.argv[2])));',
    );
    const { stdout } = await run(process.execPath, [join(folder, "rolled.js"), JSON.stringify(await facts())]);
    expect(stdout.trim()).toBe(ANSWER);
  }, 60_000);

  it("in workerd, as a Cloudflare Worker", async () => {
    const script = `${await bundle()}\nexport default { fetch: async (request) => new Response(await globalThis.run(await request.json())) };`;
    const worker = new Miniflare({
      modules: [{ type: "ESModule", path: "worker.mjs", contents: script }],
      compatibilityDate: "2026-01-01",
    });
    try {
      const answer = await worker.dispatchFetch("http://worker.test/", { method: "POST", body: JSON.stringify(await facts()) });
      expect(await answer.text()).toBe(ANSWER);
    } finally {
      await worker.dispose();
    }
  }, 60_000);

  it("in an edge runtime that has web APIs only", async () => {
    const vm = new EdgeVM();
    vm.evaluate(await bundle());
    const answer: unknown = await vm.evaluate(`globalThis.run(${JSON.stringify(await facts())})`);
    expect(answer).toBe(ANSWER);
  }, 60_000);
});
