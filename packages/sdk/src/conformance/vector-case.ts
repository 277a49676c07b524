import { isObject } from "../protocol/file-rules.ts";
import type { JsonObject, JsonValue } from "../protocol/index.ts";
import type { OperationName } from "./implementation.ts";

/** What must come back: this value, any value, or a refusal, of any code or of this one and at this path. */
export type Expectation =
  | { readonly kind: "value"; readonly value: JsonValue }
  | { readonly kind: "accepted" }
  | { readonly kind: "refused"; readonly code?: string; readonly path?: string };

export interface Check {
  readonly operation: OperationName;
  readonly input: JsonObject;
  readonly expected: Expectation;
}

/** How one case of a file becomes checks; throws where the case lacks a member. */
export type CaseReader = (given: JsonObject) => readonly Check[];

/** A case that is not written as its file's format says. */
export class MalformedCase extends Error {
  override readonly name = "MalformedCase";
}

/** The named members of a case; those whose name ends in `?` may be missing. @throws {MalformedCase} */
export function members(given: JsonObject, ...names: readonly string[]): JsonObject {
  const picked: JsonObject = {};
  for (const name of names) {
    const key = name.replace("?", "");
    const value = given[key];
    if (value !== undefined) picked[key] = value;
    else if (key === name) throw new MalformedCase(`${key} is missing`);
  }
  return picked;
}

export function member(given: JsonObject, name: string): JsonValue {
  return members(given, name)[name] as JsonValue;
}

/** A member that is a text. @throws {MalformedCase} */
export function textMember(given: JsonObject, name: string): string {
  const value = member(given, name);
  if (typeof value !== "string") throw new MalformedCase(`${name} must be a text`);
  return value;
}

export function objectMember(given: JsonObject, name: string): JsonObject {
  const value = member(given, name);
  if (!isObject(value)) throw new MalformedCase(`${name} must be an object`);
  return value;
}

export function check(operation: OperationName, input: JsonObject, expected: Expectation): Check {
  return { operation, input, expected };
}

export function gives(value: JsonValue): Expectation {
  return { kind: "value", value };
}

export const REFUSED: Expectation = { kind: "refused" };
export const ACCEPTED: Expectation = { kind: "accepted" };

/** The answer of a case that has one in `code`: `OK`, with `expected` where there is more to say, or the code of the refusal, with its `path`. */
export function coded(given: JsonObject): Expectation {
  const code = textMember(given, "code");
  if (code === "OK") return given["expected"] === undefined ? ACCEPTED : gives(given["expected"]);
  return given["path"] === undefined ? { kind: "refused", code } : { kind: "refused", code, path: textMember(given, "path") };
}
