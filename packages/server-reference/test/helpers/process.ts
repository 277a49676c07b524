import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { packageFolder } from "../../src/package-folder.ts";

const START_MS = 60_000;

/** A real process of the registry. */
export interface RegistryProcess {
  readonly child: ChildProcess;
  readonly url: string;
  /** Everything that it wrote so far. */
  output(): string;
  /** Sends a signal and waits for the end. @returns the exit code */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts `omla-server start` from its source, on a free port, and waits until it answers. */
export async function startRegistry(environment: Record<string, string>, args: readonly string[] = ["start"]): Promise<RegistryProcess> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, ["--conditions=omla-source", join(packageFolder(), "src/bin/omla-server.ts"), ...args], {
    env: {
      PATH: process.env["PATH"],
      OMLA_JWT_SECRET: "a-secret-of-a-process-with-more-than-32-characters",
      PORT: String(port),
      OMLA_PUBLIC_URL: url,
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (part: Buffer) => (text += part.toString()));
  const ended = new Promise<number | null>((resolve) => child.on("exit", (code) => resolve(code)));
  await answers(url, child, () => text);
  return {
    child,
    url,
    output: () => text,
    stop: (signal = "SIGTERM") => {
      child.kill(signal);
      return ended;
    },
  };
}

async function answers(url: string, child: ChildProcess, output: () => string): Promise<void> {
  const until = Date.now() + START_MS;
  while (Date.now() < until && child.exitCode === null) {
    const answer = await fetch(`${url}/healthz`).catch(() => undefined);
    if (answer?.ok === true) return;
    await pause(100);
  }
  child.kill("SIGKILL");
  throw new Error(`the registry did not start:\n${output()}`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
