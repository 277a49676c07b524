/** One statement with its values; nothing of a request stands in the text but names that were found in the catalogue, and quoted aliases. */
export interface Statement {
  readonly text: string;
  readonly values: readonly string[];
}

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
