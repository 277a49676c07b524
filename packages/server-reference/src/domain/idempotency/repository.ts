import type { Tx } from "../../db/database.ts";

export interface RememberedAnswer {
  readonly content_sha256: string;
  readonly status: number;
  readonly answer: unknown;
}

/** The key of a request, with the digest of what was sent under it. */
export interface Claim {
  readonly scope: string;
  readonly key: string;
  readonly content: string;
}

const UNFINISHED = 0;

/**
 * Takes the key for this transaction. A second request with the same key waits here until the first is through.
 *
 * @returns the earlier answer, where the key was used before
 */
export async function claimKey(tx: Tx, { scope, key, content }: Claim): Promise<RememberedAnswer | undefined> {
  const { rows: taken } = await tx.query(
    `insert into omla.idempotency_keys (scope, key, content_sha256, status, answer) values ($1, $2, $3, $4, '{}')
     on conflict do nothing returning key`,
    [scope, key, content, UNFINISHED],
  );
  if (taken.length === 1) return undefined;
  const { rows } = await tx.query<RememberedAnswer>(
    "select content_sha256, status, answer from omla.idempotency_keys where scope = $1 and key = $2",
    [scope, key],
  );
  return rows[0];
}

export async function rememberAnswer(tx: Tx, { scope, key }: Claim, status: number, answer: unknown): Promise<void> {
  await tx.query("update omla.idempotency_keys set status = $3, answer = $4 where scope = $1 and key = $2", [
    scope,
    key,
    status,
    JSON.stringify(answer),
  ]);
}

/** Forgets answers that nobody repeats any more. */
export async function deleteOldAnswers(tx: Tx): Promise<void> {
  await tx.query("delete from omla.idempotency_keys where created_at < omla.now() - interval '30 days'");
}
