import type { Database, Tx } from "../db/database.ts";
import type { Claims, Role } from "../db/role.ts";
import type { StatementNames } from "../db/statement-names.ts";
import type { Bounds } from "./bounds.ts";
import type { Catalogue } from "./catalogue.ts";
import { type Accepted, readRange } from "./headers.ts";
import type { Query } from "./query.ts";
import type { AnswerRow, BodyForm } from "./read-sql.ts";
import { rangeError } from "./rest-error.ts";
import { NO_ROW, type StrangersReader } from "./strangers-reader.ts";
import type { Statement } from "./sql.ts";
import type { StatementCache } from "./statement-cache.ts";

/** One request, free of any HTTP framework. */
export interface RestRequest {
  readonly method: string;
  /** Name of the table or view, or of the function. */
  readonly target: string;
  /** Behind the question mark, as it came. */
  readonly query: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** JSON text; empty where there is none. */
  readonly body: string;
  readonly role: Role;
  readonly claims: Claims;
  /** A bound of this request alone, in the place of the general one. */
  readonly statementTimeoutMs?: number | undefined;
}

/** What serves a request beside the request itself. */
export interface Context {
  readonly db: Database;
  readonly bounds: Bounds;
  readonly catalogue: Catalogue;
  readonly names: StatementNames;
  readonly reader: StrangersReader;
  readonly statements: StatementCache;
}

/** One statement under the caller's role; what its check refuses is rolled back. */
export async function run(
  { db, bounds, reader, names }: Context,
  { role, claims, statementTimeoutMs = bounds.statementTimeoutMs }: RestRequest,
  statement: Statement,
  options: RunOptions,
): Promise<AnswerRow> {
  const checked = (row: AnswerRow): AnswerRow => {
    options.check?.(row);
    return row;
  };
  // A stranger's read needs no claims, and so no transaction around it: one round trip, or a part of one.
  if (options.changesNothing === true && isStranger(role, claims) && statementTimeoutMs === bounds.statementTimeoutMs)
    return checked(await reader.read(statement));
  const { text, values } = statement;
  const work = async (tx: Tx): Promise<AnswerRow> => {
    const name = names.of(text);
    const row = (await tx.query<AnswerRow>({ text, values: [...values], ...(name === undefined ? {} : { name }) })).rows[0] ?? NO_ROW;
    return checked(row);
  };
  return db.transaction(role, claims, work, { readOnly: options.readOnly ?? false, statementTimeoutMs });
}

export interface RunOptions {
  /** Runs it where PostgreSQL refuses to write. */
  readonly readOnly?: boolean;
  /** The statement cannot write, wherever it runs: it selects from tables, or calls what the catalogue says is not volatile. */
  readonly changesNothing?: boolean;
  /** Throws where the answer is not what was wanted. */
  readonly check?: ((row: AnswerRow) => void) | undefined;
}

function isStranger(role: Role, claims: Claims): boolean {
  return role === "anon" && Object.keys(claims).every((name) => name === "role");
}

export function isRead({ method }: RestRequest): boolean {
  return method === "GET" || method === "HEAD";
}

export function formOf({ single }: Accepted): BodyForm {
  return single ? "object" : "list";
}

/**
 * The header narrows further what the query says: what both allow is read.
 *
 * @throws {RestError} PGRST103 where that is nothing
 */
export function ranged(query: Query, request: RestRequest): Query {
  const header = isRead(request) ? readRange(request.headers["range"]) : undefined;
  if (header === undefined) return query;
  const { clauses } = query;
  const offset = clauses.offset > header.offset ? clauses.offset : header.offset;
  const ends = [clauses, header].flatMap((range) => (range.limit === undefined ? [] : [range.offset + range.limit]));
  const end = ends.reduce<bigint | undefined>((least, one) => (least === undefined || one < least ? one : least), undefined);
  if (end !== undefined && end <= offset && clauses.limit !== 0n) throw rangeError("Limit should be greater than or equal to zero.");
  return { ...query, clauses: { ...clauses, limit: clauses.limit === 0n || end === undefined ? clauses.limit : end - offset, offset } };
}
