import type { ParseArgsOptionsConfig } from "node:util";
import type { Console } from "./console.ts";

/** 0: done. 1: refused or failed. 2: the command was called wrongly. */
export type ExitCode = 0 | 1 | 2;

/** What a command was called with. */
export interface Call {
  readonly options: Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;
  readonly operands: readonly string[];
  readonly console: Console;
  /** One JSON document on standard output, for other programs. */
  readonly json: boolean;
}

/** One command: how it is called, what it teaches, what it does. */
export interface Command {
  /** One line for the overview. */
  readonly summary: string;
  /** How it is called, then examples with what they do. */
  readonly help: string;
  readonly options: ParseArgsOptionsConfig;
  /** How many operands it takes. */
  readonly operands: { readonly min: number; readonly max: number };
  run(call: Call): Promise<ExitCode>;
}

/** The command was called wrongly; its message is shown with a pointer to the help. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** An option that takes a value and is given at most once. */
export function textOption(call: Call, name: string): string | undefined {
  const value = call.options[name];
  return typeof value === "string" ? value : undefined;
}

/** An option that must be given. @throws {UsageError} */
export function requiredOption(call: Call, name: string, example: string): string {
  const value = textOption(call, name);
  if (value === undefined || value === "") throw new UsageError(`--${name} is missing, such as --${name} ${example}`);
  return value;
}

export function flag(call: Call, name: string): boolean {
  return call.options[name] === true;
}
