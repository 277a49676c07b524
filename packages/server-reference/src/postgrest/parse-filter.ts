import type { Bounds } from "./bounds.ts";
import { jsonPath } from "./parse-select.ts";
import type { Comparison, Condition, Field, IsValue, LogicCondition, OrderTerm, Test } from "./query.ts";
import { limitError } from "./rest-error.ts";
import { Scanner } from "./scanner.ts";

const OPERATOR = /(eq|neq|gte|gt|lte|lt|like|ilike|isdistinct|in|is)(?=\.)/y;
const OPERATORS = "operator (eq, neq, gt, gte, lt, lte, like, ilike, in, is, isdistinct)";
const IS_VALUE = /(null|not_null|true|false|unknown)(?=[ \t]*(?:$|[,)]))/iy;

/** Counts what a request's filters cost together. */
export interface FilterCount {
  filters: number;
}

/** The value of `column=not.eq.5`. */
export function parseTest(text: string, bounds: Bounds, count: FilterCount): { readonly negated: boolean; readonly test: Test } {
  countFilter(bounds, count);
  const scanner = new Scanner("filter", text);
  const negated = scanner.takes("not.");
  const operator = operatorOf(scanner);
  if (operator === "is" || operator === "in") {
    const test = operator === "is" ? isTest(scanner) : inTest(scanner);
    scanner.end();
    return { negated, test };
  }
  return { negated, test: compare(operator, scanner.rest(), bounds) };
}

/** The value of `and=(a.eq.1,or(…))`. */
export function parseLogic(operator: "and" | "or", negated: boolean, text: string, bounds: Bounds, count: FilterCount): LogicCondition {
  const scanner = new Scanner("logic tree", text);
  const conditions = logicItems(scanner, bounds, count, 1);
  scanner.end();
  return { kind: "logic", operator, negated, conditions };
}

function logicItems(scanner: Scanner, bounds: Bounds, count: FilterCount, depth: number): Condition[] {
  if (depth > bounds.depth) throw limitError(`Parentheses can be nested at most ${bounds.depth} levels deep.`);
  open(scanner);
  const conditions: Condition[] = [];
  do {
    scanner.space();
    conditions.push(logicItem(scanner, bounds, count, depth));
    scanner.space();
  } while (scanner.takes(","));
  close(scanner);
  return conditions;
}

function open(scanner: Scanner): void {
  scanner.space();
  scanner.needs("(");
  scanner.space();
}

function close(scanner: Scanner): void {
  scanner.needs(")");
  scanner.space();
}

const NESTED = /(not\.)?(and|or)(?=[ \t]*\()/y;
/** The literal of an array keeps its commas. */
const ARRAY = /\{[^{}]*\}(?=$|[ \t]*[,)])/y;

function logicItem(scanner: Scanner, bounds: Bounds, count: FilterCount, depth: number): Condition {
  const nested = scanner.match(NESTED);
  if (nested !== undefined) {
    const operator = nested[2] === "and" ? "and" : "or";
    return { kind: "logic", operator, negated: nested[1] !== undefined, conditions: logicItems(scanner, bounds, count, depth + 1) };
  }
  countFilter(bounds, count);
  const field = parseField(scanner);
  scanner.needs(".");
  const negated = scanner.takes("not.");
  const operator = operatorOf(scanner);
  if (operator === "is") return { kind: "filter", field, negated, test: isTest(scanner) };
  if (operator === "in") return { kind: "filter", field, negated, test: inTest(scanner) };
  const value = scanner.match(ARRAY)?.[0] ?? listed(scanner);
  return { kind: "filter", field, negated, test: compare(operator, value, bounds) };
}

const QUOTED = /"((?:[^"\\]|\\.)*)"(?=$|[,)])/sy;

/** One of several values: quotes count only where they stand around the whole of it. */
function listed(scanner: Scanner): string {
  const quoted = scanner.match(QUOTED);
  return quoted === undefined ? scanner.until(",)") : (quoted[1] ?? "").replaceAll(/\\(.)/gs, "$1");
}

/** `column` or `column->path->>key`. */
export function parseField(scanner: Scanner): Field {
  return { name: scanner.name(), path: jsonPath(scanner) };
}

function operatorOf(scanner: Scanner): Test["operator"] {
  const found = scanner.match(OPERATOR);
  if (found === undefined) return scanner.fail(`"not" or ${OPERATORS}`);
  scanner.needs(".");
  return found[1] as Test["operator"];
}

function isTest(scanner: Scanner): Test {
  const value = scanner.match(IS_VALUE) ?? scanner.fail("isVal: (null, not_null, true, false, unknown)");
  return { operator: "is", value: value[0].toLowerCase() as IsValue };
}

function inTest(scanner: Scanner): Test {
  open(scanner);
  const values: string[] = [];
  if (!scanner.sees(")")) {
    do values.push(listed(scanner));
    while (scanner.takes(","));
  }
  close(scanner);
  return { operator: "in", values };
}

function compare(operator: Comparison, value: string, bounds: Bounds): Test {
  if (operator === "like" || operator === "ilike") return { operator, value: pattern(value, bounds) };
  return { operator, value };
}

/** `*` stands for `%`, so that patterns need no percent-encoding. */
function pattern(text: string, bounds: Bounds): string {
  const value = text.replaceAll("*", "%");
  const wildcards = value.split("%").length - 1;
  const literals = value.replaceAll(/[%_]/g, "").length;
  if (value.length > bounds.patternLength) throw limitError(`A pattern has at most ${bounds.patternLength} characters.`);
  if (wildcards > bounds.patternWildcards) throw limitError(`A pattern has at most ${bounds.patternWildcards} wildcards.`);
  if (/^[%_]/.test(value) && literals > 0 && literals < bounds.patternLiterals)
    throw limitError(`A pattern that begins with a wildcard needs ${bounds.patternLiterals} characters beside it.`);
  return value;
}

function countFilter(bounds: Bounds, count: FilterCount): void {
  count.filters += 1;
  if (count.filters > bounds.filters) throw limitError(`A request has at most ${bounds.filters} filters.`);
}

const DIRECTION = /\.(asc|desc)(?=$|[., \t])/y;
const NULLS = /\.nulls(first|last)(?=$|[, \t])/y;

/** `order=a.desc.nullslast,b,author(name)` */
export function parseOrder(text: string, bounds: Bounds, count: FilterCount): OrderTerm[] {
  const scanner = new Scanner("order", text);
  const terms: OrderTerm[] = [];
  do {
    countFilter(bounds, count);
    scanner.space();
    const first = parseField(scanner);
    const isRelated = first.path.length === 0 && scanner.takes("(");
    const field = isRelated ? parseField(scanner) : first;
    if (isRelated) scanner.needs(")");
    const direction = scanner.match(DIRECTION)?.[1] === "desc" ? "desc" : "asc";
    const nulls = scanner.match(NULLS)?.[1] as OrderTerm["nulls"];
    terms.push({ embed: isRelated ? first.name : undefined, field, direction, nulls });
    scanner.space();
  } while (scanner.takes(","));
  scanner.end();
  return terms;
}
