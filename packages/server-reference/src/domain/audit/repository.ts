import type { Tx } from "../../db/database.ts";

export interface AuditRow {
  /** A key id, a company's or board member's id, or "system"; never a name or an e-mail address. */
  readonly actor: string;
  readonly action: string;
  readonly entity: string;
  readonly entityId: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Adds a row to the hash-chained audit log, in the transaction of what it tells of. */
export async function appendAudit(tx: Tx, row: AuditRow): Promise<void> {
  await tx.query("select omla.audit_append($1, $2, $3, $4, $5)", [
    row.actor,
    row.action,
    row.entity,
    row.entityId,
    JSON.stringify(row.detail),
  ]);
}
