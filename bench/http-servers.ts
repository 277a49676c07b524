import { spawn } from "node:child_process";
import { join } from "node:path";

/** A server in a process of its own. */
export interface ServerProcess {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a script of this folder, which prints its URL when it listens. */
export async function startProcess(script: string, environment: Readonly<Record<string, string>>): Promise<ServerProcess> {
  const child = spawn(process.execPath, ["--conditions=omla-source", join(import.meta.dirname, script)], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, NODE_ENV: "production", GRAPHILE_ENV: "production", ...environment },
  });
  const ended = new Promise<never>((_resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`${script} ended with ${code ?? "a signal"}`)));
  });
  ended.catch(() => undefined);
  const url = await Promise.race([
    ended,
    new Promise<string>((resolve) => child.stdout.once("data", (text) => resolve(String(text).trim()))),
  ]);
  const stop = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended.catch(() => undefined);
  };
  return { url, stop };
}
