import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { setAppPassword } from "../db/app-login.ts";
import { migrate as applyMigrations } from "../db/migrate.ts";
import { type Command, UsageError } from "./command.ts";
import { withAdmin } from "./with-admin.ts";

const PASSWORD_BYTES = 24;
const PASSWORD = /^[!-~]{16,200}$/;

export const migrate: Command = {
  usage: "[--app-password-file FILE]",
  summary: "Bring the database's schema up to date as its owner; with the option, let the server's login in by that password",
  run: async (args, io) => {
    const { values } = parseArgs({ args: [...args], options: { "app-password-file": { type: "string" } } });
    const file = values["app-password-file"];
    const password = file === undefined ? undefined : await readOrMint(file);
    return withAdmin(io, async (admin) => {
      if (password !== undefined && admin.kind === "pglite") throw new UsageError("The embedded database has no logins: set DATABASE_URL.");
      const { applied, version } = await applyMigrations(admin);
      for (const name of applied) io.out(`applied ${name}`);
      io.out(`The schema stands at version ${version}.`);
      if (password === undefined) return 0;
      await setAppPassword(admin, password);
      io.out(`The server logs in as omla_app with the password in ${file}.`);
      return 0;
    });
  },
};

/** The password of a file; one is minted where there is no file yet, for its owner's eyes only. @throws {UsageError} */
export async function readOrMint(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) {
    const minted = randomBytes(PASSWORD_BYTES).toString("base64url");
    await writeFile(file, `${minted}\n`, { mode: 0o600, flag: "wx" });
    return minted;
  }
  const password = text.trim();
  if (PASSWORD.test(password)) return password;
  throw new UsageError(`${file} holds no password of 16 to 200 visible ASCII characters.`);
}
