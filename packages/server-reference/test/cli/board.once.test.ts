import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildApp } from "../../src/app.ts";
import { run } from "../../src/cli/run.ts";
import { loadConfig } from "../../src/config.ts";
import { closeContext, createContext } from "../../src/create-context.ts";
import { totpCode, totpStep } from "../../src/credentials/totp.ts";
import { silentLog } from "../../src/log.ts";
import { secretOf } from "../helpers/board.ts";

let folder: string;
let environment: Record<string, string>;
let firstUrl: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "omla-board-"));
  const file = join(folder, "omla.env");
  const { out } = await cli(["init", "--file", file, "--board", "ada@board.test"], {});
  firstUrl = urlIn(out);
  environment = { ...(parseEnv(await readFile(file, "utf8")) as Record<string, string>), OMLA_DATA_DIR: join(folder, "data") };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function cli(args: readonly string[], given = environment): Promise<{ code: number; out: string; error: string }> {
  const [out, error]: [string[], string[]] = [[], []];
  const code = await run(args, { environment: given, out: (line) => out.push(line), error: (line) => error.push(line) });
  return { code, out: out.join("\n"), error: error.join("\n") };
}

const urlIn = (text: string): string => /otpauth:\/\/\S+/.exec(text)?.[0] ?? "";

/** Signs in over HTTP with the code of an otpauth URL. @returns status and role */
async function signIn(email: string, otpauth: string): Promise<[number, string | undefined]> {
  const ctx = await createContext(loadConfig(environment), { log: silentLog });
  const app = await buildApp(ctx);
  const answer = await app.inject({
    method: "POST",
    url: "/admin/v1/sign-in",
    headers: { "x-omla-board": "1" },
    payload: { email, code: totpCode(secretOf(otpauth), totpStep(new Date())), bearer: true },
  });
  await app.close();
  await closeContext(ctx);
  return [answer.statusCode, (answer.json() as { role?: string }).role];
}

describe("omla-server board", { timeout: 120_000 }, () => {
  it("has a first member from init on, whose secret is shown once and stored sealed", async () => {
    expect(firstUrl).toContain("ada%40board.test");
    const secret = new URL(firstUrl).searchParams.get("secret") ?? "";
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(Object.values(environment).join("\n")).not.toContain(secret);
    expect((await cli(["board", "list"])).out).toMatch(/ {2}ada@board\.test {2}payout {2}never signed in$/);
    expect(await signIn("ada@board.test", firstUrl)).toEqual([200, "payout"]);
    expect((await cli(["board", "list"])).out).toMatch(/ada@board\.test {2}payout {2}last signed in 20/);
  });

  it("adds, promotes, resets and takes off a member", async () => {
    const added = await cli(["board", "add", "bob@board.test"]);
    expect([added.code, await signIn("bob@board.test", urlIn(added.out))]).toEqual([0, [200, "reviewer"]]);
    expect((await cli(["board", "add", "BOB@board.test"])).error).toContain("BOARD_MEMBER_EXISTS");
    expect((await cli(["board", "role", "bob@board.test", "payout"])).code).toBe(0);
    const reset = await cli(["board", "reset", "bob@board.test"]);
    expect(await signIn("bob@board.test", urlIn(added.out))).toEqual([401, undefined]);
    expect(urlIn(reset.out)).not.toBe(urlIn(added.out));
    expect((await cli(["board", "deactivate", "bob@board.test"])).code).toBe(0);
    expect(await signIn("bob@board.test", urlIn(reset.out))).toEqual([401, undefined]);
    expect((await cli(["board", "list"])).out).toMatch(/bob@board\.test {2}left/);
    expect((await cli(["board", "reset", "bob@board.test"])).error).toContain("BOARD_MEMBER_NOT_FOUND");
    // Who has left may come back, with a secret of their own.
    expect((await cli(["board", "add", "bob@board.test", "--role", "payout"])).out).toContain("role payout");
  });

  it.each([
    [["board"]],
    [["board", "add"]],
    [["board", "add", "a@b.example", "c"]],
    [["board", "add", "a@b.example", "--role", "king"]],
    [["board", "role", "a@b.example"]],
    [["board", "list", "all"]],
    [["board", "remove", "a@b.example"]],
    [["init", "--board", "nobody"]],
  ])("exits 2 on wrong use: %j", async (args) => {
    expect((await cli(args)).code).toBe(2);
  });

  it("refuses an address that is none", async () => {
    const { code, error } = await cli(["board", "add", "nobody"]);
    expect([code, error]).toEqual([1, expect.stringContaining("EMAIL_INVALID")]);
  });

  it("leaves a first member alone that was sealed under another secret", async () => {
    const other = { ...environment, OMLA_DATA_DIR: join(folder, "other"), OMLA_JWT_SECRET: "another-secret-with-more-than-32-characters" };
    const { code, out, error } = await cli(["board", "list"], other);
    expect([code, out, error]).toEqual([0, "", expect.stringContaining("OMLA_BOARD_FIRST")]);
  });
});

describe("omla-server tick --dry-run", { timeout: 120_000 }, () => {
  it("says what a tick would do, and writes nothing", async () => {
    expect((await cli(["tick", "--dry-run"])).out).toBe("0 would move, 0 would be told; nothing was written");
  });
});
