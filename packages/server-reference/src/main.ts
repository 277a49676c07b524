import closeWithGrace from "close-with-grace";
import type { AppExtras } from "./app.ts";
import { buildApp } from "./app.ts";
import { assertServable, type Config } from "./config.ts";
import type { AppContext } from "./context.ts";
import { closeContext, type ContextOverrides, createContext } from "./create-context.ts";
import { startJobs } from "./jobs/runner.ts";
import { jobObserver } from "./plugins/metrics.ts";

/** Requests and jobs that are under way may end; then the process goes whatever they do. */
const DRAIN_MS = 10_000;

export interface RunningServer {
  /** Where it listens, as a URL of this machine. */
  readonly url: string;
  close(): Promise<void>;
}

/** Starts the registry and its jobs, and keeps them until a signal. */
export async function startServer(config: Config, overrides: ContextOverrides = {}, extras: AppExtras = {}): Promise<RunningServer> {
  assertServable(config);
  const ctx = await createContext(config, overrides);
  try {
    return await serve(ctx, extras);
  } catch (error) {
    await closeContext(ctx);
    throw error;
  }
}

async function serve(ctx: AppContext, extras: AppExtras): Promise<RunningServer> {
  const app = await buildApp(ctx, extras);
  const url = await app.listen({ host: ctx.config.host, port: ctx.config.port });
  const jobs = await startJobs(ctx, jobObserver(app)).catch(async (error: unknown) => {
    await app.close();
    throw error;
  });
  const close = async (): Promise<void> => {
    await app.close();
    await jobs.stop();
    await closeContext(ctx);
  };
  const grace = closeWithGrace({ delay: DRAIN_MS, logger: false }, async ({ err, signal }) => {
    ctx.log.info({ signal, ...(err === undefined ? {} : { error: err }) }, "stopping");
    await close();
  });
  return {
    url,
    close: async () => {
      grace.uninstall();
      await close();
    },
  };
}
