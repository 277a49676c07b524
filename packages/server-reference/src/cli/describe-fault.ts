import { OmlaError } from "@omla/sdk/protocol";
import { ConfigError } from "../config-error.ts";
import { databaseError, UNREACHABLE } from "../db/errors.ts";
import type { Io } from "./command.ts";

/** What a command that failed says: what happened, and what to do; where in the code it was, only to those who ask for it. */
export function describeFault(error: unknown, { environment }: Pick<Io, "environment">): string {
  if (error instanceof ConfigError) return error.message;
  const fault = error instanceof OmlaError && error.code === UNREACHABLE ? error.cause : error;
  const known = KNOWN_FAULTS[String((fault as { code?: unknown } | null)?.code)];
  if (known !== undefined) return `${messageOf(fault)}\n${known}`;
  const refusal = databaseError(fault) ?? fault;
  if (refusal instanceof OmlaError) return [`${refusal.code}: ${refusal.message}`, refusal.hint].filter(Boolean).join("\n");
  if (fault !== error) return `${messageOf(fault)}\nThe database cannot be used: check DATABASE_URL, its password and its sslmode.`;
  if (environment["OMLA_LOG_LEVEL"] === "debug" && fault instanceof Error) return fault.stack ?? fault.message;
  return `${messageOf(fault)}\nSet OMLA_LOG_LEVEL=debug to see where this happened.`;
}

function messageOf(fault: unknown): string {
  const { message, code, name } = (fault ?? {}) as { message?: unknown; code?: unknown; name?: unknown };
  // Who is refused on each address of a name gets an error without words.
  return [message, code, name].find((text): text is string => typeof text === "string" && text !== "") ?? String(fault);
}

const NETWORK = "The database cannot be reached: check DATABASE_URL, and that PostgreSQL runs.";
const NO_HOST = "The database's host is not known: check DATABASE_URL.";

/** What the system or PostgreSQL refuses, and what to do about it. */
const KNOWN_FAULTS: Readonly<Partial<Record<string, string>>> = {
  EACCES: "This user may not do that: check the file's owner.",
  EPERM: "This user may not do that: check the file's owner.",
  ENOENT: "Check the path.",
  ENOTDIR: "Check the path: a part of it is a file.",
  EISDIR: "Name a file, not a folder.",
  EEXIST: "Move it away, or name another file: nothing is overwritten.",
  ENOSPC: "The disk is full: make room, then run this again.",
  EDQUOT: "The quota of this user is used up: make room, then run this again.",
  EROFS: "This place is read-only: name another one.",
  ECONNREFUSED: NETWORK,
  ECONNRESET: NETWORK,
  ETIMEDOUT: NETWORK,
  EHOSTUNREACH: NETWORK,
  ENETUNREACH: NETWORK,
  ENOTFOUND: NO_HOST,
  EAI_AGAIN: NO_HOST,
  "28000": "The database refuses this login: check DATABASE_URL, and pg_hba.conf.",
  "28P01": "The database refuses the password in DATABASE_URL.",
  "3D000": "The database that DATABASE_URL names is not there: create it first.",
};
