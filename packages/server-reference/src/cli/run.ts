import { unknownSettings } from "../unknown-settings.ts";
import { packageVersion } from "../version.ts";
import type { Command, Io } from "./command.ts";
import { UsageError } from "./command.ts";
import { describeFault } from "./describe-fault.ts";

/** Each command is loaded only when it is asked for. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  init: async () => (await import("./init.ts")).init,
  start: async () => (await import("./start.ts")).start,
  migrate: async () => (await import("./migrate.ts")).migrate,
  seed: async () => (await import("./seed.ts")).seed,
  demo: async () => (await import("./demo.ts")).demo,
  tick: async () => (await import("./tick.ts")).tick,
  job: async () => (await import("./job.ts")).job,
  payout: async () => (await import("./payout.ts")).payout,
  "publish-blacklist": async () => (await import("./publish-blacklist.ts")).publishBlacklist,
  blacklist: async () => (await import("./blacklist.ts")).blacklist,
  keyset: async () => (await import("./keyset.ts")).keyset,
  rates: async () => (await import("./rates.ts")).rates,
  "tax-export": async () => (await import("./tax-export.ts")).taxExport,
  "sepa-file": async () => (await import("./sepa-file.ts")).sepaFile,
  backup: async () => (await import("./backup.ts")).backup,
  restore: async () => (await import("./restore.ts")).restore,
  board: async () => (await import("./board.ts")).board,
  conformance: async () => (await import("./conformance.ts")).conformance,
  doctor: async () => (await import("./doctor.ts")).doctor,
};

/**
 * Runs `omla-server` with its arguments.
 *
 * @returns exit code: 0 done, 1 refused or failed, 2 usage
 */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const [name = "", ...rest] = args;
  if (name === "--version") return say(io, packageVersion());
  if (["", "help", "--help", "-h"].includes(name)) return say(io, await help());
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load === undefined) return misuse(io, `There is no command ${JSON.stringify(name)}.`);
  const command = await load();
  if (rest.includes("--help") || rest.includes("-h")) return say(io, `omla-server ${name} ${command.usage}\n  ${command.summary}`);
  try {
    if (name !== "doctor") for (const warning of unknownSettings(io.environment)) io.error(warning);
    return await command.run(rest, io);
  } catch (error) {
    return failed(error, io);
  }
}

function say(io: Io, text: string): 0 {
  io.out(text);
  return 0;
}

function misuse(io: Io, message: string): 2 {
  io.error(`${message}\nRun "omla-server help" for the commands.`);
  return 2;
}

function failed(error: unknown, io: Io): 1 | 2 {
  if (error instanceof UsageError || isArgumentError(error)) return misuse(io, (error as Error).message);
  io.error(describeFault(error, io));
  return 1;
}

function isArgumentError(error: unknown): boolean {
  return error instanceof TypeError && String((error as { code?: unknown }).code).startsWith("ERR_PARSE_ARGS");
}

async function help(): Promise<string> {
  const lines = await Promise.all(
    Object.entries(COMMANDS).map(async ([name, load]) => {
      const { usage, summary } = await load();
      return `  ${`${name} ${usage}`.padEnd(34)} ${summary}`;
    }),
  );
  return `omla-server ${packageVersion()}: the reference registry of the Open Model Licensing Association\n\n${lines.join("\n")}\n\nConfiguration is read from the environment; "omla-server doctor" lists it.`;
}
