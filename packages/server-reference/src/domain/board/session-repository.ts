import type { Tx } from "../../db/database.ts";
import type { BoardRole } from "../../principal.ts";

export interface Credential {
  readonly member_id: string;
  readonly email: string;
  readonly role: BoardRole;
  readonly sealed_secret: string;
  readonly last_step: number;
  readonly failures: number;
  readonly locked: boolean;
}

type CredentialRow = Omit<Credential, "last_step"> & { readonly last_step: string };

const CREDENTIAL = `
  select c.member_id, b.email, b.role, c.sealed_secret, c.last_step, c.failures, coalesce(c.locked_until > omla.now(), false) as locked
    from omla.board_credentials c join omla.board_members b on b.id = c.member_id and b.is_active`;

/** Locked until the end of the transaction, so that guesses are counted one after the other. */
export async function lockCredential(
  tx: Tx,
  member: { readonly email: string } | { readonly id: string },
): Promise<Credential | undefined> {
  const [condition, value] = "email" in member ? ["lower(b.email) = lower($1)", member.email] : ["b.id = $1", member.id];
  const { rows } = await tx.query<CredentialRow>(`${CREDENTIAL} where ${condition} for update of c`, [value]);
  return rows[0] && { ...rows[0], last_step: Number(rows[0].last_step) };
}

export async function spendStep(tx: Tx, memberId: string, step: number): Promise<void> {
  await tx.query("update omla.board_credentials set last_step = $2, failures = 0, locked_until = null where member_id = $1", [
    memberId,
    step,
  ]);
}

export async function countWrongCode(tx: Tx, memberId: string, lockSeconds: number): Promise<void> {
  await tx.query(
    `update omla.board_credentials set failures = failures + 1, locked_until = case when $2::int > 0 then omla.now() + $2::int * interval '1 second' end
      where member_id = $1`,
    [memberId, lockSeconds],
  );
}

export interface NewSession {
  readonly tokenSha256: string;
  readonly memberId: string;
  readonly carrier: "cookie" | "bearer";
  readonly expiresAt: Date;
}

export async function insertSession(tx: Tx, { tokenSha256, memberId, carrier, expiresAt }: NewSession): Promise<void> {
  await tx.query(
    "insert into omla.board_sessions (token_sha256, member_id, carrier, created_at, last_used_at, proved_at, expires_at) values ($1, $2, $3, omla.now(), omla.now(), omla.now(), $4)",
    [tokenSha256, memberId, carrier, expiresAt],
  );
}

export interface OpenSession {
  readonly member_id: string;
  readonly role: BoardRole;
  readonly email: string;
  readonly proved_at: Date;
  readonly expires_at: Date;
}

/** Uses an open session of an active member, and lets its idle time begin anew; one statement. */
export async function touchSession(tx: Tx, tokenSha256: string, carrier: string, idleSeconds: number): Promise<OpenSession | undefined> {
  const { rows } = await tx.query<OpenSession>(
    `update omla.board_sessions s set last_used_at = omla.now() from omla.board_members b
      where b.id = s.member_id and b.is_active and s.token_sha256 = $1 and s.carrier = $2 and s.revoked_at is null
        and s.expires_at > omla.now() and s.last_used_at > omla.now() - $3::int * interval '1 second'
      returning s.member_id, b.role, b.email, s.proved_at, s.expires_at`,
    [tokenSha256, carrier, idleSeconds],
  );
  return rows[0];
}

export async function revokeSession(tx: Tx, tokenSha256: string): Promise<void> {
  await tx.query("update omla.board_sessions set revoked_at = omla.now() where token_sha256 = $1 and revoked_at is null", [tokenSha256]);
}

export async function revokeSessionsOf(tx: Tx, memberId: string): Promise<void> {
  await tx.query("update omla.board_sessions set revoked_at = omla.now() where member_id = $1 and revoked_at is null", [memberId]);
}

export async function deleteEndedSessions(tx: Tx): Promise<void> {
  await tx.query("delete from omla.board_sessions where expires_at < omla.now() - interval '30 days'");
}
