/** One statement with its values; nothing of a request stands in the text but names that were found in the catalogue, and quoted aliases. */
export interface Statement {
  readonly text: string;
  readonly values: readonly string[];
  /** The text that answers many of its kind at once, where it only reads and its values have types that never change meaning. */
  readonly merged?: (() => string) | undefined;
}

/** Types whose text means the same as a value of an array, as a literal, and as a string of JSON. */
export const PLAIN_TYPES: ReadonlySet<string> = new Set(["text", "uuid", "integer", "bigint"]);

/** Collects the values of a statement and gives out aliases. */
export class Parameters {
  readonly values: string[] = [];
  #aliases = 0;

  add(value: string): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  alias(): string {
    this.#aliases += 1;
    return `"_t${this.#aliases}"`;
  }
}

/** Names the columns of a list of values instead of the values themselves. */
class ListedParameters extends Parameters {
  override add(value: string): string {
    super.add(value);
    return `_asked._${this.values.length}`;
  }
}

/**
 * A statement that answers a list of the same question: each value comes as an array, each answer with its place `at` in it.
 *
 * @param types - of the values, in their order
 * @param build - makes the text of one question
 */
export function mergedText(types: readonly string[], build: (parameters: Parameters) => string): string {
  // Hidden from the planner, whose estimate would follow the length: short lists would be planned anew each time.
  const arrays = types.map((type, at) => `(SELECT $${at + 1}::${type}[])`).join(", ");
  const names = types.map((_, at) => `_${at + 1}`).join(", ");
  const asked = `unnest(${arrays}) WITH ORDINALITY AS _asked (${names}, _at)`;
  return `SELECT _asked._at::int AS at, _answer.* FROM ${asked}, LATERAL (${build(new ListedParameters())}) AS _answer`;
}

/** Names are cut at what PostgreSQL would cut them at, in whole characters. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function identifiers(names: readonly string[]): string {
  return names.map(identifier).join(", ");
}

export function qualified(schema: string, name: string): string {
  return `${identifier(schema)}.${identifier(name)}`;
}
