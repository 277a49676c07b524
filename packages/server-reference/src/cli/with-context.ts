import { type Config, loadConfig } from "../config.ts";
import type { AppContext } from "../context.ts";
import { closeContext, createContext } from "../create-context.ts";
import { systemClock } from "../clock.ts";
import { createLog } from "../log.ts";
import type { Io } from "./command.ts";

/** Opens the registry's context for one command, and closes it whatever happens; its log is no part of the command's output. */
export async function withContext<T>(
  io: Io,
  work: (ctx: AppContext) => Promise<T>,
  config: Config = loadConfig(io.environment),
): Promise<T> {
  const log = createLog("warn", systemClock, (line) => io.error(line.trimEnd()));
  const ctx = await createContext(config, { log });
  try {
    return await work(ctx);
  } finally {
    await closeContext(ctx);
  }
}
