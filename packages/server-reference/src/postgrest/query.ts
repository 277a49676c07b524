/** A column, or a path into its JSON. */
export interface Field {
  readonly name: string;
  readonly path: readonly JsonStep[];
}

export interface JsonStep {
  readonly key: string;
  readonly isIndex: boolean;
  /** `->>` gives text, `->` JSON. */
  readonly asText: boolean;
}

export type SelectItem = StarItem | FieldItem | EmbedItem;

export interface StarItem {
  readonly kind: "star";
}

export interface FieldItem {
  readonly kind: "field";
  readonly field: Field;
  readonly alias: string | undefined;
  readonly cast: string | undefined;
}

export interface EmbedItem {
  readonly kind: "embed";
  /** A table, or a foreign key by its name or column. */
  readonly target: string;
  readonly alias: string | undefined;
  readonly hint: string | undefined;
  readonly inner: boolean;
  /** `...table(…)`: its columns stand among those of the parent. */
  readonly spread: boolean;
  readonly items: readonly SelectItem[];
}

export type Condition = FilterCondition | LogicCondition | EmptyCondition;

/** Whether nothing is embedded under a name; made of a filter `is.null` once the embedded tables are known. */
export interface EmptyCondition {
  readonly kind: "empty";
  readonly embed: string;
  readonly negated: boolean;
}

export type Comparison = "eq" | "neq" | "gt" | "gte" | "lt" | "lte" | "like" | "ilike" | "isdistinct";
export type IsValue = "null" | "not_null" | "true" | "false" | "unknown";

export type Test =
  | { readonly operator: Comparison; readonly value: string }
  | { readonly operator: "in"; readonly values: readonly string[] }
  | { readonly operator: "is"; readonly value: IsValue };

export interface FilterCondition {
  readonly kind: "filter";
  readonly field: Field;
  readonly negated: boolean;
  readonly test: Test;
}

export interface LogicCondition {
  readonly kind: "logic";
  readonly operator: "and" | "or";
  readonly negated: boolean;
  readonly conditions: readonly Condition[];
}

export interface OrderTerm {
  /** The embedded row whose field it is; undefined for the table's own. */
  readonly embed: string | undefined;
  readonly field: Field;
  readonly direction: "asc" | "desc";
  readonly nulls: "first" | "last" | undefined;
}

/** What narrows the rows of one table of the request. */
export interface Clauses {
  readonly conditions: readonly Condition[];
  readonly order: readonly OrderTerm[];
  readonly limit: bigint | undefined;
  readonly offset: bigint;
}

export const NO_CLAUSES: Clauses = { conditions: [], order: [], limit: undefined, offset: 0n };

/** A request's query string, understood but not yet compared with any table. */
export interface Query {
  readonly select: readonly SelectItem[];
  readonly clauses: Clauses;
  /** Those of embedded tables, by their path as JSON text of its names. */
  readonly embedded: ReadonlyMap<string, Clauses>;
  readonly columns: readonly string[] | undefined;
  readonly onConflict: readonly string[] | undefined;
  /** Arguments of a function called by GET, each with all of its values. */
  readonly args: ReadonlyMap<string, readonly string[]>;
}

export function pathKey(path: readonly string[]): string {
  return JSON.stringify(path);
}
