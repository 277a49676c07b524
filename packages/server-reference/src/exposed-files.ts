import { stat } from "node:fs/promises";
import type { Config } from "./config.ts";

/** Any bit of those who are neither the owner nor of the group. */
const OTHERS = 0o007;

/**
 * Files with secrets that anybody on this machine may read or replace: the keys of the configuration, and the env files of this process.
 *
 * @param nodeArguments - what Node itself was started with (`process.execArgv`)
 * @returns one sentence for each, which says what to do
 */
export async function exposedFiles(
  { signingKeyFile, heartbeatKeyFile }: Pick<Config, "signingKeyFile" | "heartbeatKeyFile">,
  nodeArguments: readonly string[],
): Promise<string[]> {
  const files = [signingKeyFile, heartbeatKeyFile, ...envFiles(nodeArguments)].filter((file) => file !== undefined);
  const modes = await Promise.all(files.map(async (file) => ({ file, mode: await modeOf(file) })));
  return modes
    .filter(({ mode }) => (mode & OTHERS) !== 0)
    .map(({ file }) => `${file} is open to every user of this machine: chmod 600 ${file}`);
}

function envFiles(nodeArguments: readonly string[]): string[] {
  return nodeArguments.flatMap((argument, at) => {
    const [, inline] = /^--env-file(?:-if-exists)?(?:=(.*))?$/s.exec(argument) ?? [undefined, undefined];
    if (inline !== undefined) return [inline];
    const next = nodeArguments[at + 1];
    return /^--env-file(-if-exists)?$/.test(argument) && next !== undefined ? [next] : [];
  });
}

/** A file that is not there is told of by whoever reads it. */
async function modeOf(file: string): Promise<number> {
  // The bits mean nothing there.
  if (process.platform === "win32") return 0;
  return (await stat(file).catch(() => undefined))?.mode ?? 0;
}
