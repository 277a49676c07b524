import { OmlaError } from "@omla/sdk/protocol";
import { loadConfig } from "../config.ts";
import { type Admin, openAdmin } from "../db/admin.ts";
import { isDatabaseFault } from "../db/errors.ts";
import type { Io } from "./command.ts";

/** Opens the configured database with its owner's rights, for one command. */
export async function withAdmin<T>(io: Io, work: (admin: Admin) => Promise<T>): Promise<T> {
  const { databaseUrl, dataDir } = loadConfig(io.environment);
  const admin = await openAdmin({ url: databaseUrl, dataDir: dataDir === "memory" ? undefined : dataDir });
  try {
    return await work(admin);
  } catch (error) {
    throw isForbidden(error) || isForbidden((error as Error).cause) ? ownerNeeded(error) : error;
  } finally {
    await admin.close();
  }
}

function isForbidden(error: unknown): boolean {
  return isDatabaseFault(error) && error.code === "42501";
}

function ownerNeeded(cause: unknown): OmlaError {
  return new OmlaError("OWNER_NEEDED", "the login of DATABASE_URL may not do this", {
    hint: "Let DATABASE_URL log in as the owner of the database for this command, not as omla_app.",
    cause,
  });
}
