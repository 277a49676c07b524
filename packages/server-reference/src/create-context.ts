import { webcrypto } from "node:crypto";
import { loadAssociationKeys } from "./association-keys.ts";
import { createFileClock, systemClock } from "./clock.ts";
import type { Config } from "./config.ts";
import type { AppContext } from "./context.ts";
import { createKeyHasher } from "./credentials/key-hasher.ts";
import { createDatabase } from "./db/database.ts";
import { createQueue } from "./jobs/queue.ts";
import { createLog } from "./log.ts";
import { createSmtpMail } from "./mail.ts";
import { createRails } from "./rails/create-rails.ts";

/** Replaces parts of the context; a test moves the clock, a demonstration brings its own keys. */
export type ContextOverrides = { readonly [Part in keyof AppContext]?: AppContext[Part] | undefined };

/**
 * Opens everything that the registry needs. Close `db` when done.
 *
 * @throws {ConfigError | OmlaError} saying what to set
 */
export async function createContext(config: Config, overrides: ContextOverrides = {}): Promise<AppContext> {
  const moved = overrides.clock ?? (config.clockFile === undefined ? undefined : createFileClock(config.clockFile));
  const clock = moved ?? systemClock;
  const keys = overrides.keys ?? (await loadAssociationKeys({ list: config.signingKeyFile, heartbeat: config.heartbeatKeyFile }));
  const log = overrides.log ?? createLog(config.logLevel, clock, (line) => process.stdout.write(line));
  const db = overrides.db ?? (await openDatabase(config, moved && (() => moved.now())));
  return {
    config,
    clock,
    keys,
    db,
    queue: overrides.queue ?? createQueue(db, log),
    rails: overrides.rails ?? createRails(config, clock),
    hasher: overrides.hasher ?? createKeyHasher(config.jwtSecret, clock),
    random: overrides.random ?? ((length) => webcrypto.getRandomValues(new Uint8Array(length))),
    fetch: overrides.fetch ?? globalThis.fetch,
    mail: overrides.mail ?? (config.smtpUrl === undefined ? undefined : createSmtpMail(config.smtpUrl, config.mailFrom)),
    log,
  };
}

/** SQL follows the clock only where it was replaced; otherwise PostgreSQL's own counts. */
function openDatabase({ databaseUrl, dataDir }: Config, now: (() => Date) | undefined): ReturnType<typeof createDatabase> {
  return createDatabase({ url: databaseUrl, dataDir: databaseUrl === undefined && dataDir !== "memory" ? dataDir : undefined, now });
}

/** Ends the queue and closes the database. */
export async function closeContext(ctx: AppContext): Promise<void> {
  await ctx.queue.stop();
  await ctx.db.close();
}
