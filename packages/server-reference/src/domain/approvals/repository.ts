import type { JsonValue } from "@omla/sdk/protocol";
import type { Tx } from "../../db/database.ts";
import type { BoardRole } from "../../principal.ts";

export interface Approval {
  readonly id: string;
  readonly action: string;
  readonly subject: string;
  readonly content: JsonValue;
  readonly content_sha256: string;
  readonly proposed_by: string;
  readonly proposed_at: Date;
  readonly expires_at: Date;
  readonly approved_by: string | null;
  readonly executed_at: Date | null;
  readonly closed_by: string | null;
  readonly closed_at: Date | null;
  readonly status: "open" | "executed" | "withdrawn" | "expired";
}

const COLUMNS = `id, action, subject, content, content_sha256, proposed_by, proposed_at, expires_at, approved_by, executed_at, closed_by, closed_at,
  case when executed_at is not null then 'executed' when closed_by is not null then 'withdrawn'
       when closed_at is not null or expires_at <= omla.now() then 'expired' else 'open' end as status`;

export async function insertApproval(
  tx: Tx,
  { action, subject, content, sha256, member }: { action: string; subject: string; content: unknown; sha256: string; member: string },
): Promise<string> {
  const { rows } = await tx.query<{ id: string }>("select omla.propose_approval($1, $2, $3, $4, $5) as id", [
    action,
    subject,
    JSON.stringify(content),
    sha256,
    member,
  ]);
  return rows[0]?.id ?? "";
}

export async function findApproval(tx: Tx, id: string): Promise<Approval | undefined> {
  return (await tx.query<Approval>(`select ${COLUMNS} from omla.approvals where id = $1`, [id])).rows[0];
}

/** Those that are open, or all; the newest first. */
export async function listApprovals(tx: Tx, filter: { open: boolean; limit: number; offset: number }): Promise<Approval[]> {
  const { rows } = await tx.query<Approval>(
    `select ${COLUMNS} from omla.approvals
      where not $1 or (executed_at is null and closed_at is null and expires_at > omla.now())
      order by proposed_at desc, id limit $2 offset $3`,
    [filter.open, filter.limit, filter.offset],
  );
  return rows;
}

/** What its proposer is today; undefined for who has left the board. */
export async function findProposerRole(tx: Tx, id: string): Promise<BoardRole | undefined> {
  const { rows } = await tx.query<{ role: BoardRole }>(
    "select b.role from omla.approvals a join omla.board_members b on b.id = a.proposed_by and b.is_active where a.id = $1",
    [id],
  );
  return rows[0]?.role;
}

/** Marks it as carried out by a second member. @throws PT…: APPROVAL_ENDED | APPROVAL_EXPIRED | APPROVAL_SELF | APPROVAL_STALE | BOARD_MEMBER_INACTIVE */
export async function markExecuted(tx: Tx, id: string, sha256: string, member: string): Promise<void> {
  await tx.query("select omla.execute_approval($1, $2, $3)", [id, sha256, member]);
}

export async function closeApproval(tx: Tx, id: string, member: string): Promise<void> {
  await tx.query("select omla.close_approval($1, $2)", [id, member]);
}
