import { createHash } from "node:crypto";

/** Names for statements that come again: under its name PostgreSQL keeps one parsed and planned, per connection. */
export interface StatementNames {
  /** @returns undefined for a text that is asked for the first time, and for all new ones once there are enough */
  of(text: string): string | undefined;
}

/** Every connection holds each of them. */
const MOST_NAMED = 256;
const MOST_SEEN = 2_048;

/** The embedded database plans in the process that asks, and forgets statements when its one client is replaced: nothing is named there. */
const NO_NAMES: StatementNames = { of: () => undefined };

export function statementNamesFor(kind: "postgres" | "pglite"): StatementNames {
  return kind === "postgres" ? createStatementNames() : NO_NAMES;
}

/** How much is remembered is bounded, since strangers choose texts too: one that nobody repeats never gets a name. */
export function createStatementNames(): StatementNames {
  const named = new Map<string, string>();
  const seen = new Set<string>();
  return {
    of: (text) => {
      const known = named.get(text);
      if (known !== undefined) return known;
      const isRepeated = seen.has(text);
      if (seen.size >= MOST_SEEN) seen.clear();
      seen.add(text);
      if (!isRepeated || named.size >= MOST_NAMED) return undefined;
      // Whoever names the same text on the same connection gives it the same name.
      const name = `s_${createHash("sha256").update(text).digest("hex").slice(0, 32)}`;
      named.set(text, name);
      return name;
    },
  };
}
