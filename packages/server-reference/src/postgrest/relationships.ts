import type { ColumnPair, Relationship } from "./catalogue.ts";

export interface Constraint {
  readonly name: string;
  readonly type: "p" | "u" | "f";
  readonly table: string;
  readonly target: string;
  readonly columns: readonly number[];
  readonly target_columns: readonly number[] | null;
}

/** A relation of the exposed schema: the names of its columns by the table column (`table.number`) that they show. */
export interface NumberedRelation {
  readonly name: string;
  readonly columnsByOrigin: ReadonlyMap<string, string>;
}

/** Primary and unique keys, each as the sorted text of its columns. */
export function uniqueKeys(constraints: readonly Constraint[]): ReadonlySet<string> {
  return new Set(constraints.filter(({ type }) => type !== "f").map(({ table, columns }) => keyText(table, columns)));
}

function keyText(table: string, columns: readonly number[]): string {
  return `${table}:${[...columns].sort((a, b) => a - b).join(",")}`;
}

/** The names under which a relation shows these columns of a table; undefined unless it shows them all. */
function shown(relation: NumberedRelation, table: string, columns: readonly number[]): string[] | undefined {
  const names = columns.map((column) => relation.columnsByOrigin.get(`${table}.${column}`));
  return names.every((name) => name !== undefined) ? names : undefined;
}

/** A view has the key of the table whose key columns it shows. */
export function primaryKeyOf(relation: NumberedRelation, primaryKeys: readonly Constraint[]): readonly string[] {
  const first = relation.columnsByOrigin.keys().next().value?.split(".")[0];
  const own = primaryKeys.find(({ table }) => table === first);
  return own === undefined ? [] : (shown(relation, own.table, own.columns) ?? []);
}

/** Every foreign key between what `here` shows and what another relation shows, both ways, and those across a table between. */
export function relationshipsOf(
  here: NumberedRelation,
  relations: readonly NumberedRelation[],
  constraints: readonly Constraint[],
  uniques: ReadonlySet<string>,
): Relationship[] {
  const keys = constraints.filter(({ type }) => type === "f");
  const direct = keys.flatMap((key) =>
    relations.flatMap((other) => [...outgoing(here, other, key, uniques), ...incoming(here, other, key, uniques)]),
  );
  return [...direct, ...relations.flatMap((between) => acrossJunction(here, between, relations, keys, constraints))];
}

function zip(here: readonly string[], there: readonly string[]): ColumnPair[] {
  return here.map((name, at) => [name, there[at] ?? name]);
}

function pairsOf(holder: NumberedRelation, target: NumberedRelation, key: Constraint): ColumnPair[] | undefined {
  const from = shown(holder, key.table, key.columns);
  const to = shown(target, key.target, key.target_columns ?? []);
  return from === undefined || to === undefined ? undefined : zip(from, to);
}

function outgoing(here: NumberedRelation, other: NumberedRelation, key: Constraint, uniques: ReadonlySet<string>): Relationship[] {
  const pairs = pairsOf(here, other, key);
  if (pairs === undefined) return [];
  const kind = uniques.has(keyText(key.table, key.columns)) ? "one-to-one" : "many-to-one";
  return [{ name: key.name, kind, target: other.name, pairs, junction: undefined, holdsKey: true }];
}

function incoming(here: NumberedRelation, other: NumberedRelation, key: Constraint, uniques: ReadonlySet<string>): Relationship[] {
  const pairs = pairsOf(other, here, key)?.map(([from, to]): ColumnPair => [to, from]);
  if (pairs === undefined) return [];
  const kind = uniques.has(keyText(key.table, key.columns)) ? "one-to-one" : "one-to-many";
  return [{ name: key.name, kind, target: other.name, pairs, junction: undefined, holdsKey: false }];
}

/** A table stands between two others where its primary key is made of both foreign keys. */
function acrossJunction(
  here: NumberedRelation,
  between: NumberedRelation,
  relations: readonly NumberedRelation[],
  keys: readonly Constraint[],
  constraints: readonly Constraint[],
): Relationship[] {
  const candidates = keys.filter((key) => shown(between, key.table, key.columns) !== undefined && isPartOfPrimaryKey(key, constraints));
  return candidates.flatMap((near) => {
    const toHere = pairsOf(between, here, near)?.map(([from, to]): ColumnPair => [to, from]);
    if (toHere === undefined) return [];
    return candidates
      .filter((far) => far !== near && far.table === near.table)
      .flatMap((far) =>
        relations.flatMap((target) => {
          const pairs = pairsOf(between, target, far);
          if (pairs === undefined) return [];
          const junction = { relation: between.name, pairs, names: [near.name, far.name] as const };
          return [{ name: between.name, kind: "many-to-many" as const, target: target.name, pairs: toHere, junction, holdsKey: false }];
        }),
      );
  });
}

function isPartOfPrimaryKey(key: Constraint, constraints: readonly Constraint[]): boolean {
  const primary = constraints.find(({ type, table }) => type === "p" && table === key.table);
  return primary !== undefined && key.columns.every((column) => primary.columns.includes(column));
}
