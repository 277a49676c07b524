import { loadConfig } from "../config.ts";
import { type Admin, openAdmin } from "../db/admin.ts";
import type { Io } from "./command.ts";

/** Opens the configured database with its owner's rights, for one command. */
export async function withAdmin<T>(io: Io, work: (admin: Admin) => Promise<T>): Promise<T> {
  const { databaseUrl, dataDir } = loadConfig(io.environment);
  const admin = await openAdmin({ url: databaseUrl, dataDir: dataDir === "memory" ? undefined : dataDir });
  try {
    return await work(admin);
  } finally {
    await admin.close();
  }
}
