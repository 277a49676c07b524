import { parseArgs } from "node:util";
import type { Call, Command, ExitCode } from "./command.ts";
import { UsageError } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import type { Console } from "./console.ts";
import { showError } from "./show-error.ts";
import { packageVersion } from "./package-version.ts";

/**
 * Runs one command line.
 *
 * @param args without the program's own name
 * @returns 0 done, 1 refused or failed, 2 usage
 */
export async function runCommandLine(args: readonly string[], console: Console): Promise<ExitCode> {
  const [name, ...rest] = args;
  if (name === undefined || name === "help" || name === "--help" || name === "-h") return help(rest[0], name === undefined, console);
  if (name === "--version") return print(console, packageVersion());
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) return wrongly(console, `there is no command ${JSON.stringify(name)}${nearest(name)}`, "omla help");
  return runCommand(name, command, rest, console);
}

async function runCommand(name: string, command: Command, args: readonly string[], console: Console): Promise<ExitCode> {
  const json = args.includes("--json");
  try {
    const call = readCall(command, args, console);
    if (call === "help") return print(console, `${command.help.trim()}\n`);
    return await command.run(call);
  } catch (error) {
    if (error instanceof UsageError) return wrongly(console, error.message, `omla ${name} --help`);
    showError(error, console, json);
    return 1;
  }
}

function readCall(command: Command, args: readonly string[], console: Console): Call | "help" {
  const options = { ...command.options, json: { type: "boolean" }, help: { type: "boolean", short: "h" } } as const;
  refuseSecrets(args);
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args, options);
  } catch (error) {
    throw new UsageError(error instanceof Error ? firstSentence(error.message) : String(error));
  }
  if (parsed.values["help"] === true) return "help";
  const operands = parsed.positionals;
  const { min, max } = command.operands;
  if (operands.length < min)
    throw new UsageError(
      min === max ? `${min} operand${min === 1 ? " is" : "s are"} needed` : `at least ${min} operand${min === 1 ? " is" : "s are"} needed`,
    );
  if (operands.length > max) throw new UsageError(`${JSON.stringify(operands[max])} is one operand too many`);
  return { options: parsed.values, operands, console, json: parsed.values["json"] === true };
}

function parse(args: readonly string[], options: Command["options"]): { values: Call["options"]; positionals: string[] } {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  return { values, positionals };
}

/** What is written into a command line stands in the shell's history and in every process list. */
function refuseSecrets(args: readonly string[]): void {
  if (args.some((arg) => /omla_(live|test)_[0-9A-Za-z]{10}_/.test(arg))) {
    throw new UsageError(
      "an API key does not belong on the command line, where others can read it: put it into OMLA_API_KEY or a file for --api-key-file; and replace the key that was just shown",
    );
  }
  if (args.some((arg) => /^--(api|secret)-key(=|$)/.test(arg))) {
    throw new UsageError(
      "secrets are taken from the environment or a file only: OMLA_API_KEY, --api-key-file FILE, OMLA_SECRET_KEY, --key FILE",
    );
  }
}

function firstSentence(message: string): string {
  return message.replace(/\. To specify.*$/s, "").replace(/^Unknown option/, "there is no option");
}

function help(topic: string | undefined, asUsage: boolean, console: Console): ExitCode {
  const command = topic !== undefined && Object.hasOwn(COMMANDS, topic) ? COMMANDS[topic] : undefined;
  if (command !== undefined) return print(console, `${command.help.trim()}\n`);
  if (topic !== undefined) return wrongly(console, `there is no command ${JSON.stringify(topic)}${nearest(topic)}`, "omla help");
  (asUsage ? console.err : console.out)(overview());
  return asUsage ? 2 : 0;
}

function overview(): string {
  const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length));
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) => `  omla ${name.padEnd(width)}  ${summary}`);
  return `omla ${packageVersion()}: register models, report their use, check what others say.\n\n${lines.join("\n")}\n
A creator begins with   omla keygen, then omla init --help
A company begins with   omla quote --help
Every command takes --json and --help. Exit codes: 0 done, 1 refused or failed, 2 called wrongly.
`;
}

/** The command that was probably meant. */
function nearest(name: string): string {
  const candidate = Object.keys(COMMANDS).find((known) => known.startsWith(name.slice(0, 3)) || name.startsWith(known.slice(0, 4)));
  return candidate === undefined ? "" : `; did you mean ${candidate}?`;
}

function wrongly(console: Console, message: string, pointer: string): ExitCode {
  console.err(`omla: ${message}\nSee: ${pointer}\n`);
  return 2;
}

function print(console: Console, text: string): ExitCode {
  console.out(text.endsWith("\n") ? text : `${text}\n`);
  return 0;
}
