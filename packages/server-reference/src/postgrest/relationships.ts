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
  return [...direct, ...relations.flatMap((between) => acrossJunction(here, between, relations, constraints, uniques))];
}

/**
 * The columns of a foreign key on both sides. A view may leave some of them out, as long as what it shows holds a key of the target:
 * the rest of the foreign key then says nothing more.
 */
function pairsOf(
  holder: NumberedRelation,
  target: NumberedRelation,
  key: Constraint,
  uniques: ReadonlySet<string>,
): ColumnPair[] | undefined {
  const parts = key.columns.flatMap((column, at) => {
    const there = key.target_columns?.[at] ?? 0;
    const [from, to] = [holder.columnsByOrigin.get(`${key.table}.${column}`), target.columnsByOrigin.get(`${key.target}.${there}`)];
    return from === undefined || to === undefined ? [] : [{ there, pair: [from, to] as const }];
  });
  const isWhole = parts.length === key.columns.length;
  if (
    !isWhole &&
    !holdsKey(
      uniques,
      key.target,
      parts.map(({ there }) => there),
    )
  )
    return undefined;
  return parts.length === 0 ? undefined : parts.map(({ pair }) => pair);
}

function holdsKey(uniques: ReadonlySet<string>, table: string, columns: readonly number[]): boolean {
  return subsets(columns).some((some) => uniques.has(keyText(table, some)));
}

/** Foreign keys have few columns. */
function subsets(columns: readonly number[]): number[][] {
  return columns.slice(0, 8).reduce<number[][]>((sets, column) => [...sets, ...sets.map((set) => [...set, column])], [[]]);
}

function outgoing(here: NumberedRelation, other: NumberedRelation, key: Constraint, uniques: ReadonlySet<string>): Relationship[] {
  const pairs = pairsOf(here, other, key, uniques);
  if (pairs === undefined) return [];
  const kind = uniques.has(keyText(key.table, key.columns)) ? "one-to-one" : "many-to-one";
  return [{ name: key.name, kind, target: other.name, pairs, junction: undefined, holdsKey: true }];
}

function incoming(here: NumberedRelation, other: NumberedRelation, key: Constraint, uniques: ReadonlySet<string>): Relationship[] {
  const pairs = pairsOf(other, here, key, uniques)?.map(([from, to]): ColumnPair => [to, from]);
  if (pairs === undefined) return [];
  const kind = uniques.has(keyText(key.table, key.columns)) ? "one-to-one" : "one-to-many";
  return [{ name: key.name, kind, target: other.name, pairs, junction: undefined, holdsKey: false }];
}

/** A table stands between two others where its primary key is made of both foreign keys. */
function acrossJunction(
  here: NumberedRelation,
  between: NumberedRelation,
  relations: readonly NumberedRelation[],
  constraints: readonly Constraint[],
  uniques: ReadonlySet<string>,
): Relationship[] {
  const candidates = constraints.filter(
    (key) => key.type === "f" && shown(between, key.table, key.columns) !== undefined && isPartOfPrimaryKey(key, constraints),
  );
  return candidates.flatMap((near) => {
    const toHere = pairsOf(between, here, near, uniques)?.map(([from, to]): ColumnPair => [to, from]);
    if (toHere === undefined) return [];
    return candidates
      .filter((far) => far !== near && far.table === near.table)
      .flatMap((far) =>
        relations.flatMap((target) => {
          const pairs = pairsOf(between, target, far, uniques);
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
