import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommandLine } from "../src/cli/run-command-line.ts";
import royalty from "../../../vectors/royalty.json" with { type: "json" };
import { type FakeRegistry, KEY, MODEL, publish, startRegistry } from "./publisher.ts";

let registry: FakeRegistry;
let folder: string;

beforeAll(async () => {
  registry = await startRegistry();
  registry.serve(await publish({ entries: [MODEL] }, { now: new Date() }));
  folder = await mkdtemp(join(tmpdir(), "omla-verifier-cli-"));
});

afterAll(async () => {
  await registry.close();
  await rm(folder, { recursive: true });
});

async function run(...args: string[]) {
  const printed = { out: "", err: "" };
  const code = await runCommandLine(args, {}, { out: (text) => void (printed.out += text), err: (text) => void (printed.err += text) });
  return { code, ...printed };
}

describe("omla-verifier", () => {
  it("serve refuses an --on-review that it does not know, before it serves anything", async () => {
    const { code, err } = await run("serve", "--url", registry.url, "--key", KEY, "--on-review", "ask");
    expect([code, err]).toEqual([2, expect.stringContaining("--on-review ask is neither pass nor refuse")]);
  });

  it("check says by its exit code whether a model may be served, and why", async () => {
    const denied = await run("check", "--url", registry.url, "--key", KEY, "acme/listed-7b");
    expect(denied.code).toBe(1);
    expect(denied.out).toContain("deny  LISTED (list 1, FRESH)");
    expect(denied.out).toContain("case C-2026-0041");
    expect(await run("check", "--url", registry.url, "--key", KEY, "--model", "acme/other")).toMatchObject({ code: 0, err: "" });
  });

  it("refresh keeps the list, and check then answers while the registry is down", async () => {
    const store = join(folder, "list");
    expect(await run("refresh", "--url", registry.url, "--key", KEY, "--store", store)).toMatchObject({
      code: 0,
      out: "list 1, FRESH, 1 entries, new\n",
    });
    const answer = await run(
      "check",
      "--url",
      "http://127.0.0.1:9/api/blacklist.json",
      "--key",
      KEY,
      "--store",
      store,
      "--json",
      "--model-id",
      MODEL.id,
    );
    expect(JSON.parse(answer.out)).toMatchObject({ action: "deny", state: "FRESH" });
  });

  it("conformance closes with how many passed and failed, and its exit code agrees", async () => {
    await writeFile(join(folder, "royalty.json"), JSON.stringify(royalty));
    expect(await run("conformance", folder)).toMatchObject({ code: 0, out: expect.stringMatching(/\n32 passed, 0 failed\n$/) });
    await writeFile(
      join(folder, "royalty.json"),
      JSON.stringify(royalty).replace('"net_royalty_usd":"100.000000"', '"net_royalty_usd":"100.000001"'),
    );
    expect(await run("conformance", folder)).toMatchObject({ code: 1, out: expect.stringMatching(/\n31 passed, 1 failed\n$/) });
  });

  it.each([
    [["frobnicate"], 2, "there is no command"],
    [["check", "--key", KEY, "x"], 2, "say where the list is"],
    [["check", "--url", "https://registry.example/", "--colour"], 2, "colour"],
    [["check", "--url", "https://registry.example/"], 2, "say what to check"],
    [["check", "--url", "ftp://registry.example/", "--key", KEY, "x"], 1, "CONFIG_URL"],
    [["check", "--url", "https://registry.example/", "--key", "nonsense", "x"], 1, "CONFIG_KEYS"],
  ])("%j exits with %i and says %s", async (args, code, message) => {
    expect(await run(...args)).toMatchObject({ code, err: expect.stringContaining(message) });
  });

  it("help teaches by example", async () => {
    expect(await run("--help")).toMatchObject({ code: 0, out: expect.stringContaining("omla-verifier check --url") });
  });
});
