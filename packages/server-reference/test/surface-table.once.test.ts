import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../src/cli/run.ts";
import { createTestApp, type TestApp } from "./helpers/app.ts";

const TABLE = readFileSync(join(import.meta.dirname, "README.md"), "utf8");
const [, paths = "", commands = ""] = TABLE.split(/^## .*$/m);

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.close());

describe("the table of promises", () => {
  it("names tests that are there", () => {
    const named = [...TABLE.matchAll(/`([\w/-]+(?:\.\w+)*\.test\.ts)`/g)].map(([, file]) => file ?? "");
    expect(named.length).toBeGreaterThan(50);
    expect(named.filter((file) => !existsSync(join(import.meta.dirname, file)))).toEqual([]);
  });

  it("names paths that are there, each in a test that it points to", async () => {
    const { paths: operations } = (await test.get("/openapi.json")).json() as { paths: Record<string, unknown> };
    const rows = [...paths.matchAll(/^\| (.*) \| (.*) \|$/gm)].slice(1);
    for (const [, left = "", right = ""] of rows) {
      const actions = [...left.matchAll(/`(\/functions\/v1\/[\w-]+)`/g)].map(([, path]) => path ?? "");
      expect(actions.filter((path) => !Object.hasOwn(operations, path))).toEqual([]);
      const texts = [...right.matchAll(/`([^`]+)`/g)]
        .map(([, file]) => readFileSync(join(import.meta.dirname, file ?? ""), "utf8"))
        .join("\n");
      expect(actions.filter((path) => !texts.includes(path.slice(path.lastIndexOf("/") + 1)))).toEqual([]);
    }
  });

  it("names every command", async () => {
    const lines: string[] = [];
    await run([], { environment: {}, out: (line) => lines.push(line), error: () => undefined });
    const known = [...lines.join("\n").matchAll(/^ {2}([a-z][a-z-]*) /gm)].map(([, name]) => name ?? "");
    expect(known.length).toBeGreaterThan(15);
    expect(known.filter((name) => !commands.includes(`\`${name}\``))).toEqual([]);
  });
});
