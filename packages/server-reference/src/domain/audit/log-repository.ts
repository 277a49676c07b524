import type { Tx } from "../../db/database.ts";

export interface AuditFilter {
  readonly entity?: string | undefined;
  readonly entity_id?: string | undefined;
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  /** Only rows before this one. */
  readonly before?: number | undefined;
  readonly limit: number;
}

export interface AuditEntry {
  readonly seq: string;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly entity: string;
  readonly entity_id: string;
  /** Null where it was erased. */
  readonly detail: unknown;
  readonly redacted_at: string | null;
}

/** The newest rows first. */
export async function readAuditLog(tx: Tx, { entity, entity_id, actor, action, before, limit }: AuditFilter): Promise<AuditEntry[]> {
  const { rows } = await tx.query<AuditEntry>(
    `select l.seq, omla.iso(l.at) as at, l.actor, l.action, l.entity, l.entity_id, d.detail::jsonb as detail, omla.iso(d.redacted_at) as redacted_at
       from omla.audit_log l join omla.audit_details d using (seq)
      where ($1::text is null or l.entity = $1) and ($2::text is null or l.entity_id = $2) and ($3::text is null or l.actor = $3)
        and ($4::text is null or l.action = $4) and ($5::bigint is null or l.seq < $5)
      order by l.seq desc limit $6`,
    [entity ?? null, entity_id ?? null, actor ?? null, action ?? null, before ?? null, limit],
  );
  return rows;
}

/** As reviewer. @returns rows erased */
export async function redactPersonal(
  tx: Tx,
  { what, id, actor, reason }: { readonly what: string; readonly id: string; readonly actor: string; readonly reason: string },
): Promise<number> {
  const { rows } = await tx.query<{ erased: number }>("select omla.redact_personal($1, $2, $3, $4) as erased", [what, id, actor, reason]);
  return rows[0]?.erased ?? 0;
}
