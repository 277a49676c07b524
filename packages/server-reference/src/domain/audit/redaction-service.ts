import type { AppContext } from "../../context.ts";
import { actAs } from "../../db/act-as.ts";
import type { Tx } from "../../db/database.ts";
import type { BoardPrincipal } from "../../principal.ts";
import { type AuditEntry, type AuditFilter, readAuditLog, redactPersonal } from "./log-repository.ts";

export function browseAuditLog(ctx: AppContext, filter: AuditFilter): Promise<AuditEntry[]> {
  return ctx.db.service((tx) => readAuditLog(tx, filter));
}

export interface Redaction {
  readonly what: "complaint" | "dispute" | "audit" | "company-contact" | "model-contact" | "wallet-contact" | "audit-detail";
  /** A UUID, or the number of an audit row. */
  readonly id: string;
  readonly reason: string;
}

/**
 * Erases personal data for good; the audit chain stays intact, since only salted digests of details stand in it.
 *
 * @returns how many rows were erased
 * @throws {ApiError} NOTHING_TO_REDACT | NOT_FOUND
 */
export async function redact(tx: Tx, { memberId }: BoardPrincipal, { what, id, reason }: Redaction): Promise<{ erased: number }> {
  return { erased: await actAs(tx, "reviewer", () => redactPersonal(tx, { what, id, actor: memberId, reason })) };
}
