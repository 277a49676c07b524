import { joinPath } from "./errors.ts";

/** A value of the strict subset: numbers are safe integers. */
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;

/** An object of the strict subset. */
export type JsonObject = { [name: string]: JsonValue };

/** Levels of objects and arrays; the document itself is the first. */
export const MAX_DEPTH = 16;

/** Names that would reach an object's prototype. */
export const FORBIDDEN_NAMES: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/** NUL, or a surrogate that is not half of a pair. */
export const FORBIDDEN_CHARACTERS: RegExp = /[\0\ud800-\udfff]/u;

/** `entries[0].name` of a trail of names and indexes; undefined at the root. */
export function trailPath(trail: readonly (string | number)[]): string | undefined {
  return trail.reduce<string | undefined>(joinPath, undefined);
}
