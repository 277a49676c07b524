import type { Bounds } from "./bounds.ts";
import type { Catalogue, Relation, Relationship } from "./catalogue.ts";
import { findRelationship } from "./find-relationship.ts";
import { type Clauses, type Condition, type EmbedItem, type Field, type FieldItem, NO_CLAUSES, pathKey, type Query } from "./query.ts";
import { clip, RestError, unknownColumn } from "./rest-error.ts";

/** A read whose every name was found in the catalogue. */
export interface ReadPlan {
  readonly relation: Relation;
  readonly columns: readonly PlannedColumn[];
  readonly embeds: readonly EmbedPlan[];
  readonly clauses: Clauses;
  /** The rows of the answer, at most. */
  readonly limit: bigint;
}

export interface PlannedColumn extends Omit<FieldItem, "kind" | "alias"> {
  /** The member's name in the answer. */
  readonly name: string;
}

export interface EmbedPlan {
  readonly plan: ReadPlan;
  readonly relationship: Relationship;
  readonly name: string;
  readonly inner: boolean;
  readonly spread: boolean;
  readonly isList: boolean;
}

/** @throws {RestError} 42703 | PGRST200 | PGRST201 | PGRST108 | PGRST119 */
export function planRead(catalogue: Catalogue, relation: Relation, query: Query, bounds: Bounds): ReadPlan {
  const known = new Set([pathKey([])]);
  const plan = planLevel({ catalogue, query, bounds, known }, relation, query.select, query.clauses, []);
  for (const path of query.embedded.keys()) if (!known.has(path)) throw notEmbedded(path);
  return plan;
}

interface Planning {
  readonly catalogue: Catalogue;
  readonly query: Query;
  readonly bounds: Bounds;
  /** Paths of what is embedded; filters may name no other. */
  readonly known: Set<string>;
}

function planLevel(planning: Planning, relation: Relation, select: Query["select"], clauses: Clauses, path: readonly string[]): ReadPlan {
  checkClauses(relation, clauses);
  const most = BigInt(planning.bounds.rows);
  return {
    relation,
    columns: select.flatMap((item) => (item.kind === "embed" ? [] : plannedColumns(relation, item))),
    embeds: select.flatMap((item) => (item.kind === "embed" ? [planEmbed(planning, relation, item, path)] : [])),
    clauses,
    limit: clauses.limit !== undefined && clauses.limit < most ? clauses.limit : most,
  };
}

function plannedColumns(relation: Relation, item: FieldItem | { readonly kind: "star" }): PlannedColumn[] {
  if (item.kind === "star") return [...relation.columns.keys()].map((name) => ({ name, field: { name, path: [] }, cast: undefined }));
  const { field, alias, cast } = item;
  checkField(relation, field);
  return [{ name: alias ?? nameOf(field), field, cast }];
}

/** `value->a->>b` is called b. */
function nameOf({ name, path }: Field): string {
  return path.findLast(({ isIndex }) => !isIndex)?.key ?? name;
}

function planEmbed(planning: Planning, parent: Relation, item: EmbedItem, path: readonly string[]): EmbedPlan {
  const relationship = findRelationship(planning.catalogue, parent, item);
  const isList = relationship.kind === "one-to-many" || relationship.kind === "many-to-many";
  if (item.spread && isList)
    throw new RestError(400, "PGRST119", `A spread operation on '${clip(item.target)}' is not possible`, {
      details: `'${clip(parent.name)}' and '${clip(item.target)}' do not form a many-to-one or one-to-one relationship`,
    });
  const target = planning.catalogue.relations.get(relationship.target) ?? parent;
  const own = [...path, item.alias ?? item.target];
  planning.known.add(pathKey(own));
  const clauses = planning.query.embedded.get(pathKey(own)) ?? NO_CLAUSES;
  const plan = planLevel(planning, target, item.items, clauses, own);
  return { plan, relationship, name: item.alias ?? item.target, inner: item.inner, spread: item.spread, isList };
}

function checkClauses(relation: Relation, { conditions, order }: Clauses): void {
  for (const condition of conditions) checkCondition(relation, condition);
  for (const { field } of order) checkField(relation, field);
}

function checkCondition(relation: Relation, condition: Condition): void {
  if (condition.kind === "filter") checkField(relation, condition.field);
  else for (const inner of condition.conditions) checkCondition(relation, inner);
}

function checkField(relation: Relation, { name }: Field): void {
  if (!relation.columns.has(name)) throw unknownColumn(relation.name, name);
}

function notEmbedded(path: string): RestError {
  const name = clip((JSON.parse(path) as string[]).join("."));
  return new RestError(400, "PGRST108", `'${name}' is not an embedded resource in this request`, {
    hint: `Verify that '${name}' is included in the 'select' query parameter.`,
  });
}
