import type { Database, Tx } from "../db/database.ts";
import type { Claims, Role } from "../db/role.ts";
import type { StatementNames } from "../db/statement-names.ts";
import { assertSingle } from "./answer.ts";
import type { Bounds } from "./bounds.ts";
import type { Catalogue } from "./catalogue.ts";
import { type Accepted, readRange } from "./headers.ts";
import type { Query } from "./query.ts";
import type { AnswerRow, BodyForm } from "./read-sql.ts";
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

/** One statement under the caller's role; what is not one row although one was asked for is rolled back. */
export async function run(
  { db, bounds, reader, names }: Context,
  { role, claims, statementTimeoutMs = bounds.statementTimeoutMs }: RestRequest,
  statement: Statement,
  options: RunOptions,
  accepted: Accepted | undefined,
): Promise<AnswerRow> {
  // A stranger's read needs no claims, and so no transaction around it: one round trip, or a part of one.
  if (options.changesNothing === true && isStranger(role, claims) && statementTimeoutMs === bounds.statementTimeoutMs)
    return assertWanted(await reader.read(statement), accepted);
  const { text, values } = statement;
  const work = async (tx: Tx): Promise<AnswerRow> => {
    const name = names.of(text);
    const row = (await tx.query<AnswerRow>({ text, values: [...values], ...(name === undefined ? {} : { name }) })).rows[0] ?? NO_ROW;
    return assertWanted(row, accepted);
  };
  return db.transaction(role, claims, work, { readOnly: options.readOnly ?? false, statementTimeoutMs });
}

export interface RunOptions {
  /** Runs it where PostgreSQL refuses to write. */
  readonly readOnly?: boolean;
  /** The statement cannot write, wherever it runs: it selects from tables, or calls what the catalogue says is not volatile. */
  readonly changesNothing?: boolean;
}

function isStranger(role: Role, claims: Claims): boolean {
  return role === "anon" && Object.keys(claims).every((name) => name === "role");
}

function assertWanted(row: AnswerRow, accepted: Accepted | undefined): AnswerRow {
  if (accepted?.single === true) assertSingle(row);
  return row;
}

export function isRead({ method }: RestRequest): boolean {
  return method === "GET" || method === "HEAD";
}

export function formOf({ single }: Accepted): BodyForm {
  return single ? "object" : "list";
}

/** The header narrows further what the query says. */
export function ranged(query: Query, request: RestRequest): Query {
  if (!isRead(request)) return query;
  const header = readRange(request.headers["range"]);
  const { limit, offset } = query.clauses;
  const limits = [limit, header.limit].filter((count) => count !== undefined);
  const least = limits.reduce<bigint | undefined>((least, count) => (least === undefined || count < least ? count : least), undefined);
  return { ...query, clauses: { ...query.clauses, limit: least, offset: offset > header.offset ? offset : header.offset } };
}
