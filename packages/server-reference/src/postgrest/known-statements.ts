/** What is remembered of a statement's text. */
export interface KnownStatement {
  /** Under this name PostgreSQL keeps it parsed and planned, per connection; undefined until it was asked for twice. */
  readonly name: string | undefined;
  /** The text that answers many of its kind at once, once somebody has made it. */
  merged: string | undefined;
}

/** Texts that come again; how they are remembered is bounded, since strangers choose them. */
export interface KnownStatements {
  of(text: string): KnownStatement;
}

/** So many texts get a name: every connection holds each of them. */
const MOST_NAMED = 256;
const MOST_SEEN = 2_048;

/** A text that nobody repeats never gets a name, and a full table names no more: what is left is asked as before. */
export function createKnownStatements(prefix: string): KnownStatements {
  const named = new Map<string, KnownStatement>();
  const seen = new Set<string>();
  return {
    of: (text) => {
      const known = named.get(text);
      if (known !== undefined) return known;
      const again = seen.has(text);
      if (!again && seen.size >= MOST_SEEN) seen.clear();
      seen.add(text);
      if (!again || named.size >= MOST_NAMED) return { name: undefined, merged: undefined };
      const statement = { name: `${prefix}_${named.size}`, merged: undefined };
      named.set(text, statement);
      seen.delete(text);
      return statement;
    },
  };
}
