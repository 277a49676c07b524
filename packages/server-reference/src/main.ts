import { OmlaError } from "@omla/sdk/protocol";
import closeWithGrace from "close-with-grace";
import type { AppExtras } from "./app.ts";
import { buildApp } from "./app.ts";
import { assertServable, type Config } from "./config.ts";
import type { AppContext } from "./context.ts";
import { closeContext, type ContextOverrides, createContext } from "./create-context.ts";
import { exposedFiles } from "./exposed-files.ts";
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
  for (const warning of await exposedFiles(config, process.execArgv)) ctx.log.warn({}, warning);
  try {
    return await serve(ctx, extras);
  } catch (error) {
    await closeContext(ctx);
    throw error;
  }
}

async function serve(ctx: AppContext, extras: AppExtras): Promise<RunningServer> {
  const app = await buildApp(ctx, extras);
  const url = await app.listen({ host: ctx.config.host, port: ctx.config.port }).catch(async (error: unknown) => {
    await app.close();
    throw cannotListen(ctx.config, error);
  });
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

const LISTEN_HINTS: Readonly<Partial<Record<string, string>>> = {
  EADDRINUSE: "The port is in use: stop the other server, or set PORT to another one.",
  EACCES: "This user may not take that port: set PORT to one from 1024.",
  EADDRNOTAVAIL: "Set HOST to an address of this machine, or to 0.0.0.0 or :: for all of them.",
  ENOTFOUND: "Set HOST to an address of this machine, or to 0.0.0.0 or :: for all of them.",
};

function cannotListen({ host, port }: Config, cause: unknown): OmlaError {
  const { code = "", message } = cause as NodeJS.ErrnoException;
  return new OmlaError("LISTEN_FAILED", `cannot listen on ${host} port ${port}: ${message}`, {
    hint: LISTEN_HINTS[code] ?? "Correct HOST and PORT.",
    cause,
  });
}
