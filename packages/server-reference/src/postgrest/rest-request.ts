import type { Database, TransactionOptions, Tx } from "../db/database.ts";
import type { Claims, Role } from "../db/role.ts";
import { assertSingle } from "./answer.ts";
import type { Bounds } from "./bounds.ts";
import type { Catalogue } from "./catalogue.ts";
import { type Accepted, readRange } from "./headers.ts";
import type { Query } from "./query.ts";
import type { AnswerRow, BodyForm } from "./read-sql.ts";
import type { Statement } from "./sql.ts";

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
}

/** What serves a request beside the request itself. */
export interface Context {
  readonly db: Database;
  readonly bounds: Bounds;
  readonly catalogue: Catalogue;
}

/** One statement under the caller's role; what is not one row although one was asked for is rolled back. */
export async function run(
  { db, bounds }: Context,
  { role, claims }: RestRequest,
  { text, values }: Statement,
  options: TransactionOptions,
  accepted: Accepted | undefined,
): Promise<AnswerRow> {
  const work = async (tx: Tx): Promise<AnswerRow> => {
    const row = (await tx.query<AnswerRow>(text, values)).rows[0] ?? { rows: "0", total: null, body: null };
    if (accepted?.single === true) assertSingle(row);
    return row;
  };
  return db.transaction(role, claims, work, { ...options, statementTimeoutMs: bounds.statementTimeoutMs });
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
