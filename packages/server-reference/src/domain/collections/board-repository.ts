import type { Tx } from "../../db/database.ts";

export interface PaymentFilter {
  /** `waiting`: asked for and not arrived; `received`: booked. */
  readonly status: "waiting" | "received";
  readonly company_id?: string | undefined;
  readonly limit: number;
  readonly offset: number;
}

export interface PaymentRow {
  readonly id: string;
  readonly company_id: string;
  readonly company_name: string;
  /** What the payer writes into a transfer, or the rail's name of money that arrived. */
  readonly reference: string;
  readonly rail: string | null;
  readonly method: string;
  readonly amount_usd: string;
  readonly refunded_usd: string;
  readonly at: string;
  readonly clears_at: string | null;
  readonly cleared_at: string | null;
}

const WAITING = `
  select q.id, q.company_id, c.company_name, q.reference, null as rail, q.method, q.amount_usd::text, '0.000000' as refunded_usd,
         omla.iso(q.created_at) as at, null as clears_at, null as cleared_at
    from omla.payment_requests q join omla.commercial_users c on c.id = q.company_id
   where not exists (select from omla.collections k where k.request_id = q.id) and ($1::uuid is null or q.company_id = $1)
   order by q.created_at desc, q.id limit $2 offset $3`;
const RECEIVED = `
  select k.id, k.company_id, c.company_name, k.reference, k.rail, k.method, k.amount_usd::text,
         (select coalesce(sum(r.amount_usd), 0)::numeric(18, 6)::text from omla.collection_refunds r where r.collection_id = k.id) as refunded_usd,
         omla.iso(k.received_at) as at, omla.iso(k.clears_at) as clears_at, omla.iso(k.cleared_at) as cleared_at
    from omla.collections k join omla.commercial_users c on c.id = k.company_id
   where $1::uuid is null or k.company_id = $1
   order by k.received_at desc, k.id limit $2 offset $3`;

/** The newest first. */
export async function listPayments(tx: Tx, { status, company_id, limit, offset }: PaymentFilter): Promise<PaymentRow[]> {
  const { rows } = await tx.query<PaymentRow>(status === "waiting" ? WAITING : RECEIVED, [company_id ?? null, limit, offset]);
  return rows;
}
