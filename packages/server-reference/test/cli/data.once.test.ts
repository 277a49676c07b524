import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../../src/cli/run.ts";
import { DEMO_SECRET } from "../../src/config.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "omla-data-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const cli = async (dataDir: string, ...args: string[]): Promise<{ code: number; text: string }> => {
  const lines: string[] = [];
  const write = (line: string): void => void lines.push(line);
  const environment = { OMLA_DATA_DIR: join(folder, dataDir), OMLA_JWT_SECRET: DEMO_SECRET };
  const code = await run(args, { environment, out: write, error: write });
  return { code, text: lines.join("\n") };
};

describe("the data of a registry", { timeout: 240_000 }, () => {
  it("is backed up into one file and restored into an empty database, where doctor finds it sound", async () => {
    expect((await cli("first", "seed", "--demo")).code).toBe(0);
    expect((await cli("first", "board", "add", "ada@example.org")).text).toContain("Added ada@example.org");
    expect((await cli("first", "board", "add", "ADA@example.org")).text).toContain("BOARD_MEMBER_EXISTS");
    expect((await cli("first", "board", "add", "nobody")).text).toContain("EMAIL_INVALID");
    const file = join(folder, "backup.jsonl");
    const saved = await cli("first", "backup", file);
    expect(saved).toMatchObject({ code: 0, text: expect.stringMatching(/[1-9]\d* rows, sha256/) });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await cli("second", "restore", file)).text).toContain("rows restored");
    const doctor = await cli("second", "doctor");
    expect(doctor.text).not.toContain("FAIL");
    expect(doctor.text).toMatch(/ok {4}signed documents: 3 signatures verify/);
    expect((await cli("second", "restore", file)).text).toContain("DATABASE_NOT_EMPTY");

    const lines = (await readFile(file, "utf8")).split("\n");
    await writeFile(file, [...lines.slice(0, 40), ...lines.slice(41)].join("\n"));
    expect((await cli("third", "restore", file)).text).toContain("BACKUP_DAMAGED");
    expect(await readdir(folder)).not.toContain("backup.jsonl.part");
  });

  it("says what to check when the system refuses", async () => {
    expect((await cli("fresh", "restore", join(folder, "missing.jsonl"))).text).toContain("Check the path.");
    const lines: string[] = [];
    const write = (line: string): void => void lines.push(line);
    await run(["migrate"], { environment: { DATABASE_URL: "postgres://nobody:hunter2@127.0.0.1:1/omla" }, out: write, error: write });
    expect(lines.join("\n")).toContain("check DATABASE_URL");
    expect(lines.join("\n")).not.toContain("hunter2");
  });

  it.each([[["backup"]], [["restore"]], [["restore", "a", "b"]], [["board", "remove", "x"]], [["job", "nothing"]]])(
    "exits 2 on wrong use: %j",
    async (args) => {
      expect((await cli("unused", ...args)).code).toBe(2);
    },
  );

  it("lists its jobs with their rhythm", async () => {
    const { code, text } = await cli("unused", "job");
    expect(code).toBe(0);
    expect(text).toContain("compliance-tick          Mondays at 6:00 UTC");
  });
});
