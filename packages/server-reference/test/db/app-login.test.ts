import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readOrMint } from "../../src/cli/migrate.ts";
import { run } from "../../src/cli/run.ts";
import { createDatabase } from "../../src/db/database.ts";
import { scramVerifier } from "../../src/db/app-login.ts";
import { appUrlOf, createEmptyPostgresDatabase, databaseKind } from "../helpers/database.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "omla-login-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function cli(args: readonly string[], environment: Record<string, string>): Promise<{ code: number; text: string }> {
  const lines: string[] = [];
  const code = await run(args, { environment, out: (line) => lines.push(line), error: (line) => lines.push(line) });
  return { code, text: lines.join("\n") };
}

describe("the password of the server's login", () => {
  it("is minted where there is no file, for its owner's eyes only, and kept where there is one", async () => {
    const file = join(folder, "minted");
    const minted = await readOrMint(file);
    expect(minted).toMatch(/^[\w-]{32}$/);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readOrMint(file)).toBe(minted);
    expect(await readFile(file, "utf8")).toBe(`${minted}\n`);
  });

  it.each(["short", "with a space in the middle", "ünprintable-password", ""])("is refused where the file holds %j", async (text) => {
    const file = join(folder, "bad");
    await writeFile(file, text);
    await expect(readOrMint(file)).rejects.toThrow("holds no password");
  });

  it("is sent as PostgreSQL stores it (RFC 7677's example: user, pencil)", () => {
    // Keys computed with the RFC's salt and 4,096 iterations.
    const verifier = scramVerifier("pencil", Buffer.from("W22ZaJ0SNY7soEsUEjb6gQ==", "base64"));
    expect(verifier).toBe(
      "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
    );
  });
});

if (databaseKind === "postgres")
  describe("migrate --app-password-file", () => {
    it("makes an empty database one that the server can use", async () => {
      const ownerUrl = await createEmptyPostgresDatabase();
      const file = join(folder, "app");
      // Logins belong to the whole cluster, which other tests use with their password.
      await writeFile(file, new URL(appUrlOf(ownerUrl)).password);
      const { code, text } = await cli(["migrate", "--app-password-file", file], { DATABASE_URL: ownerUrl });
      expect([code, text]).toEqual([0, expect.stringContaining("The server logs in as omla_app")]);
      const db = await createDatabase({ url: appUrlOf(ownerUrl) });
      expect((await db.query("anon", "select count(*)::int as n from public.models")).rows).toEqual([{ n: 0 }]);
      await db.close();
    });
  });
else
  describe("migrate --app-password-file", () => {
    it("is refused on the embedded database, which has no logins", async () => {
      const { code, text } = await cli(["migrate", "--app-password-file", join(folder, "none")], { OMLA_DATA_DIR: join(folder, "data") });
      expect([code, text]).toEqual([2, expect.stringContaining("DATABASE_URL")]);
    });
  });
