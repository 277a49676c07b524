import { OmlaError } from "../protocol/errors.ts";
import type { Console } from "./console.ts";
import { style } from "./style.ts";

/** Faults of the file system, by what they mean to the user. */
const FILE_FAULTS: Readonly<Record<string, string>> = {
  ENOENT: "does not exist",
  EACCES: "may not be read or written by you",
  EPERM: "may not be read or written by you",
  EISDIR: "is a folder; a file is needed",
  ENOTDIR: "leads through something that is not a folder",
  EEXIST: "exists already and is not overwritten",
  ENOSPC: "cannot be written: the disk is full",
  EROFS: "cannot be written: the disk is read-only",
  EMFILE: "cannot be opened: too many files are open",
};

/** Says what went wrong, where, and what to do: on standard error, or as one JSON document on standard output. */
export function showError(error: unknown, console: Console, json: boolean): void {
  const fault = asOmlaError(error);
  if (json) {
    console.out(`${JSON.stringify({ error: fault.toBody() }, undefined, 2)}\n`);
    return;
  }
  const paint = style(console.errIsTerminal);
  const where = fault.path === undefined ? "" : ` at ${paint.bold(fault.path)}`;
  console.err(`${paint.red("refused")} ${fault.code}${where}: ${fault.message}\n`);
  if (fault.hint !== undefined) console.err(`${paint.dim("hint:")} ${fault.hint}\n`);
  if (fault.requestId !== undefined) console.err(`${paint.dim("request:")} ${fault.requestId}\n`);
}

function asOmlaError(error: unknown): OmlaError {
  if (error instanceof OmlaError) return error;
  const { code, path } = error as NodeJS.ErrnoException;
  if (code !== undefined && path !== undefined && code in FILE_FAULTS) {
    return new OmlaError("FILE", `${path} ${FILE_FAULTS[code]}`, { hint: "Check the path." });
  }
  if (error instanceof Error && error.message === "interrupted")
    return new OmlaError("INTERRUPTED", "stopped by you", { hint: "A repeated report counts once." });
  const message = error instanceof Error ? error.message : String(error);
  return new OmlaError("UNEXPECTED", message, {
    hint: "This is a fault of the program: please report it with the command that you ran, without secrets.",
  });
}
