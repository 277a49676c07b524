import type { Clock } from "./clock.ts";

export type LogLevel = "silent" | "error" | "warn" | "info" | "debug";
export type LogFields = Readonly<Record<string, unknown>>;

/** Structured lines; fields are written as they are, so nobody may pass a secret, a body or a header. */
export interface Log {
  error(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  debug(fields: LogFields, message: string): void;
}

const RANK: Readonly<Record<LogLevel, number>> = { silent: 0, error: 1, warn: 2, info: 3, debug: 4 };

/** One JSON object per line, for a collector or for `jq`. */
export function createLog(level: LogLevel, clock: Clock, write: (line: string) => void): Log {
  const at = (name: LogLevel) => (fields: LogFields, message: string) => {
    if (RANK[name] > RANK[level]) return;
    write(`${JSON.stringify({ time: clock.now().toISOString(), level: name, message, ...fields }, plain)}\n`);
  };
  return { error: at("error"), warn: at("warn"), info: at("info"), debug: at("debug") };
}

export const silentLog: Log = createLog("silent", { now: () => new Date(0) }, () => {});

/** Errors have no enumerable members: what a log needs of them is named here, and the cause is followed. */
function plain(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (!(value instanceof Error)) return value;
  return { name: value.name, message: value.message, code: (value as { code?: unknown }).code, stack: value.stack, cause: value.cause };
}
