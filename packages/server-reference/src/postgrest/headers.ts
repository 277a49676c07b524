import { rangeError, RestError } from "./rest-error.ts";

/** What `Prefer` asks for, as far as it is known. */
export interface Preferences {
  readonly return: "minimal" | "representation" | "headers-only";
  readonly resolution: "merge-duplicates" | "ignore-duplicates" | undefined;
  readonly counts: boolean;
  /** Members that an object leaves out get the column's default instead of null. */
  readonly missingAsDefault: boolean;
  /** The rows that may be changed at most; heeded with `handling=strict` alone. */
  readonly maxAffected: bigint | undefined;
  /** What was heeded, for `Preference-Applied`. */
  readonly applied: readonly string[];
}

const KNOWN: ReadonlySet<string> = new Set([
  "return=minimal",
  "return=representation",
  "return=headers-only",
  "resolution=merge-duplicates",
  "resolution=ignore-duplicates",
  "count=exact",
  "missing=default",
  "missing=null",
  "handling=strict",
  "handling=lenient",
]);

const MAX_AFFECTED = /^max-affected=(\d{1,18})$/;

/** Counts are always exact: what asks for an estimate is not told a worse figure. */
const AS_EXACT: ReadonlySet<string> = new Set(["count=planned", "count=estimated"]);

/** @throws {RestError} PGRST122 where `handling=strict` meets what is not known */
export function readPreferences(prefer: string | undefined): Preferences {
  const asked = (prefer ?? "")
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "")
    .map((word) => (AS_EXACT.has(word) ? "count=exact" : word));
  const isStrict = asked.find((word) => word.startsWith("handling=")) === "handling=strict";
  const unknown = asked.filter((word) => !KNOWN.has(word) && !MAX_AFFECTED.test(word));
  if (isStrict && unknown.length > 0)
    throw new RestError(400, "PGRST122", "Invalid preferences given with handling=strict", {
      details: `Invalid preferences: ${unknown.join(", ")}`,
    });
  const first = firstOfEach(asked.filter((word) => KNOWN.has(word) || (isStrict && MAX_AFFECTED.test(word))));
  const max = first.get("max-affected");
  return {
    return: (first.get("return") as Preferences["return"] | undefined) ?? "minimal",
    resolution: first.get("resolution") as Preferences["resolution"],
    counts: first.has("count"),
    missingAsDefault: first.get("missing") === "default",
    maxAffected: max === undefined ? undefined : BigInt(max),
    applied: [...first].map(([name, value]) => `${name}=${value}`),
  };
}

/** Of preferences that contradict each other the first counts. */
function firstOfEach(words: readonly string[]): Map<string, string> {
  const first = new Map<string, string>();
  for (const word of words) {
    const cut = word.indexOf("=");
    const name = word.slice(0, cut);
    if (!first.has(name)) first.set(name, word.slice(cut + 1));
  }
  return first;
}

export interface Accepted {
  readonly single: boolean;
  readonly stripNulls: boolean;
  readonly contentType: string;
}

const MEDIA_TYPES: ReadonlySet<string> = new Set([
  "*/*",
  "application/*",
  "application/json",
  "application/vnd.pgrst.array",
  "application/vnd.pgrst.array+json",
  "application/vnd.pgrst.object",
  "application/vnd.pgrst.object+json",
]);

/** @throws {RestError} PGRST107 where nothing of it can be served */
export function readAccept(accept: string | undefined): Accepted {
  const wanted = (accept ?? "*/*").split(",").map((part) => part.split(";").map((word) => word.trim().toLowerCase()));
  const chosen = wanted.find(([type = ""]) => MEDIA_TYPES.has(type));
  if (chosen === undefined)
    throw new RestError(406, "PGRST107", `None of these media types are available: ${(accept ?? "").slice(0, 200)}`);
  const [type = "", ...rest] = chosen;
  const single = type.startsWith("application/vnd.pgrst.object");
  const stripNulls = type.startsWith("application/vnd.pgrst") && rest.includes("nulls=stripped");
  const plain = single ? "application/vnd.pgrst.object+json" : "application/json";
  return { single, stripNulls, contentType: `${plain}${stripNulls && single ? ";nulls=stripped" : ""}; charset=utf-8` };
}

export interface Range {
  readonly offset: bigint;
  readonly limit: bigint | undefined;
}

/** `Range: 0-9` counts like offset and limit; another unit or form is not heeded. @throws {RestError} PGRST103 */
export function readRange(range: string | undefined): Range | undefined {
  const found = range === undefined ? null : /^(?:items=)?(\d{1,18})-(\d{0,18})$/.exec(range);
  if (found === null) return undefined;
  const offset = BigInt(found[1] ?? 0);
  if (found[2] === undefined || found[2] === "") return { offset, limit: undefined };
  const last = BigInt(found[2]);
  if (last < offset) throw rangeError("The lower boundary must be lower than or equal to the upper boundary in the Range header.");
  return { offset, limit: last - offset + 1n };
}
