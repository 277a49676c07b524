import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../../../..");
const PACKAGE = join(ROOT, "packages/sdk");
const SERVER = join(ROOT, "packages/server-reference/src/bin/omla-server.ts");
/** Where `npm start` listens; here another port may be free. */
const DOCUMENTED = "http://localhost:8080";

const folder = mkdtempSync(join(tmpdir(), "omla-ten-lines-"));
let server: ChildProcess;
let printed = "";
beforeAll(async () => {
  const env = {
    ...process.env,
    NODE_ENV: "development",
    PORT: "0",
    OMLA_PUBLIC_URL: DOCUMENTED,
    OMLA_DATA_DIR: join(folder, "data"),
    OMLA_LOG_LEVEL: "silent",
  };
  server = spawn(process.execPath, ["--conditions=omla-source", SERVER, "start", "--demo"], { env, cwd: ROOT });
  let complaint = "";
  server.stderr?.on("data", (chunk) => (complaint += String(chunk)));
  await new Promise<void>((resolve, reject) => {
    server.stdout?.on("data", (chunk) => {
      printed += String(chunk);
      if (/OMLA_API_KEY=\S+\n/.test(printed)) resolve();
    });
    server.once("exit", (code) => reject(new Error(`the registry ended with ${code}: ${complaint}`)));
  });
}, 240_000);
afterAll(async () => {
  if (server.exitCode === null) {
    const isGone = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGTERM");
    await isGone;
  }
  rmSync(folder, { recursive: true });
}, 30_000);

function tenLinesOf(readme: string): string {
  const [, fence = ""] = /```ts\n([^]*?)```/.exec(readFileSync(join(ROOT, readme), "utf8")) ?? [];
  return fence;
}

/** The registry listens on a free port: requests for the documented one are led there, and nothing else is changed. */
async function run(program: string): Promise<string> {
  const [, origin = ""] = /start page\s+(http:\/\/[^/\s]+)/.exec(printed) ?? [];
  const [, OMLA_API_KEY = ""] = /OMLA_API_KEY=(\S+)/.exec(printed) ?? [];
  const lead = `const real = fetch; globalThis.fetch = (request, init) => real(new Request(request.url.replace("${DOCUMENTED}", "${origin}"), request), init);`;
  const args = [
    "--conditions=omla-source",
    "--import",
    `data:text/javascript,${encodeURIComponent(lead)}`,
    "--input-type=module-typescript",
    "-e",
    program,
  ];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: PACKAGE, env: { ...process.env, OMLA_API_KEY } });
  return stdout;
}

function factsOf(printed: string): string[] {
  return printed
    .split("\n")
    .map((line) => line.replace(/,$/, "").trim())
    .sort();
}

it("the ten lines of both READMEs are the same, and run unchanged against what `npm start` starts", async () => {
  const program = tenLinesOf("README.md");
  expect(tenLinesOf("packages/sdk/README.md")).toBe(program);
  expect(program).toContain(DOCUMENTED);
  const first = await run(program);
  // 0.30 × max(18400.00, 5100.00) = 5520 for the model and those from whom it descends.
  expect(first).toMatch(/^5520\.000000 \[/);
  expect(first).toContain("amount_usd");
  // Once more the same receipt; a stored answer has its members in another order.
  expect(factsOf(await run(program))).toEqual(factsOf(first));
}, 60_000);
