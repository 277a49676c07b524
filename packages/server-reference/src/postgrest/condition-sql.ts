import type { Comparison, Condition, Field, IsValue, OrderTerm, Test } from "./query.ts";
import { identifier, type Parameters } from "./sql.ts";

const OPERATORS: Readonly<Record<Comparison, string>> = {
  eq: "=",
  neq: "<>",
  gt: ">",
  gte: ">=",
  lt: "<",
  lte: "<=",
  like: "LIKE",
  ilike: "ILIKE",
  isdistinct: "IS DISTINCT FROM",
};

const IS: Readonly<Record<IsValue, string>> = {
  null: "NULL",
  not_null: "NOT NULL",
  true: "TRUE",
  false: "FALSE",
  unknown: "UNKNOWN",
};

export function fieldSql(alias: string, { name, path }: Field, parameters: Parameters): string {
  const column = `${alias}.${identifier(name)}`;
  if (path.length === 0) return column;
  const steps = path.map(({ key, isIndex, asText }) => `${asText ? "->>" : "->"}${parameters.add(key)}::${isIndex ? "int" : "text"}`);
  return `(to_jsonb(${column})${steps.join("")})`;
}

/** What SQL can name of one level: its table, and what is joined to it. */
export interface Level {
  readonly alias: string;
  /** By the names of embedded tables: whether nothing is there. */
  readonly empty: ReadonlyMap<string, string>;
  /** By terms of the order that are not the table's own: what they order by. */
  readonly ordered: ReadonlyMap<OrderTerm, string>;
}

/** A level without anything joined. */
export function levelOf(alias: string): Level {
  return { alias, empty: new Map(), ordered: new Map() };
}

export function conditionSql(level: Level, condition: Condition, parameters: Parameters): string {
  const sql = plainSql(level, condition, parameters);
  return condition.negated ? `NOT (${sql})` : sql;
}

function plainSql(level: Level, condition: Condition, parameters: Parameters): string {
  if (condition.kind === "empty") return level.empty.get(condition.embed) ?? "TRUE";
  if (condition.kind === "filter") return testSql(fieldSql(level.alias, condition.field, parameters), condition.test, parameters);
  const inner = condition.conditions.map((one) => conditionSql(level, one, parameters));
  return `(${inner.join(condition.operator === "and" ? " AND " : " OR ")})`;
}

/** Values stay untyped, so that PostgreSQL reads each as what the column is. */
function testSql(field: string, test: Test, parameters: Parameters): string {
  if (test.operator === "is") return `${field} IS ${IS[test.value]}`;
  if (test.operator === "in") return `${field} = ANY (${parameters.add(arrayLiteral(test.values))})`;
  return `${field} ${OPERATORS[test.operator]} ${parameters.add(test.value)}`;
}

function arrayLiteral(values: readonly string[]): string {
  return `{${values.map((value) => `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`).join(",")}}`;
}

export function orderSql({ alias, ordered }: Level, order: readonly OrderTerm[], parameters: Parameters): string {
  if (order.length === 0) return "";
  const terms = order.map((term) => {
    const position = term.nulls === undefined ? "" : ` NULLS ${term.nulls.toUpperCase()}`;
    return `${ordered.get(term) ?? fieldSql(alias, term.field, parameters)} ${term.direction.toUpperCase()}${position}`;
  });
  return ` ORDER BY ${terms.join(", ")}`;
}
