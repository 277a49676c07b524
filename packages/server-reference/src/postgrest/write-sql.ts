import type { Payload } from "./body.ts";
import type { Column, Relation } from "./catalogue.ts";
import { conditionSql, levelOf } from "./condition-sql.ts";
import type { ReadPlan } from "./plan-read.ts";
import type { Condition } from "./query.ts";
import { answerSql, type AnswerOptions, selectSql } from "./read-sql.ts";
import { identifier, identifiers, Parameters, qualified, type Statement } from "./sql.ts";

/** A write whose every column was found. */
export interface WritePlan {
  readonly kind: "insert" | "update" | "delete";
  readonly relation: Relation;
  readonly conditions: readonly Condition[];
  readonly payload: Payload;
  readonly columns: readonly Column[];
  readonly missingAsDefault: boolean;
  readonly conflict: Conflict | undefined;
  /** What is read back of the written rows; undefined where nothing is. */
  readonly representation: ReadPlan | undefined;
}

export interface Conflict {
  readonly columns: readonly string[];
  readonly merges: boolean;
}

/** Writes, and reads back what was written, in one statement: embedded tables show what stood before it. */
export function writeStatement(schema: string, plan: WritePlan, options: AnswerOptions): Statement {
  const parameters = new Parameters();
  const { representation } = plan;
  const written = `${WRITES[plan.kind](schema, plan, parameters)} RETURNING ${returningSql(plan)}`;
  const total = "SELECT count(*) FROM _written";
  if (representation === undefined) {
    const counts = `(${total})::text AS rows, (${total})::text AS total, NULL AS body${insertedSql(plan)}`;
    return { text: `WITH _written AS (${written}) SELECT ${counts}`, values: parameters.values };
  }
  const rows = selectSql(schema, { ...representation, clauses: { ...representation.clauses, conditions: [] } }, "_written", parameters);
  const answer = answerSql("_rows", total, options, insertedSql(plan));
  return { text: `WITH _written AS (${written}), _rows AS (${rows}) ${answer}`, values: parameters.values };
}

/** Counts rows as they are tried, and takes back those that only update: a view tells nothing of its tables' rows. */
const COUNTER = "'omla.upsert_made'";
const MADE = `coalesce(nullif(current_setting(${COUNTER}, true), '')::int, 0)`;
const countSql = (step: "+ 1" | "- 1"): string => ` WHERE set_config(${COUNTER}, (${MADE} ${step})::text, true) IS NOT NULL`;

function insertedSql({ conflict }: WritePlan): string {
  return conflict?.merges === true ? `, ${MADE}::text AS inserted` : "";
}

const TARGET = '"_target"';

const WRITES: Readonly<Record<WritePlan["kind"], (schema: string, plan: WritePlan, parameters: Parameters) => string>> = {
  insert: insertSql,
  update: updateSql,
  delete: (schema, plan, parameters) => `DELETE FROM ${qualified(schema, plan.relation.name)} AS ${TARGET}${whereSql(plan, parameters)}`,
};

function insertSql(schema: string, plan: WritePlan, parameters: Parameters): string {
  const target = `INSERT INTO ${qualified(schema, plan.relation.name)} AS ${TARGET}`;
  if (plan.columns.length === 0) return `${target} DEFAULT VALUES${conflictSql(plan)}`;
  const names = identifiers(plan.columns.map(({ name }) => name));
  const tried = plan.conflict?.merges === true ? countSql("+ 1") : "";
  return `${target} (${names}) SELECT ${names} FROM ${recordsSql(plan, parameters)}${tried}${conflictSql(plan)}`;
}

function updateSql(schema: string, plan: WritePlan, parameters: Parameters): string {
  const set = plan.columns.map(({ name }) => `${identifier(name)} = _body.${identifier(name)}`).join(", ");
  const body = recordsSql(plan, parameters);
  return `UPDATE ${qualified(schema, plan.relation.name)} AS ${TARGET} SET ${set} FROM ${body}${whereSql(plan, parameters)}`;
}

/** The body as rows of the columns' own types. */
function recordsSql({ columns, payload, missingAsDefault }: WritePlan, parameters: Parameters): string {
  const text = parameters.add(payload.text);
  const types = columns.map(({ name, type }) => `${identifier(name)} ${type}`).join(", ");
  const defaults = missingAsDefault ? columns.filter((column) => column.default !== undefined) : [];
  if (defaults.length === 0) return `json_to_recordset(${text}::json) AS _body (${types})`;
  const objects = chunks(defaults, 50).map(
    (part) => `jsonb_build_object(${part.map((column) => `${parameters.add(column.name)}::text, ${column.default ?? "NULL"}`).join(", ")})`,
  );
  const merged = `SELECT jsonb_agg(${objects.join(" || ")} || _element) FROM jsonb_array_elements(${text}::jsonb) AS _element`;
  return `jsonb_to_recordset((${merged})) AS _body (${types})`;
}

function conflictSql({ conflict, columns }: WritePlan): string {
  if (conflict === undefined) return "";
  const updated = columns.map(({ name }) => `${identifier(name)} = EXCLUDED.${identifier(name)}`);
  const action = conflict.merges && updated.length > 0 ? `UPDATE SET ${updated.join(", ")}${countSql("- 1")}` : "NOTHING";
  return ` ON CONFLICT (${identifiers(conflict.columns)}) DO ${action}`;
}

function whereSql({ conditions }: WritePlan, parameters: Parameters): string {
  return conditions.length === 0
    ? ""
    : ` WHERE ${conditions.map((condition) => conditionSql(levelOf(TARGET), condition, parameters)).join(" AND ")}`;
}

/** Only what is read back is returned: a role may write columns that it may not read. */
function returningSql({ representation }: WritePlan): string {
  if (representation === undefined) return "1";
  const { columns, embeds, clauses } = representation;
  const names = [
    ...columns.map(({ field }) => field.name),
    ...embeds.flatMap(({ relationship }) => relationship.pairs.map(([here]) => here)),
    ...clauses.order.filter(({ embed }) => embed === undefined).map(({ field }) => field.name),
  ];
  return names.length === 0 ? "1" : [...new Set(names)].map((name) => `${TARGET}.${identifier(name)}`).join(", ");
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));
}
