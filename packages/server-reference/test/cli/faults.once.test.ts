import { spawn } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeFault } from "../../src/cli/describe-fault.ts";
import { run } from "../../src/cli/run.ts";
import { packageFolder } from "../../src/package-folder.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "omla-faults-"));
  await writeFile(join(folder, "file"), "");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const SECRET = "a-secret-of-the-tests-with-more-than-32-characters";
const cli = async (args: readonly string[], environment: Record<string, string> = {}): Promise<{ code: number; error: string }> => {
  const error: string[] = [];
  const code = await run(args, {
    environment: { OMLA_JWT_SECRET: SECRET, ...environment },
    out: () => {},
    error: (line) => error.push(line),
  });
  return { code, error: error.join("\n") };
};
/** A line of a stack. */
const TRACE = /\n\s+at /;

describe("a command that fails", { timeout: 60_000 }, () => {
  it.each([
    ["a folder that is a file", ["start"], { OMLA_DATA_DIR: "file" }, "DATA_DIR_UNUSABLE", "OMLA_DATA_DIR"],
    ["a folder below a file", ["migrate"], { OMLA_DATA_DIR: "file/data" }, "DATA_DIR_UNUSABLE", "OMLA_DATA_DIR"],
    [
      "a host that is none of ours",
      ["start"],
      { OMLA_DATA_DIR: "memory", HOST: "192.0.2.1", PORT: "0", OMLA_PUBLIC_URL: "http://localhost:8080" },
      "LISTEN_FAILED",
      "HOST",
    ],
    [
      "a host that is no address",
      ["start"],
      { OMLA_DATA_DIR: "memory", HOST: "999.1.1.1", PORT: "0", OMLA_PUBLIC_URL: "http://localhost:8080" },
      "LISTEN_FAILED",
      "HOST",
    ],
    ["a clock without a time", ["tick"], { OMLA_DATA_DIR: "memory", OMLA_CLOCK_FILE: "file" }, "OMLA_CLOCK_FILE", "2026-07-01"],
    ["a backup into no folder", ["backup", "nowhere/b"], { OMLA_DATA_DIR: "data" }, "nowhere/b.part", "Check the path"],
  ])("tells of %s what to do, and shows no stack", async (_what, args, environment, said, hint) => {
    const placed = Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [name, /^(file|data)/.test(value) ? join(folder, value) : value]),
    );
    const { code, error } = await cli(
      args.map((word) => (word.startsWith("nowhere") ? join(folder, word) : word)),
      placed,
    );
    expect(code).toBe(1);
    expect(error).toContain(said);
    expect(error).toContain(hint);
    expect(error).not.toMatch(TRACE);
  });

  it("tells of a fault that nobody foresaw in one line, and where it was on request only", () => {
    const fault = new TypeError("unforeseen");
    expect(describeFault(fault, { environment: {} })).toBe("unforeseen\nSet OMLA_LOG_LEVEL=debug to see where this happened.");
    expect(describeFault(fault, { environment: { OMLA_LOG_LEVEL: "debug" } })).toMatch(TRACE);
    expect(describeFault(Object.assign(new AggregateError([]), { code: "ECONNREFUSED" }), { environment: {} })).toMatch(
      /^ECONNREFUSED\n.*DATABASE_URL/,
    );
  });

  it.each([[["doctor", "now"]], [["demo", "now"]], [["backup", "--quick", "x"]], [["restore", "--force", "x"]], [["job", "--all"]]])(
    "does not take words that mean nothing: %j",
    async (args) => {
      expect(await cli(args)).toMatchObject({ code: 2, error: expect.stringContaining("omla-server help") });
    },
  );

  it("answers -h like --help", async () => {
    expect((await cli(["-h"])).code).toBe(0);
    expect((await cli(["payout", "-h"])).code).toBe(0);
  });

  it("says that a folder cannot be written", async () => {
    const closed = join(folder, "closed");
    await mkdir(closed);
    await chmod(closed, 0o500);
    // Root may write anywhere; below a file nobody may.
    const dataDir = process.getuid?.() === 0 ? join(folder, "file", "x") : join(closed, "data");
    expect((await cli(["migrate"], { OMLA_DATA_DIR: dataDir })).error).toContain("DATA_DIR_UNUSABLE");
  });
});

describe("a command whose database asks for a password that is not there", () => {
  let server: Server;
  const sockets: Socket[] = [];
  beforeAll(async () => {
    server = createServer((socket) => {
      sockets.push(socket);
      // AuthenticationSASL with SCRAM-SHA-256, and then nothing: the connection stays open.
      socket.once("data", () => socket.write(saslRequest()));
      socket.on("error", () => undefined);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  it("says so, and ends", async () => {
    const { port } = server.address() as AddressInfo;
    const started = Date.now();
    const { code, text } = await command(["tick"], { DATABASE_URL: `postgres://omla_app@127.0.0.1:${port}/omla` });
    expect(code).toBe(1);
    expect(text).toContain("password");
    expect(text).toContain("DATABASE_URL");
    expect(text).not.toMatch(TRACE);
    expect(Date.now() - started).toBeLessThan(30_000);
  });
});

function saslRequest(): Buffer {
  const body = Buffer.concat([Buffer.from([0, 0, 0, 10]), Buffer.from("SCRAM-SHA-256\0\0")]);
  const head = Buffer.from([0x52, 0, 0, 0, body.length + 4]);
  return Buffer.concat([head, body]);
}

async function command(args: readonly string[], environment: Record<string, string>): Promise<{ code: number | null; text: string }> {
  const child = spawn(process.execPath, ["--conditions=omla-source", join(packageFolder(), "src/bin/omla-server.ts"), ...args], {
    env: { PATH: process.env["PATH"], OMLA_JWT_SECRET: SECRET, ...environment },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let text = "";
  child.stderr.on("data", (part: Buffer) => (text += part.toString()));
  const code = await new Promise<number | null>((resolve) => child.on("exit", resolve));
  return { code, text };
}
