/** What the database holds in the exposed schema, as far as requests can name it. */
export interface Catalogue {
  readonly schema: string;
  readonly relations: ReadonlyMap<string, Relation>;
  /** Functions by name; several of one name differ in their arguments. */
  readonly routines: ReadonlyMap<string, readonly Routine[]>;
}

/** A table or a view. */
export interface Relation {
  readonly name: string;
  readonly columns: ReadonlyMap<string, Column>;
  readonly primaryKey: readonly string[];
  readonly relationships: readonly Relationship[];
}

export interface Column {
  readonly name: string;
  /** As SQL writes it, for casts of what is written. */
  readonly type: string;
  /** SQL of the default, from the catalogue. */
  readonly default: string | undefined;
}

/** A foreign key, seen from one of its ends or across a table between. */
export interface Relationship {
  /** Name of the foreign key; of a many-to-many, the table between. */
  readonly name: string;
  readonly kind: "many-to-one" | "one-to-many" | "one-to-one" | "many-to-many";
  readonly target: string;
  /** Columns here beside those of the target (or of the table between). */
  readonly pairs: readonly ColumnPair[];
  readonly junction: Junction | undefined;
  /** Whether the foreign key's columns stand on this end. */
  readonly holdsKey: boolean;
}

export type ColumnPair = readonly [here: string, there: string];

export interface Junction {
  readonly relation: string;
  /** Columns of the table between beside those of the target. */
  readonly pairs: readonly ColumnPair[];
  readonly names: readonly [string, string];
}

export interface Routine {
  readonly name: string;
  readonly args: readonly RoutineArgument[];
  readonly isReadOnly: boolean;
  readonly returns: "void" | "scalar" | "record";
  readonly returnsSet: boolean;
  /** What its rows look like, where it gives rows; relationships where they are those of a table. */
  readonly rows: Relation | undefined;
}

export interface RoutineArgument {
  readonly name: string;
  readonly type: string;
  readonly isRequired: boolean;
  /** Takes what is left as an array: a query string names it once for each value. */
  readonly isVariadic: boolean;
}
