import { conditionSql, fieldSql, orderSql } from "./condition-sql.ts";
import type { EmbedPlan, PlannedColumn, ReadPlan } from "./plan-read.ts";
import { identifier, mergedText, Parameters, PLAIN_TYPES, qualified, type Statement } from "./sql.ts";

/** How the rows become the body: a list, one object, a function's one value, or nothing. */
export type BodyForm = "list" | "object" | "none";

export interface AnswerOptions {
  readonly form: BodyForm;
  readonly stripNulls: boolean;
}

/** The columns of the one row that every statement gives. */
export interface AnswerRow extends Record<string, unknown> {
  /** Rows of the answer. */
  readonly rows: string;
  /** Rows without limit and offset, where they were to be counted. */
  readonly total: string | null;
  readonly body: string | null;
}

export function readStatement(schema: string, plan: ReadPlan, options: AnswerOptions & { readonly counts: boolean }): Statement {
  const build = (parameters: Parameters): string => {
    const source = qualified(schema, plan.relation.name);
    const rows = selectSql(schema, plan, source, parameters);
    const total = options.counts ? countSql(schema, plan, source, parameters) : "NULL";
    return `WITH _rows AS (${rows}) ${answerSql("_rows", total, options)}`;
  };
  const parameters = new Parameters();
  const types = options.counts ? undefined : lookUpTypes(plan);
  return { text: build(parameters), values: parameters.values, merged: types && (() => mergedText(types, build)) };
}

/** The types of the values of a plain look-up, by the equality of one to three columns; undefined for every other read. */
function lookUpTypes({ relation, columns, embeds, clauses }: ReadPlan): string[] | undefined {
  const types = clauses.conditions.map((condition) => {
    if (condition.kind !== "filter" || condition.negated || condition.test.operator !== "eq" || condition.field.path.length > 0) return "";
    return relation.columns.get(condition.field.name)?.type ?? "";
  });
  const isPlain = embeds.length === 0 && clauses.order.length === 0 && columns.every(({ field }) => field.path.length === 0);
  return isPlain && types.length > 0 && types.length <= 3 && types.every((type) => PLAIN_TYPES.has(type)) ? types : undefined;
}

/** Turns the rows of a common table expression into one row with their JSON. */
export function answerSql(from: string, total: string, { form, stripNulls }: AnswerOptions): string {
  return `SELECT count(*)::text AS rows, (${total})::text AS total, ${bodySql(`row_to_json(_row.*)`, form, stripNulls)} AS body FROM ${from} AS _row`;
}

export function bodySql(row: string, form: BodyForm, stripNulls: boolean): string {
  if (form === "none") return "NULL::text";
  const list = `json_agg(${stripNulls ? `json_strip_nulls(${row})` : row})`;
  return form === "list" ? `coalesce(${list}, '[]')::text` : `(${list}->0)::text`;
}

export function selectSql(schema: string, plan: ReadPlan, from: string, parameters: Parameters): string {
  const alias = parameters.alias();
  return levelSql(schema, plan, alias, `${from} AS ${alias}`, [], parameters);
}

/** All rows that a read would give without its limit; only what is joined inwards narrows them beside the filters. */
export function countSql(schema: string, plan: ReadPlan, from: string, parameters: Parameters): string {
  const alias = parameters.alias();
  const joins = plan.embeds.filter(({ inner }) => inner).map((embed) => joinSql(schema, embed, alias, parameters).join);
  const where = plan.clauses.conditions.map((condition) => conditionSql(alias, condition, parameters));
  return `SELECT count(*) FROM ${from} AS ${alias}${joins.join("")}${whereSql(where)}`;
}

function levelSql(schema: string, plan: ReadPlan, alias: string, from: string, links: readonly string[], parameters: Parameters): string {
  const columns = plan.columns.map((column) => columnSql(alias, column, parameters));
  const joins = plan.embeds.map((embed) => joinSql(schema, embed, alias, parameters));
  const where = [...links, ...plan.clauses.conditions.map((condition) => conditionSql(alias, condition, parameters))];
  const outputs = [...columns, ...joins.flatMap(({ output }) => output)];
  const order = orderSql(alias, plan.clauses.order, parameters);
  const page = ` LIMIT ${plan.limit} OFFSET ${plan.clauses.offset}`;
  return `SELECT ${outputs.join(", ")} FROM ${from}${joins.map(({ join }) => join).join("")}${whereSql(where)}${order}${page}`;
}

function whereSql(conditions: readonly string[]): string {
  return conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
}

function columnSql(alias: string, { field, cast, name }: PlannedColumn, parameters: Parameters): string {
  const value = fieldSql(alias, field, parameters);
  return `${cast === undefined ? value : `CAST(${value} AS ${cast})`} AS ${identifier(name)}`;
}

interface Join {
  readonly join: string;
  readonly output: readonly string[];
}

function joinSql(schema: string, embed: EmbedPlan, parent: string, parameters: Parameters): Join {
  const { plan, relationship, isList, inner, spread } = embed;
  const own = parameters.alias();
  const joined = parameters.alias();
  const between = relationship.junction === undefined ? undefined : { alias: parameters.alias(), ...relationship.junction };
  const from = `${qualified(schema, plan.relation.name)} AS ${own}`;
  const near = relationship.pairs.map(([here, there]) => `${between?.alias ?? own}.${identifier(there)} = ${parent}.${identifier(here)}`);
  const far = (between?.pairs ?? []).map(([here, there]) => `${between?.alias}.${identifier(here)} = ${own}.${identifier(there)}`);
  const source = between === undefined ? from : `${qualified(schema, between.relation)} AS ${between.alias}, ${from}`;
  const rows = levelSql(schema, plan, own, source, [...near, ...far], parameters);
  const isHidden = plan.columns.length === 0 && plan.embeds.length === 0;
  const kind = inner ? "INNER" : "LEFT";
  if (!isList) {
    const output = isHidden ? [] : [spread ? `${joined}.*` : `row_to_json(${joined}.*) AS ${identifier(embed.name)}`];
    return { join: ` ${kind} JOIN LATERAL (${rows}) AS ${joined} ON TRUE`, output };
  }
  const list = `SELECT json_agg(row_to_json(_row.*)) AS _list FROM (${rows}) AS _row`;
  return {
    join: ` ${kind} JOIN LATERAL (${list}) AS ${joined} ON ${inner ? `${joined}._list IS NOT NULL` : "TRUE"}`,
    output: isHidden ? [] : [`coalesce(${joined}._list, '[]') AS ${identifier(embed.name)}`],
  };
}
