import { conditionSql, fieldSql, type Level, levelOf, orderSql } from "./condition-sql.ts";
import { type EmbedPlan, ORDERED, type PlannedColumn, type ReadPlan } from "./plan-read.ts";
import type { Condition } from "./query.ts";
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
  /** Rows that an upsert made; left out by every other statement. */
  readonly inserted?: string | null;
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
export function answerSql(from: string, total: string, { form, stripNulls }: AnswerOptions, more = ""): string {
  const body = bodySql(`row_to_json(_row.*)`, form, stripNulls);
  return `SELECT count(*)::text AS rows, (${total})::text AS total, ${body} AS body${more} FROM ${from} AS _row`;
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

/** All rows that a read would give without its limit; only what is joined inwards or asked to be empty narrows them beside the filters. */
export function countSql(schema: string, plan: ReadPlan, from: string, parameters: Parameters): string {
  const alias = parameters.alias();
  const asked = new Set(plan.clauses.conditions.flatMap(embedsOf));
  const joins = plan.embeds.filter(({ inner, name }) => inner || asked.has(name)).map((embed) => joinSql(schema, embed, alias, parameters));
  const level = { ...levelOf(alias), empty: new Map(joins.map(({ name, empty }) => [name, empty])) };
  const where = plan.clauses.conditions.map((condition) => conditionSql(level, condition, parameters));
  return `SELECT count(*) FROM ${from} AS ${alias}${joins.map(({ join }) => join).join("")}${whereSql(where)}`;
}

function embedsOf(condition: Condition): string[] {
  if (condition.kind === "logic") return condition.conditions.flatMap(embedsOf);
  return condition.kind === "empty" ? [condition.embed] : [];
}

function levelSql(schema: string, plan: ReadPlan, alias: string, from: string, links: readonly string[], parameters: Parameters): string {
  const columns = plan.columns.map((column) => columnSql(alias, column, parameters));
  const joins = plan.embeds.map((embed) => joinSql(schema, embed, alias, parameters));
  const orders = [...plan.orderedBy].map(([term, embed]) => ({ term, ...joinSql(schema, embed, alias, parameters) }));
  const level: Level = {
    alias,
    empty: new Map(joins.map(({ name, empty }) => [name, empty])),
    ordered: new Map(orders.map(({ term, joined }) => [term, `${joined}.${identifier(ORDERED)}`])),
  };
  const where = [...links, ...plan.clauses.conditions.map((condition) => conditionSql(level, condition, parameters))];
  const outputs = [...columns, ...joins.flatMap(({ output }) => output)];
  const order = orderSql(level, plan.clauses.order, parameters);
  const tables = [from, ...joins.map(({ join }) => join), ...orders.map(({ join }) => join)].join("");
  return `SELECT ${outputs.join(", ")} FROM ${tables}${whereSql(where)}${order} LIMIT ${plan.limit} OFFSET ${plan.clauses.offset}`;
}

function whereSql(conditions: readonly string[]): string {
  return conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
}

function columnSql(alias: string, { field, cast, name }: PlannedColumn, parameters: Parameters): string {
  const value = fieldSql(alias, field, parameters);
  return `${cast === undefined ? value : `CAST(${value} AS ${cast})`} AS ${identifier(name)}`;
}

interface Join {
  readonly name: string;
  readonly joined: string;
  readonly join: string;
  readonly output: readonly string[];
  /** Whether nothing was found to join. */
  readonly empty: string;
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
    const empty = `${joined} IS NOT DISTINCT FROM NULL`;
    return { name: embed.name, joined, join: ` ${kind} JOIN LATERAL (${rows}) AS ${joined} ON TRUE`, output, empty };
  }
  const list = `SELECT json_agg(row_to_json(_row.*)) AS _list FROM (${rows}) AS _row`;
  return {
    name: embed.name,
    joined,
    empty: `${joined}._list IS NULL`,
    join: ` ${kind} JOIN LATERAL (${list}) AS ${joined} ON ${inner ? `${joined}._list IS NOT NULL` : "TRUE"}`,
    output: isHidden ? [] : [`coalesce(${joined}._list, '[]') AS ${identifier(embed.name)}`],
  };
}
