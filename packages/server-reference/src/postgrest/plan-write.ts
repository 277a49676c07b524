import { type Payload, readPayload } from "./body.ts";
import type { Bounds } from "./bounds.ts";
import type { Catalogue, Column, Relation } from "./catalogue.ts";
import type { Preferences } from "./headers.ts";
import { planRead, type ReadPlan } from "./plan-read.ts";
import type { Clauses, Condition, Query } from "./query.ts";
import { clip, RestError, unknownColumn } from "./rest-error.ts";
import type { Conflict, WritePlan } from "./write-sql.ts";

export interface WriteRequest {
  readonly kind: WritePlan["kind"];
  readonly relation: Relation;
  readonly query: Query;
  readonly preferences: Preferences;
  readonly body: string;
}

/** @throws {RestError} PGRST102 | PGRST204 | 42703 | 21000 | PGRST109 … */
export function planWrite(catalogue: Catalogue, request: WriteRequest, bounds: Bounds): WritePlan {
  const { kind, relation, query, preferences, body } = request;
  const read = planRead(catalogue, relation, query, bounds);
  if (kind !== "insert") checkNarrow(kind, query.clauses);
  if (kind !== "insert") checkOwn(relation, query.clauses.conditions);
  const payload = kind === "delete" ? NOTHING : readPayload(body, bounds, query.columns !== undefined);
  if (kind === "update" && payload.rows !== 1) throw new RestError(400, "PGRST102", "A PATCH takes one object");
  return {
    kind,
    relation,
    conditions: query.clauses.conditions,
    payload,
    columns: columnsOf(relation, query.columns, payload),
    missingAsDefault: kind === "insert" && preferences.missingAsDefault,
    conflict: kind === "insert" ? conflictOf(relation, query.onConflict, preferences.resolution) : undefined,
    representation: representationOf(relation, read, preferences.return),
  };
}

const NOTHING: Payload = { text: "[]", rows: 0, keys: [] };

/** A write to all rows at once is an accident; a part of them by limit would be chosen by chance. */
function checkNarrow(kind: "update" | "delete", { conditions, limit, offset }: Clauses): void {
  if (limit !== undefined || offset > 0n)
    throw new RestError(400, "PGRST109", "A write cannot be limited", { hint: "Name the rows by filters, such as a list of their ids." });
  if (conditions.length === 0)
    throw new RestError(400, "21000", `${kind.toUpperCase()} requires a WHERE clause`, { hint: "Add a filter." });
}

/** Rows to be written are chosen by their own columns, not by what is embedded in the answer. */
function checkOwn(relation: Relation, conditions: readonly Condition[]): void {
  for (const condition of conditions) {
    if (condition.kind === "logic") checkOwn(relation, condition.conditions);
    else if (condition.kind === "filter" && !relation.columns.has(condition.field.name))
      throw unknownColumn(relation.name, condition.field.name);
  }
}

function columnsOf(relation: Relation, named: readonly string[] | undefined, payload: Payload): Column[] {
  return (named ?? payload.keys).map((name) => {
    const column = relation.columns.get(name);
    if (column !== undefined) return column;
    throw new RestError(400, "PGRST204", `Could not find the '${clip(name)}' column of '${relation.name}' in the schema cache`);
  });
}

function conflictOf(relation: Relation, named: readonly string[] | undefined, resolution: Preferences["resolution"]): Conflict | undefined {
  if (resolution === undefined) return undefined;
  const columns = named ?? relation.primaryKey;
  const unknown = columns.find((name) => !relation.columns.has(name));
  if (unknown !== undefined) throw unknownColumn(relation.name, unknown);
  return columns.length === 0 ? undefined : { columns, merges: resolution === "merge-duplicates" };
}

/** `headers-only` reads the key back, for `Location`. */
function representationOf(relation: Relation, read: ReadPlan, wanted: Preferences["return"]): ReadPlan | undefined {
  if (wanted === "representation") return read;
  if (wanted === "minimal" || relation.primaryKey.length === 0) return undefined;
  const columns = relation.primaryKey.map((name) => ({ name, field: { name, path: [] }, cast: undefined }));
  return { ...read, columns, embeds: [], orderedBy: new Map(), clauses: { ...read.clauses, order: [] } };
}
