import type { Bounds } from "./bounds.ts";
import type { Catalogue, Relation, Relationship } from "./catalogue.ts";
import { findRelationship } from "./find-relationship.ts";
import {
  type Clauses,
  type Condition,
  type EmbedItem,
  type Field,
  type FieldItem,
  NO_CLAUSES,
  type OrderTerm,
  pathKey,
  type Query,
} from "./query.ts";
import { clip, limitError, RestError, unknownColumn } from "./rest-error.ts";

/** A read whose every name was found in the catalogue. */
export interface ReadPlan {
  readonly relation: Relation;
  readonly columns: readonly PlannedColumn[];
  readonly embeds: readonly EmbedPlan[];
  readonly clauses: Clauses;
  /** Embedded rows by whose fields the rows are ordered, each with that field alone. */
  readonly orderedBy: ReadonlyMap<OrderTerm, EmbedPlan>;
  /** The rows of the answer, at most. */
  readonly limit: bigint;
}

export interface PlannedColumn extends Omit<FieldItem, "kind" | "alias"> {
  /** The member's name in the answer. */
  readonly name: string;
}

/** The one column of an {@link ReadPlan.orderedBy}. */
export const ORDERED = "_ordered";

export interface EmbedPlan {
  readonly plan: ReadPlan;
  readonly relationship: Relationship;
  readonly name: string;
  readonly inner: boolean;
  readonly spread: boolean;
  readonly isList: boolean;
}

/** @throws {RestError} 42703 | PGRST200 | PGRST201 | PGRST108 | PGRST118 | PGRST119 | PGRST120 */
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
  const embeds = select.flatMap((item) => (item.kind === "embed" ? [planEmbed(planning, relation, item, path)] : []));
  const most = BigInt(planning.bounds.rows);
  return {
    relation,
    columns: select.flatMap((item) => (item.kind === "embed" ? [] : plannedColumns(relation, item))),
    embeds,
    clauses: { ...clauses, conditions: clauses.conditions.map((condition) => plannedCondition(relation, embeds, condition)) },
    orderedBy: orderedBy(relation, embeds, clauses.order, planning.bounds.embeds),
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

/** A filter on an embedded table's name asks whether there is anything, unless a column has that name. */
function plannedCondition(relation: Relation, embeds: readonly EmbedPlan[], condition: Condition): Condition {
  if (condition.kind === "logic")
    return { ...condition, conditions: condition.conditions.map((inner) => plannedCondition(relation, embeds, inner)) };
  if (condition.kind !== "filter") return condition;
  const { field, test, negated } = condition;
  const isColumn = relation.columns.has(field.name) || field.path.length > 0;
  const embed = isColumn ? undefined : embeds.find(({ name }) => name === field.name);
  if (embed === undefined) {
    checkField(relation, field);
    return condition;
  }
  if (test.operator !== "is" || (test.value !== "null" && test.value !== "not_null")) throw badFilter(embed.name);
  return { kind: "empty", embed: embed.name, negated: negated !== (test.value === "not_null") };
}

function orderedBy(relation: Relation, embeds: readonly EmbedPlan[], order: readonly OrderTerm[], most: number): Map<OrderTerm, EmbedPlan> {
  if (order.filter(({ embed }) => embed !== undefined).length > most)
    throw limitError(`A table is ordered by at most ${most} columns of embedded ones.`);
  const found = new Map<OrderTerm, EmbedPlan>();
  for (const term of order) {
    if (term.embed === undefined) checkField(relation, term.field);
    else found.set(term, orderingEmbed(relation, embeds, term.embed, term.field));
  }
  return found;
}

function orderingEmbed(relation: Relation, embeds: readonly EmbedPlan[], name: string, field: Field): EmbedPlan {
  const embed = embeds.find((one) => one.name === name);
  if (embed === undefined) throw notEmbedded(pathKey([name]));
  if (embed.isList)
    throw new RestError(400, "PGRST118", `A related order on '${clip(name)}' is not possible`, {
      details: `'${clip(relation.name)}' and '${clip(name)}' do not form a many-to-one or one-to-one relationship`,
    });
  checkField(embed.plan.relation, field);
  const clauses = { ...embed.plan.clauses, order: [] };
  const plan = { ...embed.plan, columns: [{ name: ORDERED, field, cast: undefined }], clauses, orderedBy: new Map() };
  return { ...embed, inner: false, spread: false, plan };
}

function checkField(relation: Relation, { name }: Field): void {
  if (!relation.columns.has(name)) throw unknownColumn(relation.name, name);
}

function badFilter(name: string): RestError {
  return new RestError(400, "PGRST120", `Bad operator on the '${clip(name)}' embedded resource`, {
    details: "Only is null or not is null filters are allowed on embedded resources",
  });
}

function notEmbedded(path: string): RestError {
  const name = clip((JSON.parse(path) as string[]).join("."));
  return new RestError(400, "PGRST108", `'${name}' is not an embedded resource in this request`, {
    hint: `Verify that '${name}' is included in the 'select' query parameter.`,
  });
}
