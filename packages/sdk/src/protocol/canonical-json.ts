import { CANONICAL_JSON } from "./codes/values.ts";
import { type OmlaError, protocolError } from "./errors.ts";
import { FORBIDDEN_CHARACTERS, FORBIDDEN_NAMES, MAX_DEPTH, trailPath } from "./strict-subset.ts";

export { parseStrictJson, type StrictJsonLimits } from "./strict-json.ts";
export type { JsonObject, JsonValue } from "./strict-subset.ts";

/**
 * The canonical form (RFC 8785 over the strict subset) of a value in memory.
 *
 * Every property is read once. Limits: strings without NUL and lone surrogates, safe integers but no −0, at most 16 levels.
 *
 * @throws {OmlaError} CANONICAL_JSON with the path of what cannot be canonicalised
 * @see docs/spec/3-identity.md clauses 3.9 and 3.10 and vectors/canonical-json.json
 * @example
 * canonicalize({ b: 1, a: "x" }); // '{"a":"x","b":1}'
 */
export function canonicalize(value: unknown): string {
  return write(value, []);
}

type Trail = (string | number)[];

function write(value: unknown, trail: Trail): string {
  switch (typeof value) {
    case "string":
      return quote(value, trail);
    case "number":
      if (!Number.isSafeInteger(value)) throw refuse("a number is a safe integer; decimals are strings", trail);
      if (Object.is(value, -0)) throw refuse("minus zero", trail);
      return String(value);
    case "boolean":
      return String(value);
    case "object":
      return value === null ? "null" : writeContainer(value, trail);
    default:
      throw refuse(`${typeof value} has no JSON form`, trail);
  }
}

function writeContainer(value: object, trail: Trail): string {
  if (trail.length >= MAX_DEPTH) throw refuse(`more than ${MAX_DEPTH} levels`, trail);
  const level = trail.length;
  const item = (name: string | number, of: unknown): string => {
    trail[level] = name;
    const text = write(of, trail);
    trail.length = level;
    return text;
  };
  if (Array.isArray(value)) {
    const items: string[] = [];
    for (let index = 0; index < value.length; index++) items.push(item(index, value[index]));
    return `[${items.join(",")}]`;
  }
  if (!isPlainObject(value)) throw refuse("only plain objects and arrays", trail);
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${quoteName(name, trail)}:${item(name, value[name])}`).join(",")}}`;
}

/** A literal or parsed object of any realm, without symbols; classes, dates and maps are not. */
function isPlainObject(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
  return isPlain && Object.getOwnPropertySymbols(value).length === 0;
}

function quoteName(name: string, trail: Trail): string {
  if (FORBIDDEN_NAMES.has(name)) throw refuse(`the member name ${name} is not allowed`, trail);
  return quote(name, trail);
}

function quote(text: string, trail: Trail): string {
  if (FORBIDDEN_CHARACTERS.test(text)) throw refuse("NUL or a lone surrogate in a string", trail);
  return JSON.stringify(text);
}

function refuse(message: string, trail: Trail): OmlaError {
  return protocolError(CANONICAL_JSON, message, trailPath(trail));
}
