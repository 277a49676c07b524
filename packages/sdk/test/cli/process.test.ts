import { execFile, spawn } from "node:child_process";
import { closeSync, openSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { serveTestRegistry } from "../testing/serve.ts";
import { emptyFolder } from "./run-omla.ts";

const BIN = ["--conditions=omla-source", join(import.meta.dirname, "../../src/cli/bin.ts")];

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function omla(args: readonly string[], options: { cwd: string; env?: Record<string, string> }): Promise<Ended> {
  const env = { ...process.env, NO_COLOR: "1", ...options.env };
  return promisify(execFile)(process.execPath, [...BIN, ...args], { cwd: options.cwd, env }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: Ended) => error,
  );
}

describe("the program omla", () => {
  it("ends with 0, 1 or 2 and reaches a registry over HTTP", async () => {
    const cwd = emptyFolder();
    const registry = await serveTestRegistry();
    const env = { OMLA_REGISTRY: registry.url, OMLA_API_KEY: registry.addCompany().api_key };
    const done = await omla(["report", "--nil", "--quarter", "2026-Q3", "--json"], { cwd, env });
    expect(done).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(done.stdout)).toMatchObject({ quarter: "2026-Q3", version: 1 });
    expect((await omla(["report", "--nil", "--quarter", "2027-Q3"], { cwd, env })).code).toBe(1);
    expect((await omla(["report"], { cwd, env })).code).toBe(2);
  });

  it("stops at Ctrl-C in the middle of a large file", async () => {
    const cwd = emptyFolder();
    closeSync(openSync(join(cwd, "weights.bin"), "w"));
    // Sparse: large to read, nothing on the disk.
    truncateSync(join(cwd, "weights.bin"), 40 * 2 ** 30);
    writeFileSync(join(cwd, "first.bin"), "small");
    const child = spawn(process.execPath, [...BIN, "hash", "first.bin", "weights.bin"], { cwd, stdio: ["ignore", "pipe", "pipe"] });
    let err = "";
    child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
    // With the first file's line the program is at work on the second.
    child.stdout.once("data", () => child.kill("SIGINT"));
    const code = await new Promise((resolve) => child.once("close", resolve));
    expect(code).toBe(1);
    expect(err).toContain("INTERRUPTED");
  }, 60_000);

  it("ends quietly when its reader goes away", async () => {
    const child = spawn(process.execPath, [...BIN, "help"], { stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.destroy();
    let err = "";
    child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
    const code = await new Promise((resolve) => child.once("close", resolve));
    expect({ code, err }).toEqual({ code: 0, err: "" });
  });
});
