import closeWithGrace from "close-with-grace";
import type { AppExtras } from "./app.ts";
import { buildApp } from "./app.ts";
import { assertServable, type Config } from "./config.ts";
import { type ContextOverrides, createContext } from "./create-context.ts";

const DRAIN_MS = 10_000;

export interface RunningServer {
  /** Where it listens, as a URL of this machine. */
  readonly url: string;
  close(): Promise<void>;
}

/** Starts the registry and keeps it until a signal; what is under way may end, for ten seconds at most. */
export async function startServer(config: Config, overrides: ContextOverrides = {}, extras: AppExtras = {}): Promise<RunningServer> {
  assertServable(config);
  const ctx = await createContext(config, overrides);
  const app = await buildApp(ctx, extras).catch(async (error: unknown) => {
    await ctx.db.close();
    throw error;
  });
  const close = async (): Promise<void> => {
    await app.close();
    await ctx.db.close();
  };
  try {
    const url = await app.listen({ host: config.host, port: config.port });
    closeWithGrace({ delay: DRAIN_MS, logger: false }, async ({ err }) => {
      if (err !== undefined) ctx.log.error({ error: err }, "stopping");
      await close();
    });
    return { url, close };
  } catch (error) {
    await close();
    throw error;
  }
}
