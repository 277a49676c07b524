import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../src/cli/commands.ts";
import { packageVersion } from "../../src/cli/package-version.ts";
import { emptyFolder, json, runOmla } from "./run-omla.ts";

describe("omla", () => {
  it("shows its commands, and exits 2 where none is named", async () => {
    const folder = emptyFolder();
    const asked = await runOmla(["help"], { folder });
    expect(asked.code).toBe(0);
    for (const name of Object.keys(COMMANDS)) expect(asked.out).toContain(`omla ${name}`);
    expect(await runOmla([], { folder })).toMatchObject({ code: 2, out: "", err: asked.out });
    expect((await runOmla(["--version"], { folder })).out).toBe(`${packageVersion()}\n`);
  });

  it.each(Object.keys(COMMANDS))("teaches %s by example", async (name) => {
    const folder = emptyFolder();
    const { code, out } = await runOmla([name, "--help"], { folder });
    expect(code).toBe(0);
    expect(out.startsWith(`omla ${name}`)).toBe(true);
    // At least two lines that can be typed as they are.
    expect(out.match(new RegExp(`^ +.*omla ${name} .*$|^ +omla ${name}.*$`, "gm"))?.length).toBeGreaterThanOrEqual(2);
    expect((await runOmla(["help", name], { folder })).out).toBe(out);
  });

  it.each([
    [["reprot"], "did you mean report"],
    [["hash"], "at least 1 operand is needed"],
    [["splits", "a", "b"], "one operand too many"],
    [["hash", "--nonsense", "x"], "there is no option '--nonsense'"],
    [["splits", "a"], "the registry is missing"],
    [["blacklist", "look", "x"], "there is: omla blacklist check ID"],
    [["blacklist", "check", "x", "--registry", "https://r.example", "--threshold", "none"], "--threshold is a number"],
    [["report", "--nil"], "a nil report takes --quarter"],
    [["report"], "one report file is needed"],
    [["report", "--from-log"], "--from-log needs at least one log file"],
    [["report", "--from-log", "x.jsonl"], "--quarter is missing"],
  ])("exits 2 for %j and says why", async (args, why) => {
    const ran = await runOmla(args, { folder: emptyFolder() });
    expect(ran.code).toBe(2);
    expect(ran.err).toContain(why);
    expect(ran.out).toBe("");
  });

  it.each([
    [["report", "q.csv", "--api-key", "x"]],
    [["register", "--secret-key=abc"]],
    [["quote", "q.csv", "omla_live_0123456789_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef1Ec5G8"]],
  ])("refuses a secret on the command line without repeating it (%#)", async (args) => {
    const ran = await runOmla(args, { folder: emptyFolder() });
    expect(ran.code).toBe(2);
    expect(ran.err).toMatch(/environment|OMLA_API_KEY/);
    expect(ran.err).not.toContain("ABCDEFGHIJ");
  });

  it("prints one JSON document with --json, also where it fails", async () => {
    const ran = await runOmla(["hash", "nothing.bin", "--json"], { folder: emptyFolder() });
    expect(ran.code).toBe(1);
    expect(json(ran).error).toMatchObject({ code: "FILE", message: expect.stringContaining("does not exist") as string });
    expect(ran.err).toBe("");
  });

  it("uses colour on a terminal only", async () => {
    const folder = emptyFolder();
    const plain = await runOmla(["hash", "nothing.bin"], { folder });
    const coloured = await runOmla(["hash", "nothing.bin"], { folder, isTerminal: true });
    expect(plain.err).not.toContain("\u001b");
    expect(coloured.err).toContain("\u001b[31m");
    expect(coloured.err.replace(/\u001b\[\d+m/g, "")).toBe(plain.err);
  });
});
