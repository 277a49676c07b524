import type { Tx } from "../../db/database.ts";

/** How the money came: asked for at a checkout or by an invoice, or confirmed by the board. */
export type PaymentMethod = "checkout" | "invoice" | "bank" | "crypto" | "platform";

export interface CollectionRow {
  readonly id: string;
  readonly company_id: string;
  readonly rail: string;
  readonly reference: string;
  readonly method: PaymentMethod;
  readonly currency: string;
  readonly scale: number;
  /** Smallest units of the currency. */
  readonly amount: bigint;
  readonly fee: bigint;
  /** Micro-dollars. */
  readonly value: bigint;
  readonly refunded: bigint;
  readonly refundedValue: bigint;
  readonly request_id: string | null;
  readonly received_at: Date;
  readonly clears_at: Date;
  readonly cleared_at: Date | null;
}

type Numbers = "amount" | "fee" | "value" | "refunded" | "refundedValue";

const COLUMNS = `
  c.id, c.company_id, c.rail, c.reference, c.method, c.currency, k.scale, c.amount::text, c.fee::text, (c.amount_usd * 1000000)::numeric(38, 0)::text as value,
  coalesce(f.amount, 0)::text as refunded, (coalesce(f.amount_usd, 0) * 1000000)::numeric(38, 0)::text as "refundedValue",
  c.request_id, c.received_at, c.clears_at, c.cleared_at`;
const SOURCE = `
  from omla.collections c join omla.currency_registry k on k.code = c.currency
  left join lateral (select sum(r.amount) as amount, sum(r.amount_usd) as amount_usd from omla.collection_refunds r where r.collection_id = c.id) f on true`;

/** A payment by what its rail calls it. */
export async function findByReference(tx: Tx, rail: string, reference: string): Promise<CollectionRow | undefined> {
  return readOne(tx, "c.rail = $1 and c.reference = $2", [rail, reference]);
}

/** Nobody else refunds or clears it until this transaction has ended. */
export async function lockCollection(tx: Tx, id: string): Promise<void> {
  await tx.query("select omla.lock_collection($1)", [id]);
}

export async function findCollection(tx: Tx, id: string): Promise<CollectionRow | undefined> {
  return readOne(tx, "c.id = $1", [id]);
}

async function readOne(tx: Tx, condition: string, values: readonly unknown[]): Promise<CollectionRow | undefined> {
  const { rows } = await tx.query<Omit<CollectionRow, Numbers> & Record<Numbers, string>>(
    `select ${COLUMNS} ${SOURCE} where ${condition}`,
    values,
  );
  const [row] = rows;
  return (
    row && {
      ...row,
      amount: BigInt(row.amount),
      fee: BigInt(row.fee),
      value: BigInt(row.value),
      refunded: BigInt(row.refunded),
      refundedValue: BigInt(row.refundedValue),
    }
  );
}

export interface NewCollection {
  readonly companyId: string;
  readonly rail: string;
  readonly reference: string;
  readonly method: PaymentMethod;
  readonly currency: string;
  readonly amount: bigint;
  readonly fee: bigint;
  readonly value: bigint;
  readonly requestId: string | null;
  readonly receivedAt: Date;
  readonly clearsAt: Date;
  readonly confirmedBy: string;
}

/** @returns its id; undefined where the rail's reference was booked before */
export async function insertCollection(tx: Tx, row: NewCollection): Promise<string | undefined> {
  const { rows } = await tx.query<{ id: string }>(
    `insert into omla.collections (company_id, rail, reference, method, currency, amount, fee, amount_usd, request_id, received_at, clears_at, confirmed_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8::numeric * 0.000001, $9, $10, $11, $12)
     on conflict on constraint collection_reference_once do nothing returning id`,
    [
      row.companyId,
      row.rail,
      row.reference,
      row.method,
      row.currency,
      row.amount.toString(),
      row.fee.toString(),
      row.value.toString(),
      row.requestId,
      row.receivedAt,
      row.clearsAt,
      row.confirmedBy,
    ],
  );
  return rows[0]?.id;
}

/** The scale of a currency; undefined where the registry does not know it. */
export async function findScale(tx: Tx, currency: string): Promise<number | undefined> {
  const { rows } = await tx.query<{ scale: number }>("select scale from omla.currency_registry where code = $1 and is_active", [currency]);
  return rows[0]?.scale;
}

export interface RefundRow {
  readonly id: string;
  readonly collection_id: string;
  readonly kind: "refund" | "chargeback";
  readonly amount: string;
}

export async function findRefund(tx: Tx, rail: string, reference: string): Promise<RefundRow | undefined> {
  const { rows } = await tx.query<RefundRow>(
    "select id, collection_id, kind, amount::text from omla.collection_refunds where rail = $1 and reference = $2",
    [rail, reference],
  );
  return rows[0];
}

export interface NewRefund {
  readonly collectionId: string;
  readonly kind: "refund" | "chargeback";
  readonly rail: string;
  readonly reference: string;
  readonly amount: bigint;
  readonly value: bigint;
  readonly reason: string;
  readonly refundedAt: Date;
  readonly confirmedBy: string;
}

export async function insertRefund(tx: Tx, row: NewRefund): Promise<string> {
  const { rows } = await tx.query<{ id: string }>(
    `insert into omla.collection_refunds (collection_id, kind, rail, reference, amount, amount_usd, reason, refunded_at, confirmed_by)
     values ($1, $2, $3, $4, $5, $6::numeric * 0.000001, $7, $8, $9) returning id`,
    [
      row.collectionId,
      row.kind,
      row.rail,
      row.reference,
      row.amount.toString(),
      row.value.toString(),
      row.reason,
      row.refundedAt,
      row.confirmedBy,
    ],
  );
  const [inserted] = rows;
  if (inserted === undefined) throw new TypeError("an insert returns its row");
  return inserted.id;
}

/** Turns received money whose hold is over into cash. @returns how many payments */
export async function clearCollections(tx: Tx, asOf: Date): Promise<number> {
  const { rows } = await tx.query<{ payments: string }>("select omla.clear_collections($1) as payments", [asOf]);
  return Number(rows[0]?.payments ?? 0);
}
