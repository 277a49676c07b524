import type { Accepted, Preferences } from "./headers.ts";
import type { AnswerRow } from "./read-sql.ts";
import { rangeError, RestError } from "./rest-error.ts";

/** What goes back over HTTP; the body is PostgreSQL's own text. */
export interface RestAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** @throws {RestError} PGRST103 where the page begins behind the last row */
export function readAnswer(row: AnswerRow, offset: bigint, accepted: Accepted, preferences: Preferences): RestAnswer {
  const rows = BigInt(row.rows);
  const total = row.total === null ? undefined : BigInt(row.total);
  if (total !== undefined && offset > total) throw rangeError(`An offset of ${offset} was requested, but there are only ${total} rows.`);
  return {
    status: total !== undefined && rows < total ? 206 : 200,
    headers: { ...common(accepted, preferences), "content-range": contentRange(rows, offset, total) },
    body: row.body ?? undefined,
  };
}

export function contentRange(rows: bigint, offset: bigint, total: bigint | undefined): string {
  return `${rows === 0n ? "*" : `${offset}-${offset + rows - 1n}`}/${total ?? "*"}`;
}

export function common(accepted: Accepted, { applied }: Preferences): Record<string, string> {
  return { "content-type": accepted.contentType, ...(applied.length === 0 ? {} : { "preference-applied": applied.join(", ") }) };
}

/** @throws {RestError} PGRST116 unless there is exactly one row */
export function assertSingle(row: AnswerRow): void {
  if (row.rows === "1") return;
  throw new RestError(406, "PGRST116", "Cannot coerce the result to a single JSON object", {
    details: `The result contains ${row.rows} rows`,
  });
}

/** @throws {RestError} PGRST124 where more rows were changed than the caller wanted at most */
export function assertAffected(affected: string | null, most: bigint | undefined): void {
  if (most === undefined || affected === null || BigInt(affected) <= most) return;
  throw new RestError(400, "PGRST124", "Query result exceeds max-affected preference constraint", {
    details: `The query affects ${affected} rows`,
  });
}
