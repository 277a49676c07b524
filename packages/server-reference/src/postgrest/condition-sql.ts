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

export function conditionSql(alias: string, condition: Condition, parameters: Parameters): string {
  const sql =
    condition.kind === "filter"
      ? testSql(fieldSql(alias, condition.field, parameters), condition.test, parameters)
      : `(${condition.conditions.map((inner) => conditionSql(alias, inner, parameters)).join(condition.operator === "and" ? " AND " : " OR ")})`;
  return condition.negated ? `NOT (${sql})` : sql;
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

export function orderSql(alias: string, order: readonly OrderTerm[], parameters: Parameters): string {
  if (order.length === 0) return "";
  const terms = order.map(({ field, direction, nulls }) => {
    const position = nulls === undefined ? "" : ` NULLS ${nulls.toUpperCase()}`;
    return `${fieldSql(alias, field, parameters)} ${direction.toUpperCase()}${position}`;
  });
  return ` ORDER BY ${terms.join(", ")}`;
}
