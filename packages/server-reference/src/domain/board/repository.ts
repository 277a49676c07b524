import type { Tx } from "../../db/database.ts";
import type { BoardRole } from "../../principal.ts";

export interface BoardMember {
  readonly id: string;
  readonly email: string;
  readonly role: BoardRole;
  readonly is_active: boolean;
  readonly created_at: Date;
  readonly signed_in_at: Date | null;
  readonly locked_until: Date | null;
}

export async function insertBoardMember(tx: Tx, email: string, role: BoardRole): Promise<string> {
  const { rows } = await tx.query<{ id: string }>("insert into omla.board_members (email, role) values ($1, $2) returning id", [
    email,
    role,
  ]);
  const [row] = rows;
  if (row === undefined) throw new TypeError("an insert returns its row");
  return row.id;
}

/** Every member, those that left included. */
export async function listBoardMembers(tx: Tx): Promise<BoardMember[]> {
  const { rows } = await tx.query<BoardMember>(`
    select b.id, b.email, b.role, b.is_active, b.created_at, c.locked_until,
           (select max(s.created_at) from omla.board_sessions s where s.member_id = b.id) as signed_in_at
      from omla.board_members b left join omla.board_credentials c on c.member_id = b.id order by b.created_at, b.id`);
  return rows;
}

export async function findActiveMember(tx: Tx, email: string): Promise<{ readonly id: string; readonly role: BoardRole } | undefined> {
  const { rows } = await tx.query<{ id: string; role: BoardRole }>(
    "select id, role from omla.board_members where lower(email) = lower($1) and is_active",
    [email],
  );
  return rows[0];
}

export async function isBoardEmpty(tx: Tx): Promise<boolean> {
  return (await tx.query("select 1 from omla.board_members limit 1")).rows.length === 0;
}

export async function updateBoardMember(
  tx: Tx,
  id: string,
  change: { readonly role: BoardRole } | { readonly is_active: boolean },
): Promise<void> {
  if ("role" in change) await tx.query("update omla.board_members set role = $2 where id = $1", [id, change.role]);
  else await tx.query("update omla.board_members set is_active = $2 where id = $1", [id, change.is_active]);
}

/** A new secret, with which a lock ends. */
export async function writeCredential(tx: Tx, memberId: string, sealedSecret: string): Promise<void> {
  await tx.query(
    `insert into omla.board_credentials as c (member_id, sealed_secret) values ($1, $2)
     on conflict (member_id) do update set sealed_secret = excluded.sealed_secret, failures = 0, locked_until = null`,
    [memberId, sealedSecret],
  );
}
