import { assertAddress } from "./address.ts";
import { fromBase64 } from "./bytes.ts";
import { DOCUMENT_TYPES, type DocumentType } from "./documents.ts";
import { DOCUMENT_SCHEMA } from "./codes/documents.ts";
import { HOSTER_SHARE_RANGE } from "./codes/values.ts";
import { joinPath } from "./errors.ts";
import { checkField, checkFields, exactly, type FieldRule, type FieldRules, optional, TIME } from "./file-rules.ts";
import { HTTPS_URL, LINE, MAX, ORIGIN, UUID_V4 } from "./forms.ts";
import { assertPublicKey } from "./keys.ts";
import { parsePart, parseUsd } from "./money.ts";
import { isQuarter } from "./quarter.ts";
import type { JsonObject, JsonValue } from "./strict-subset.ts";

/** What every document that was read has in common. */
export interface DocumentHead<Type extends DocumentType> {
  readonly spec: `omla-${Type}/1`;
  /** UTC, `YYYY-MM-DDTHH:MM:SSZ`. */
  readonly issued_at: string;
  /** The origin of the registry that it is for, so that it cannot be replayed elsewhere. */
  readonly registry: string;
}

const isText = (value: JsonValue): value is string => typeof value === "string";

/** A text of one form and at most that many UTF-16 code units. */
export function form(expected: string, pattern: RegExp, max: number = MAX.line): FieldRule {
  return [expected, (value) => isText(value) && value.length <= max && pattern.test(value)];
}

export function oneOf(words: readonly string[]): FieldRule {
  return [`one of ${words.join(", ")}`, (value) => isText(value) && words.includes(value)];
}

/** Each item under one rule, so that a fault is found at `name[2].member`. */
export function listOf(item: FieldRule, max: number, min = 0): FieldRule {
  const check: FieldRule[1] = (value, path, name = "") => {
    if (!Array.isArray(value) || value.length < min || value.length > max) return false;
    const at = joinPath(path, name);
    for (const [index, member] of value.entries()) checkField(DOCUMENT_SCHEMA, member, item, at, index);
    return true;
  };
  return [`a list of ${min} to ${max} items`, check];
}

export function objectOf(rules: FieldRules): FieldRule {
  const entries = Object.entries(rules);
  return ["an object", (value, path, name = "") => !!checkFields(DOCUMENT_SCHEMA, value, entries, joinPath(path, name))];
}

export const MODEL_ID: FieldRule = form("a UUID v4 in lower case", UUID_V4);
export const LINE_TEXT: FieldRule = form(`a line of 1 to ${MAX.line} characters`, LINE);
export const LONG_TEXT: FieldRule = [`a text of at most ${MAX.text} characters`, (value) => isText(value) && value.length <= MAX.text];
export const REGISTRY: FieldRule = form("the origin of a registry, such as https://registry.example", ORIGIN);
export const URL_TEXT: FieldRule = form("an https URL", HTTPS_URL, MAX.url);
export const FLAG: FieldRule = ["true or false", (value) => typeof value === "boolean"];
export const QUARTER: FieldRule = ["a quarter of the form YYYY-Qn", isQuarter];
export const SIGNATURE: FieldRule = ["a signature in base64 (88 characters)", (value) => isText(value) && fromBase64(value)?.length === 64];
/** Its range is judged with the set that it stands in. */
export const DECIMAL: FieldRule = ['a decimal written as a string, such as "0.4"', isText];

/** @throws {OmlaError} KEY_INVALID */
export const PUBLIC_KEY: FieldRule = [
  "a public key in base64",
  (value, path, name = "") => isText(value) && !!assertPublicKey(value, joinPath(path, name)),
];
/** @throws {OmlaError} ADDRESS_INVALID */
export const WALLET: FieldRule = ["an address", (value, path, name = "") => isText(value) && !!assertAddress(value, joinPath(path, name))];
/** @throws {OmlaError} AMOUNT_INVALID | AMOUNT_RANGE */
export const USD: FieldRule = [
  'an amount written as a string, such as "18400.00"',
  (value, path, name = "") => isText(value) && parseUsd(value, joinPath(path, name)) >= 0n,
];
/** @throws {OmlaError} HOSTER_SHARE_RANGE */
export const HOSTER_SHARE: FieldRule = [
  DECIMAL[0],
  (value, path, name = "") => isText(value) && parsePart(value, 50, HOSTER_SHARE_RANGE, joinPath(path, name)) >= 0n,
];
/** What identifies a person travels beside a document, which is public. */
export const PRIVATE: FieldRule = ["left out: it travels in `private`, beside the document", () => false, "optional"];

/** The members of a document that is sent to a registry. */
export const SENT: FieldRules = { issued_at: TIME, registry: REGISTRY };

/**
 * Reads a document by its type's field table; unknown members are kept.
 *
 * @throws {OmlaError} DOCUMENT_SCHEMA, or a more precise code, with the path of the field
 */
export function readDocument(type: DocumentType, value: unknown, rules: FieldRules, path?: string): JsonObject {
  const all: FieldRules = { spec: exactly(`omla-${type}/1`), ...rules, [DOCUMENT_TYPES[type][0]]: optional(SIGNATURE) };
  return checkFields(DOCUMENT_SCHEMA, value as JsonValue, Object.entries(all), path);
}
