import type { Tx } from "../../db/database.ts";

/** How much waits for the board. */
export interface QueueCounts {
  readonly complaints: number;
  readonly appeals: number;
  readonly holders_to_tell: number;
  readonly disputes: number;
  readonly audits: number;
  readonly hoster_claims: number;
  readonly payments: number;
  readonly approvals: number;
  readonly delinquent: number;
  readonly listed_to_tell: number;
  readonly locations: number;
}

const QUEUES: Readonly<Record<keyof QueueCounts, string>> = {
  complaints: "omla.complaints where status = 'open'",
  appeals: "omla.complaints where status = 'open' and reason = 'APPEAL'",
  holders_to_tell: "omla.complaints where notified_at is null",
  disputes: "omla.usage_disputes where status = 'open'",
  audits: "omla.usage_audits where closed_at is null",
  hoster_claims: "omla.hoster_claims where verified_at is null and revoked_at is null",
  payments: "omla.payment_requests q where not exists (select from omla.collections k where k.request_id = q.id)",
  approvals: "omla.approvals where executed_at is null and closed_at is null and expires_at > omla.now()",
  delinquent: "omla.compliance_state where coalesce(previous_state, state) = 'DELINQUENT'",
  listed_to_tell: "omla.compliance_state where blacklisted_at is not null and told_at is null",
  locations:
    "omla.model_locations l join omla.models m on m.id = l.model_id and m.is_active where l.effective_until is null and l.verified_at is null",
};

/** In one statement, so that they are of one moment. */
export async function findQueueCounts(tx: Tx): Promise<QueueCounts> {
  const columns = Object.entries(QUEUES).map(([name, source]) => `(select count(*)::int from ${source}) as ${name}`);
  const { rows } = await tx.query<QueueCounts>(`select ${columns.join(", ")}`);
  const [counts] = rows;
  if (counts === undefined) throw new TypeError("a select without a table has a row");
  return counts;
}
