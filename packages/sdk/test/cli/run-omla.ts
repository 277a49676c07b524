import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { TestRegistry } from "@omla/sdk/testing";
import type { Console } from "../../src/cli/console.ts";
import { runCommandLine } from "../../src/cli/run-command-line.ts";

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Surroundings {
  readonly folder: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Reached without a network. */
  readonly registry?: TestRegistry;
  readonly isTerminal?: boolean;
  readonly signal?: AbortSignal;
}

/** Runs a command line as the program would, in a folder of its own. */
export async function runOmla(args: readonly string[], surroundings: Surroundings): Promise<Ran> {
  const { folder, env = {}, registry, isTerminal = false } = surroundings;
  const written = { out: "", err: "" };
  const console: Console = {
    folder,
    env: { ...(registry === undefined ? {} : { OMLA_REGISTRY: registry.url }), ...env },
    out: (text) => void (written.out += text),
    err: (text) => void (written.err += text),
    outIsTerminal: isTerminal,
    errIsTerminal: isTerminal,
    columns: 100,
    fetch: (input, init) => (registry === undefined ? fetch(input, init) : registry.fetch(input)),
    now: () => registry?.clock.now() ?? new Date(),
    signal: surroundings.signal ?? new AbortController().signal,
  };
  const code = await runCommandLine(args, console);
  return { code, ...written };
}

/** An empty folder, removed when the test ends. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "omla-cli-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A value that may have any member, for reading a command's answer. */
export interface Json {
  readonly [member: string]: Json;
}

/** The JSON that a command printed, nothing beside it. */
export function json(ran: Ran): Json {
  return JSON.parse(ran.out) as Json;
}

/** The items of a list in a command's answer. */
export function items(list: Json | undefined): readonly Json[] {
  return list as unknown as readonly Json[];
}
