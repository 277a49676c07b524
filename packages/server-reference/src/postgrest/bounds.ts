/** What one request may ask for; everything that a stranger sends has a limit. */
export interface Bounds {
  /** Characters of the path with its query. */
  readonly urlLength: number;
  /** Filters of all levels together, and terms of `order`. */
  readonly filters: number;
  /** Members of one `select`, embedded ones included. */
  readonly selectItems: number;
  /** Embedded tables below each other, and parentheses of `and`/`or` in each other. */
  readonly depth: number;
  /** Embedded tables of one request. */
  readonly embeds: number;
  /** Rows of an answer, and of each embedded list. */
  readonly rows: number;
  /** Rows of a written array. */
  readonly bodyRows: number;
  /** Objects and lists of a body in each other. */
  readonly bodyDepth: number;
  /** Characters of a pattern of `like` and `ilike`, and its wildcards. */
  readonly patternLength: number;
  readonly patternWildcards: number;
  /** Characters beside the wildcards of a pattern that begins with one: no index helps with fewer. */
  readonly patternLiterals: number;
  /** Time of the one statement; PostgreSQL only. */
  readonly statementTimeoutMs: number;
}

export const DEFAULT_BOUNDS: Bounds = {
  urlLength: 8_192,
  filters: 100,
  selectItems: 200,
  depth: 4,
  embeds: 16,
  rows: 1_000,
  bodyRows: 1_000,
  bodyDepth: 32,
  patternLength: 256,
  patternWildcards: 8,
  patternLiterals: 2,
  statementTimeoutMs: 1_000,
};
