import type { Catalogue } from "./catalogue.ts";
import type { Condition, Query } from "./query.ts";
import type { Statement } from "./sql.ts";

/** Statements that come again with other values: the text of each is made once for as long as the catalogue is the same. */
export interface StatementCache {
  /**
   * @param question - all that the text depends on, as JSON can hold it
   * @param make - makes the statement with these values, or throws
   */
  of(catalogue: Catalogue, question: readonly unknown[], values: readonly string[], make: () => Statement): Statement;
}

/** Strangers choose the questions. */
const MOST_HELD = 256;

export function createStatementCache(): StatementCache {
  const held = new WeakMap<Catalogue, Map<string, Statement>>();
  const ofCatalogue = (catalogue: Catalogue): Map<string, Statement> => {
    const known = held.get(catalogue) ?? new Map<string, Statement>();
    if (known.size === 0) held.set(catalogue, known);
    return known;
  };
  return {
    of: (catalogue, question, values, make) => {
      const known = ofCatalogue(catalogue);
      const key = JSON.stringify(question);
      const found = known.get(key);
      if (found !== undefined) return { ...found, values };
      const { text, merged } = make();
      if (known.size >= MOST_HELD) known.clear();
      known.set(key, { text, values: [], merged: merged && once(merged) });
      return { text, values, merged };
    },
  };
}

function once(make: () => string): () => string {
  let made: string | undefined;
  return () => (made ??= make());
}

/** A look-up by the equality of some columns: what is asked, and the values by which. */
export interface LookUp {
  readonly question: readonly unknown[];
  readonly values: readonly string[];
}

/** @returns undefined for every other read, whose text depends on more than its names */
export function lookUpOf({ select, clauses, embedded }: Query): LookUp | undefined {
  const { conditions, order, limit, offset } = clauses;
  if (order.length > 0 || embedded.size > 0 || conditions.length === 0) return undefined;
  const items = namesOf(select);
  const values = conditions.map(equalTo);
  if (items === undefined || values.includes(undefined)) return undefined;
  const columns = conditions.map((condition) => (condition.kind === "filter" ? condition.field.name : ""));
  return { question: [items, columns, String(limit ?? ""), String(offset)], values: values as string[] };
}

/** What a select names, where that is nothing but columns. */
export function namesOf(select: Query["select"]): unknown[] | undefined {
  if (select.some((item) => item.kind === "embed" || (item.kind === "field" && item.field.path.length > 0))) return undefined;
  return select.map((item) => (item.kind === "field" ? [item.field.name, item.alias ?? "", item.cast ?? ""] : "*"));
}

function equalTo(condition: Condition): string | undefined {
  if (condition.kind !== "filter" || condition.negated || condition.field.path.length > 0) return undefined;
  return condition.test.operator === "eq" ? condition.test.value : undefined;
}
