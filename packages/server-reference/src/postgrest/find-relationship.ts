import type { Catalogue, Relation, Relationship } from "./catalogue.ts";
import type { EmbedItem } from "./query.ts";
import { clip, RestError } from "./rest-error.ts";

/**
 * The one relationship that an embedded table means.
 *
 * @throws {RestError} PGRST200 where there is none | PGRST201 where a hint must choose
 */
export function findRelationship(catalogue: Catalogue, parent: Relation, item: Pick<EmbedItem, "target" | "hint">): Relationship {
  const found = preferred(parent, candidates(parent, item), item);
  const [first] = found;
  if (first === undefined) throw unrelated(catalogue.schema, parent.name, item);
  if (found.length > 1) throw ambiguous(parent, item.target, found);
  return first;
}

function candidates(parent: Relation, { target, hint }: Pick<EmbedItem, "target" | "hint">): Relationship[] {
  const named = parent.relationships.filter(
    (relationship) => relationship.target === target && (hint === undefined || meets(relationship, hint)),
  );
  if (named.length > 0 || hint !== undefined) return named;
  return parent.relationships.filter((relationship) => relationship.holdsKey && isNamedByKey(relationship, target));
}

function meets({ name, pairs, junction }: Relationship, hint: string): boolean {
  if (name === hint || junction?.names.includes(hint) === true) return true;
  return junction === undefined && pairs.length === 1 && pairs.some((pair) => pair.includes(hint));
}

/** Without a table's name, the foreign key or its only column names what it leads to. */
function isNamedByKey({ name, pairs }: Relationship, target: string): boolean {
  return name === target || (pairs.length === 1 && pairs[0]?.[0] === target);
}

/** A table that refers to itself is meant from its key's column upwards, otherwise downwards. */
function preferred(parent: Relation, found: Relationship[], { hint, target }: Pick<EmbedItem, "target" | "hint">): Relationship[] {
  if (found.length < 2) return found;
  const own = found.filter((relationship) => relationship.target === parent.name && relationship.junction === undefined);
  if (own.length !== found.length) return withoutJunctions(found, hint);
  const upwards = own.some(({ pairs }) => pairs.length === 1 && (pairs[0]?.[0] === hint || pairs[0]?.[0] === target));
  const chosen = own.filter(({ holdsKey, pairs }) => holdsKey === upwards && (!upwards || hint === undefined || pairs[0]?.[0] === hint));
  return chosen.length > 0 ? chosen : own;
}

/** The name of a table between chooses it; everything else prefers the direct way only where a hint said so. */
function withoutJunctions(found: Relationship[], hint: string | undefined): Relationship[] {
  if (hint === undefined) return found;
  const direct = found.filter(({ junction }) => junction === undefined);
  return direct.length === 1 ? direct : found;
}

function unrelated(schema: string, parent: string, { target, hint }: Pick<EmbedItem, "target" | "hint">): RestError {
  const [from, to] = [clip(parent), clip(target)];
  const using = hint === undefined ? "" : ` using the hint '${clip(hint)}'`;
  return new RestError(400, "PGRST200", `Could not find a relationship between '${from}' and '${to}' in the schema cache`, {
    details: `Searched for a foreign key relationship between '${from}' and '${to}'${using} in the schema '${schema}', but no matches were found.`,
  });
}

function ambiguous(parent: Relation, target: string, found: readonly Relationship[]): RestError {
  const choices = [...new Set(found.map(({ name }) => `'${target}!${name}'`))].join(", ");
  return new RestError(
    300,
    "PGRST201",
    `Could not embed because more than one relationship was found for '${parent.name}' and '${target}'`,
    {
      details: found.map((relationship) => ({
        cardinality: relationship.kind,
        embedding: `${parent.name} with ${relationship.target}`,
        relationship: describe(parent, relationship),
      })),
      hint: `Try changing '${target}' to one of the following: ${choices}. Find the desired relationship in the 'details' key.`,
    },
  );
}

function describe(parent: Relation, { name, target, pairs, junction }: Relationship): string {
  if (junction !== undefined) {
    const near = `${junction.names[0]}(${pairs.map(([, between]) => between).join(", ")})`;
    return `${junction.relation} using ${near} and ${junction.names[1]}(${junction.pairs.map(([between]) => between).join(", ")})`;
  }
  const here = pairs.map(([from]) => from).join(", ");
  const there = pairs.map(([, to]) => to).join(", ");
  return `${name} using ${parent.name}(${here}) and ${target}(${there})`;
}
