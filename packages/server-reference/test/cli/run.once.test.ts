import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../../src/cli/run.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "omla-cli-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const cli = async (
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<{ code: number; out: string; error: string }> => {
  const out: string[] = [];
  const error: string[] = [];
  const code = await run(args, { environment, out: (line) => out.push(line), error: (line) => error.push(line) });
  return { code, out: out.join("\n"), error: error.join("\n") };
};

describe("omla-server", { timeout: 120_000 }, () => {
  it("lists its commands, and explains one", async () => {
    const { code, out } = await cli([]);
    expect(code).toBe(0);
    for (const name of ["init", "start", "migrate", "seed", "tick", "publish-blacklist", "conformance", "doctor", "demo"])
      expect(out).toContain(`  ${name} `);
    expect((await cli(["seed", "--help"])).out).toContain("omla-server seed --demo");
  });

  it.each([
    [["nothing"]],
    [["toString"]],
    [["seed"]],
    [["seed", "--production"]],
    [["start", "now"]],
    [["conformance"]],
    [["init", "--file"]],
  ])("exits 2 on wrong use: %j", async (args) => {
    const { code, error } = await cli(args);
    expect(code).toBe(2);
    expect(error).toContain("omla-server help");
  });

  it("says what to set when it cannot start", async () => {
    const { code, error } = await cli(["start"], { PORT: "99999" });
    expect([code, error]).toEqual([1, expect.stringContaining("PORT must be a whole number")]);
    expect((await cli(["start"])).error).toContain("omla-server init");
    expect((await cli(["start", "--demo"], { NODE_ENV: "production" })).error).toContain("NODE_ENV");
  });

  it("mints an env file and keys that only the owner reads, once", async () => {
    const file = join(folder, "omla.env");
    const { code, out } = await cli(["init", "--file", file]);
    expect(code).toBe(0);
    const environment = parseEnv(await readFile(file, "utf8")) as Record<string, string>;
    expect(environment["OMLA_JWT_SECRET"]).toMatch(/^[\w-]{43}$/);
    expect(out).toMatch(/ed25519:[0-9a-f]{16}/);
    expect(out).toContain(`node --env-file=${file} "$(command -v omla-server)" start`);
    expect(out).not.toContain(environment["OMLA_JWT_SECRET"]);
    for (const path of [file, environment["OMLA_SIGNING_KEY_FILE"] ?? "", environment["OMLA_HEARTBEAT_KEY_FILE"] ?? ""]) {
      expect((await stat(path)).mode & 0o777).toBe(0o600);
      expect(out).not.toContain((await readFile(path, "utf8")).trim());
    }
    const again = await cli(["init", "--file", file]);
    expect([again.code, again.error]).toEqual([1, expect.stringContaining("FILE_EXISTS")]);
    expect(parseEnv(await readFile(file, "utf8"))).toEqual(environment);

    const doctor = await cli(["doctor"], { ...environment, OMLA_DATA_DIR: join(folder, "data") });
    expect(doctor.out).toMatch(/OMLA_JWT_SECRET +\(set\)/);
    expect(doctor.out).not.toContain(environment["OMLA_JWT_SECRET"]);
    expect(doctor.out).toContain("ok    audit log");
    expect(doctor.code).toBe(0);
    expect(doctor.out).not.toContain("WARN");
    await chmod(environment["OMLA_SIGNING_KEY_FILE"] ?? "", 0o644);
    const warned = await cli(["doctor"], { ...environment, OMLA_DATA_DIR: join(folder, "data") });
    expect([warned.code, warned.out]).toEqual([0, expect.stringMatching(/^WARN {2}secrets: .*list\.key is open to .*chmod 600/m)]);
    await chmod(environment["OMLA_SIGNING_KEY_FILE"] ?? "", 0o600);
    const published = await cli(["publish-blacklist"], { ...environment, OMLA_DATA_DIR: join(folder, "data") });
    expect(published).toMatchObject({ code: 0, out: expect.stringContaining("list 1: 0 entries, signed") });
    expect((await cli(["tick"], { ...environment, OMLA_DATA_DIR: join(folder, "data") })).out).toBe("0 moved, 0 told");
    expect((await cli(["doctor"], { ...environment, OMLA_DATA_DIR: join(folder, "data") })).out).toContain(
      "ok    blacklist: list 1 is FRESH",
    );
  });

  it("leaves no key behind where the env file is there already", async () => {
    const place = await mkdtemp(join(folder, "taken-"));
    await writeFile(join(place, "omla.env"), "kept");
    expect(await cli(["init", "--file", join(place, "omla.env")])).toMatchObject({
      code: 1,
      error: expect.stringContaining("omla.env is there"),
    });
    expect(await readdir(join(place, "omla-keys"))).toEqual([]);
    expect(await readFile(join(place, "omla.env"), "utf8")).toBe("kept");
  });

  it("says what stands against it in doctor's own form, where there is no database", async () => {
    const environment = { OMLA_JWT_SECRET: "a-secret-of-the-tests-with-more-than-32-characters" };
    const { code, out, error } = await cli(["doctor"], { ...environment, DATABASE_URL: "postgres://nobody@127.0.0.1:1/none" });
    expect([code, error]).toEqual([1, ""]);
    expect(out.split("\n").at(-1)).toMatch(/^FAIL {2}database: .*check DATABASE_URL/);
  });

  it("says how a payout's run is named", async () => {
    const environment = { OMLA_JWT_SECRET: "a-secret-of-the-tests-with-more-than-32-characters", OMLA_DATA_DIR: "memory" };
    const { code, error } = await cli(["payout", "--verify", "xyz"], environment);
    expect([code, error]).toEqual([1, expect.stringMatching(/RUN_UNKNOWN: .*UUID.*"xyz"/)]);
  });

  it("refuses a port that nobody knows beforehand, unless the origin is set", async () => {
    const environment = { OMLA_JWT_SECRET: "a-secret-of-the-tests-with-more-than-32-characters", OMLA_DATA_DIR: "memory", PORT: "0" };
    expect(await cli(["start"], environment)).toMatchObject({ code: 1, error: expect.stringContaining("OMLA_PUBLIC_URL must be set") });
  });

  it("migrates a folder, and a second time finds nothing to do", async () => {
    const environment = { OMLA_DATA_DIR: join(folder, "migrated") };
    expect((await cli(["migrate"], environment)).out).toContain("applied 0001_roles_and_schemas");
    expect((await cli(["migrate"], environment)).out).toMatch(/^The schema stands at version \d+\.$/);
    expect(await readdir(environment.OMLA_DATA_DIR)).toContain("pglite");
  });

  it("names a signing key that is none, without its content", async () => {
    const environment = { OMLA_DATA_DIR: "memory", OMLA_SIGNING_KEY_FILE: join(folder, "omla.env") };
    const { code, error } = await cli(["publish-blacklist"], environment);
    expect([code, error]).toEqual([1, expect.stringContaining("OMLA_SIGNING_KEY_FILE")]);
    expect(error).not.toContain("OMLA_JWT_SECRET=");
  });

  it("runs a folder of vectors, and exits 1 where there is none", async () => {
    expect(await cli(["conformance", folder])).toMatchObject({ code: 1, out: "0 passed, 0 failed" });
    expect((await cli(["conformance", join(folder, "missing")])).error).toContain("FOLDER_UNREADABLE");
    const vectors = await cli(["conformance", "vectors"]);
    expect(vectors.out).toMatch(/\n[1-9]\d* passed, 0 failed$/);
    expect(vectors.code).toBe(0);
  });
});
