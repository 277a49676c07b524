import type { Bounds } from "./bounds.ts";
import type { EmbedItem, Field, FieldItem, JsonStep, SelectItem } from "./query.ts";
import { limitError, RestError } from "./rest-error.ts";
import { Scanner } from "./scanner.ts";

/** Types that a column of the answer can be cast to; anything else could be SQL. */
const CASTS: ReadonlySet<string> = new Set(
  "text varchar int int2 int4 int8 integer smallint bigint numeric real float4 float8 boolean bool date time timestamp timestamptz uuid json jsonb".split(
    " ",
  ),
);

/** A dash belongs to a key unless it begins an arrow. */
const JSON_KEY = /(?:[^"(:.,>)-]|-(?!>))+/y;
const JSON_INDEX = /-?\d{1,9}(?=->|[\s,):.]|$)/y;

/** `select=a,b:c,value->>x,other!hint!inner(…)` */
export function parseSelect(text: string, bounds: Bounds): SelectItem[] {
  if (text === "") return [{ kind: "star" }];
  const scanner = new Scanner("select parameter", text);
  const count = { items: 0, embeds: 0 };
  const items = selectItems(scanner, bounds, count, 0);
  scanner.end();
  return items;
}

interface Count {
  items: number;
  embeds: number;
}

function selectItems(scanner: Scanner, bounds: Bounds, count: Count, depth: number): SelectItem[] {
  const items: SelectItem[] = [];
  scanner.space();
  if (depth > 0 && scanner.sees(")")) return items;
  do {
    count.items += 1;
    if (count.items > bounds.selectItems) throw limitError(`A select names at most ${bounds.selectItems} columns and tables.`);
    scanner.space();
    items.push(selectItem(scanner, bounds, count, depth));
    scanner.space();
  } while (scanner.takes(","));
  return items;
}

function selectItem(scanner: Scanner, bounds: Bounds, count: Count, depth: number): SelectItem {
  if (scanner.takes("*")) return { kind: "star" };
  const spread = scanner.takes("...");
  const first = scanner.name();
  const hasAlias = !scanner.sees("::") && scanner.takes(":");
  const alias = hasAlias ? first : undefined;
  const name = hasAlias ? scanner.name() : first;
  if (name === "count" && !spread && scanner.sees("()")) throw noAggregates();
  if (spread || scanner.sees("!") || scanner.sees("(")) return embedItem(scanner, bounds, count, depth, { name, alias, spread });
  return fieldItem(scanner, name, alias);
}

function embedItem(
  scanner: Scanner,
  bounds: Bounds,
  count: Count,
  depth: number,
  { name, alias, spread }: { readonly name: string; readonly alias: string | undefined; readonly spread: boolean },
): EmbedItem {
  let [hint, inner]: [string | undefined, boolean] = [undefined, false];
  while (scanner.takes("!")) {
    const word = scanner.name();
    if (word === "inner") inner = true;
    else if (word !== "left") hint = word;
  }
  count.embeds += 1;
  if (depth + 1 > bounds.depth) throw limitError(`Tables can be embedded at most ${bounds.depth} levels deep.`);
  if (count.embeds > bounds.embeds) throw limitError(`A request embeds at most ${bounds.embeds} tables.`);
  scanner.needs("(");
  const items = selectItems(scanner, bounds, count, depth + 1);
  scanner.needs(")");
  return { kind: "embed", target: name, alias, hint, inner, spread, items };
}

function fieldItem(scanner: Scanner, name: string, alias: string | undefined): FieldItem {
  const field: Field = { name, path: jsonPath(scanner) };
  const cast = scanner.takes("::") ? scanner.name() : undefined;
  if (cast !== undefined && !CASTS.has(cast)) scanner.fail(`one of the types ${[...CASTS].join(", ")}`);
  if (scanner.sees(".")) throw noAggregates();
  return { kind: "field", field, alias, cast };
}

function noAggregates(): RestError {
  return new RestError(400, "PGRST123", "Use of aggregate functions is not allowed");
}

/** The arrows behind a column. */
export function jsonPath(scanner: Scanner): JsonStep[] {
  const steps: JsonStep[] = [];
  for (;;) {
    const asText = scanner.takes("->>");
    if (!asText && !scanner.takes("->")) return steps;
    steps.push({ ...jsonKey(scanner), asText });
  }
}

function jsonKey(scanner: Scanner): Pick<JsonStep, "key" | "isIndex"> {
  if (scanner.sees('"')) return { key: scanner.quoted(), isIndex: false };
  const index = scanner.match(JSON_INDEX);
  if (index !== undefined) return { key: index[0], isIndex: true };
  const key = scanner.match(JSON_KEY)?.[0].trim() ?? "";
  return { key: key === "" ? scanner.fail("a key or an index") : key, isIndex: false };
}

/** `columns=a,"b"` and `on_conflict=a,b`. */
export function parseNames(what: string, text: string): string[] {
  const scanner = new Scanner(what, text);
  const names: string[] = [];
  do {
    scanner.space();
    names.push(scanner.name());
    scanner.space();
  } while (scanner.takes(","));
  scanner.end();
  return [...new Set(names)];
}
