import type { Tx } from "../../db/database.ts";
import type { ReceiptBody } from "./receipt-schema.ts";

/** The number of the next receipt; whoever asks next waits until this transaction has ended. */
export async function takeReceiptNumber(tx: Tx): Promise<number> {
  const { rows } = await tx.query<{ number: string }>("select omla.next_receipt_number() as number");
  return Number(rows[0]?.number);
}

export interface NewReceipt {
  readonly number: number;
  readonly companyId: string;
  readonly collectionId: string;
  readonly refundId: string | null;
  readonly body: ReceiptBody;
}

export async function insertReceipt(tx: Tx, { number, companyId, collectionId, refundId, body }: NewReceipt): Promise<void> {
  await tx.query("insert into omla.receipts (number, company_id, collection_id, refund_id, body) values ($1, $2, $3, $4, $5)", [
    number,
    companyId,
    collectionId,
    refundId,
    JSON.stringify(body),
  ]);
}

export async function findReceipts(tx: Tx, companyId: string, after: number, limit: number): Promise<ReceiptBody[]> {
  const { rows } = await tx.query<{ body: ReceiptBody }>(
    "select body from omla.receipts where company_id = $1 and number > $2 order by number limit $3",
    [companyId, after, limit],
  );
  return rows.map(({ body }) => body);
}

export async function findReceipt(tx: Tx, companyId: string, number: number): Promise<ReceiptBody | undefined> {
  const { rows } = await tx.query<{ body: ReceiptBody }>("select body from omla.receipts where company_id = $1 and number = $2", [
    companyId,
    number,
  ]);
  return rows[0]?.body;
}

/** The number of a payment's receipt, or of a refund's. */
export async function findReceiptNumber(tx: Tx, collectionId: string, refundId: string | null): Promise<number> {
  const { rows } = await tx.query<{ number: string }>(
    "select number from omla.receipts where collection_id = $1 and refund_id is not distinct from $2",
    [collectionId, refundId],
  );
  return Number(rows[0]?.number);
}
