import { isCanonicalAddress } from "./address-checksum.ts";
import { joinPath, protocolError, type HintedCode } from "./errors.ts";
import type { JsonObject, JsonValue } from "./strict-subset.ts";
import { isTimestamp } from "./timestamp.ts";

/** Whether a value will do; a number names the item of the array that will not. It may throw a more precise error itself. */
type Test = (value: JsonValue, path?: string, name?: string | number) => boolean | number;
/** What a member must be, in words after "must be", and whether it may be left out. */
export type FieldRule = readonly [expected: string, test: Test, optional?: "optional"];
export type FieldRules = Readonly<Record<string, FieldRule>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Holds an object against its rules. @throws {OmlaError} the given code, with the path of the first member at fault */
export function checkFields(
  code: HintedCode,
  value: JsonValue,
  rules: readonly (readonly [string, FieldRule])[],
  path?: string,
): JsonObject {
  if (!isObject(value)) throw protocolError(code, "must be an object", path);
  for (const [name, rule] of rules) checkField(code, value[name], rule, path, name);
  return value;
}

/** Holds one member, or one item of a list, against its rule. @throws {OmlaError} the given code, with the path of the fault */
export function checkField(
  code: HintedCode,
  member: JsonValue | undefined,
  [expected, test, optional]: FieldRule,
  path: string | undefined,
  name: string | number,
): void {
  if (member === undefined && optional) return;
  const verdict = member !== undefined && test(member, path, name);
  if (verdict === true) return;
  const at = joinPath(path, name);
  throw protocolError(code, `must be ${expected}`, verdict === false ? at : joinPath(at, verdict));
}

const text: Test = (value) => typeof value === "string";
const wholeFrom =
  (minimum: number): Test =>
  (value) =>
    Number.isSafeInteger(value) && (value as number) >= minimum;
const listOf =
  (test: Test): Test =>
  (value) => {
    if (!Array.isArray(value)) return false;
    const fault = value.findIndex((item) => test(item) !== true);
    return fault < 0 || fault;
  };
const matching =
  (pattern: RegExp): Test =>
  (value) =>
    typeof value === "string" && pattern.test(value);

const HASH = matching(/^[0-9a-f]{64}$/);

export const TEXT: FieldRule = ["a text", text];
export const TEXTS: FieldRule = ["a list of texts", listOf(text)];
export const UUID: FieldRule = ["a UUID in lower case", matching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)];
export const SHA256: FieldRule = ["a SHA-256 in lower-case hex", HASH];
export const SHA256_LIST: FieldRule = ["a list of SHA-256 in lower-case hex", listOf(HASH)];
export const TIME: FieldRule = ["a real time of the form YYYY-MM-DDTHH:MM:SSZ", isTimestamp];
export const ADDRESS: FieldRule = ["an address in lower case", isCanonicalAddress];
export const OBJECT: FieldRule = ["an object", isObject];
export const OBJECTS: FieldRule = ["a list of objects", listOf(isObject)];
export const COUNT: FieldRule = ["a whole number from 0", wholeFrom(0)];
export const NUMBER_FROM_1: FieldRule = ["a whole number from 1", wholeFrom(1)];

/** The one text that a member must hold. */
export function exactly(wanted: string): FieldRule {
  return [wanted, (value) => value === wanted];
}

export function optional([expected, test]: FieldRule): FieldRule {
  return [expected, test, "optional"];
}
