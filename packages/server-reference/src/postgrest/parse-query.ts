import type { Bounds } from "./bounds.ts";
import { type FilterCount, parseField, parseLogic, parseOrder, parseTest } from "./parse-filter.ts";
import { parseNames, parseSelect } from "./parse-select.ts";
import { type Condition, NO_CLAUSES, type OrderTerm, pathKey, type Query } from "./query.ts";
import { limitError, parseError, rangeError } from "./rest-error.ts";
import { Scanner } from "./scanner.ts";

/** The query string as decoded pairs, in order. */
export type Pairs = readonly (readonly [key: string, value: string])[];

/** @throws {RestError} where it is too long, badly encoded or holds NUL, which no text of PostgreSQL can hold */
export function readPairs(query: string, bounds: Bounds): Pairs {
  if (query.length > bounds.urlLength) throw limitError(`A URL has at most ${bounds.urlLength} characters.`, 414);
  return query
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const cut = pair.indexOf("=");
      return cut < 0 ? [decode(pair), ""] : [decode(pair.slice(0, cut)), decode(pair.slice(cut + 1))];
    });
}

function decode(text: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw parseError("query string", text, 1, "this is not valid percent-encoded UTF-8");
  }
  const nul = decoded.indexOf("\0");
  if (nul >= 0) throw parseError("query string", decoded.replaceAll("\0", ""), nul + 1, "NUL is not allowed");
  return decoded;
}

interface Draft {
  conditions: Condition[];
  order: OrderTerm[];
  limit: bigint | undefined;
  offset: bigint;
}

/**
 * Understands a query string.
 *
 * @param argumentNames - which keys a called function takes; undefined for a table
 * @throws {RestError} PGRST100 with the place of the fault | PGRST103
 */
export function parseQuery(pairs: Pairs, bounds: Bounds, argumentNames?: ReadonlySet<string>): Query {
  const count: FilterCount = { filters: 0 };
  const drafts = new Map<string, Draft>();
  const args = new Map<string, string[]>();
  const whole: { select?: string; columns?: string; on_conflict?: string } = {};
  for (const [key, value] of pairs) {
    if (key === "select" || key === "columns" || key === "on_conflict") whole[key] = value;
    else if (argumentNames !== undefined && isArgument(key, value, argumentNames)) args.set(key, [...(args.get(key) ?? []), value]);
    else readClause(key, value, drafts, bounds, count);
  }
  return {
    select: parseSelect(withoutSpace(whole.select ?? ""), bounds),
    clauses: drafts.get(pathKey([])) ?? NO_CLAUSES,
    embedded: new Map([...drafts].filter(([path]) => path !== pathKey([]))),
    columns: whole.columns === undefined ? undefined : parseNames("columns parameter", whole.columns),
    onConflict: whole.on_conflict === undefined ? undefined : parseNames("on_conflict parameter", whole.on_conflict),
    args,
  };
}

const RESERVED: ReadonlySet<string> = new Set(["order", "limit", "offset", "and", "or", "not.and", "not.or"]);
const LOOKS_LIKE_FILTER = /^(not\.)?(eq|neq|gte?|lte?|like|ilike|in|is|isdistinct)\./;

/** A key that the function does not know is an argument too, so that the refusal names it, unless it reads as a filter. */
function isArgument(key: string, value: string, names: ReadonlySet<string>): boolean {
  if (names.has(key)) return true;
  return !RESERVED.has(key) && !key.includes(".") && !LOOKS_LIKE_FILTER.test(value);
}

/** Clients break a long select into lines. */
function withoutSpace(select: string): string {
  return select.replaceAll(/[\t\r\n]+/g, "");
}

function readClause(key: string, value: string, drafts: Map<string, Draft>, bounds: Bounds, count: FilterCount): void {
  const path: string[] = [];
  const scanner = new Scanner("filter", key);
  for (;;) {
    const special = scanner.match(SPECIAL)?.[0];
    if (special !== undefined) {
      readSpecial(special, value, draftAt(drafts, path), bounds, count);
      return;
    }
    const field = parseField(scanner);
    if (scanner.done) {
      draftAt(drafts, path).conditions.push({ kind: "filter", field, ...parseTest(value, bounds, count) });
      return;
    }
    if (field.path.length > 0 || path.length >= bounds.depth) scanner.fail("end of input");
    scanner.needs(".");
    path.push(field.name);
  }
}

const SPECIAL = /(order|limit|offset|(not\.)?(and|or))$/y;

function readSpecial(name: string, value: string, draft: Draft, bounds: Bounds, count: FilterCount): void {
  if (name === "order") draft.order = parseOrder(value, bounds, count);
  else if (name === "limit") draft.limit = parseCount(value, "limit");
  else if (name === "offset") draft.offset = parseCount(value, "offset");
  else draft.conditions.push(parseLogic(name.endsWith("and") ? "and" : "or", name.startsWith("not."), value, bounds, count));
}

function draftAt(drafts: Map<string, Draft>, path: readonly string[]): Draft {
  const key = pathKey(path);
  const draft = drafts.get(key) ?? { ...NO_CLAUSES, conditions: [], order: [] };
  drafts.set(key, draft);
  return draft;
}

/** Beyond what PostgreSQL can skip there is no row. */
const MOST = 2n ** 63n - 1n;

function parseCount(text: string, name: "limit" | "offset"): bigint {
  if (/^-\d{1,20}$/.test(text)) throw rangeError(`${name === "limit" ? "Limit" : "Offset"} should be greater than or equal to zero.`);
  if (!/^\d{1,40}$/.test(text)) throw parseError(`${name} parameter`, text, 1, "expecting a whole number");
  const count = BigInt(text);
  return count > MOST ? MOST : count;
}
