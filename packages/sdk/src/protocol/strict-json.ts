import { utf8Encode } from "./bytes.ts";
import { CANONICAL_JSON, LIMIT_EXCEEDED } from "./codes/values.ts";
import { type OmlaError, protocolError, type HintedCode } from "./errors.ts";
import { FORBIDDEN_CHARACTERS, FORBIDDEN_NAMES, type JsonObject, type JsonValue, MAX_DEPTH, trailPath } from "./strict-subset.ts";

/** Limits on a text that a stranger sent. */
export interface StrictJsonLimits {
  /** Levels of objects and arrays, 16 unless said; at most 512. */
  readonly maxDepth?: number;
  /** Length of the text in UTF-8. */
  readonly maxBytes?: number;
  /** Values of every kind, containers included. */
  readonly maxValues?: number;
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LITERALS: Readonly<Record<string, boolean | null>> = { t: true, f: false, n: null };

/**
 * Parses JSON of the strict subset, refusing what `JSON.parse` hides.
 *
 * Refused: a member name that stands twice, also when escaped; numbers with a point or exponent, −0, above 2^53 − 1;
 * NUL, lone surrogates, names that reach a prototype, a byte order mark, more than 16 levels.
 *
 * @throws {OmlaError} CANONICAL_JSON with path and `details` {offset, line, column}; LIMIT_EXCEEDED past `maxBytes` or `maxValues`
 * @see docs/spec/3-identity.md clauses 3.10 and 3.11 and vectors/canonical-json.json
 */
export function parseStrictJson(text: string, limits: StrictJsonLimits = {}): JsonValue {
  const { maxBytes = Infinity, maxValues = Infinity } = limits;
  const maxDepth = Math.min(limits.maxDepth ?? MAX_DEPTH, 512);
  const trail: (string | number)[] = [];
  let at = 0;
  let values = 0;

  function fail(message: string, code: HintedCode = CANONICAL_JSON): OmlaError {
    const before = text.slice(0, at).split("\n");
    const line = before.length;
    const column = (before.at(-1) as string).length + 1;
    return protocolError(code, `${message} (line ${line}, column ${column})`, trailPath(trail), { offset: at, line, column });
  }

  function skipSpace(): number {
    let code = text.charCodeAt(at);
    while (code === 32 || code === 10 || code === 13 || code === 9) code = text.charCodeAt(++at);
    return code;
  }

  function expect(char: string): void {
    skipSpace();
    if (text[at] !== char) throw fail(at < text.length ? `expected ${char}` : "the text ends too early");
    at++;
  }

  function readValue(): JsonValue {
    const code = skipSpace();
    if (++values > maxValues) throw fail(`more than ${maxValues} values`, LIMIT_EXCEEDED);
    if (code === 34) return readString();
    if (code === 123 || code === 91) return readContainer(code === 123);
    if (code === 45 || (code >= 48 && code <= 57)) return readNumber();
    return readLiteral();
  }

  function readLiteral(): JsonValue {
    const value = LITERALS[text[at] ?? ""];
    const name = String(value);
    if (value === undefined || !text.startsWith(name, at)) throw fail(at < text.length ? "not JSON" : "the text ends too early");
    at += name.length;
    return value;
  }

  function readNumber(): number {
    NUMBER.lastIndex = at;
    const token = NUMBER.exec(text)?.[0];
    if (token === undefined) throw fail("not a number");
    const value = Number(token);
    if (/[.eE]/.test(token)) throw fail("a number with a point or exponent");
    if (token === "-0") throw fail("minus zero");
    if (!Number.isSafeInteger(value)) throw fail("a number beyond 2^53 - 1");
    at += token.length;
    return value;
  }

  function readString(): string {
    const start = at;
    let isPlain = true;
    for (;;) {
      const code = text.charCodeAt(++at);
      if (code === 34) break;
      if (code === 92) at++;
      else if (!(code >= 32)) throw fail(at < text.length ? "a control character in a string" : "the text ends too early");
      if (code === 92 || code >= 0xd800) isPlain = false;
    }
    at++;
    if (isPlain) return text.slice(start + 1, at - 1);
    const value = unquote(text.slice(start, at));
    if (value !== undefined && !FORBIDDEN_CHARACTERS.test(value)) return value;
    at = start;
    throw fail(value === undefined ? "a bad escape in a string" : "NUL or a lone surrogate in a string");
  }

  function readContainer(isObject: boolean): JsonValue {
    const level = trail.length;
    if (level >= maxDepth) throw fail(`more than ${maxDepth} levels`);
    at++;
    const object: JsonObject = {};
    const array: JsonValue[] = [];
    const close = isObject ? 125 : 93;
    if (skipSpace() === close) at++;
    else
      do {
        if (isObject) {
          const name = readName(object);
          trail[level] = name;
          object[name] = readValue();
        } else {
          trail[level] = array.length;
          array.push(readValue());
        }
        trail.length = level;
      } while (isMore(isObject ? "}" : "]"));
    return isObject ? object : array;
  }

  function readName(object: object): string {
    if (skipSpace() !== 34) throw fail("expected a member name");
    const start = at;
    const name = readString();
    const fault = FORBIDDEN_NAMES.has(name) ? "is not allowed" : Object.hasOwn(object, name) ? "stands twice" : undefined;
    if (fault) {
      at = start;
      trail.push(name);
      throw fail(`the member name ${JSON.stringify(name)} ${fault}`);
    }
    expect(":");
    return name;
  }

  function isMore(close: string): boolean {
    skipSpace();
    if (text[at] === ",") {
      at++;
      return true;
    }
    expect(close);
    return false;
  }

  if (text.length > maxBytes || (text.length * 3 > maxBytes && utf8Encode(text).length > maxBytes)) {
    throw fail(`more than ${maxBytes} bytes`, LIMIT_EXCEEDED);
  }
  if (text.startsWith("\ufeff")) throw fail("a byte order mark");
  const value = readValue();
  skipSpace();
  if (at < text.length) throw fail("something follows the document");
  return value;
}

function unquote(quoted: string): string | undefined {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return undefined;
  }
}
