import type { Tx } from "../../db/database.ts";

/** What a payer was asked for. */
export interface PaymentRequest {
  readonly id: string;
  readonly company_id: string;
  readonly reference: string;
  readonly method: "checkout" | "invoice";
  readonly amount_usd: string;
  readonly url: string | null;
  readonly opened_at: Date | null;
  readonly created_at: Date;
}

const COLUMNS = "id, company_id, reference, method, amount_usd::text, url, opened_at, created_at";

/** By its id, or by the reference that the payer writes into a transfer. */
export async function findRequest(tx: Tx, name: string): Promise<PaymentRequest | undefined> {
  const { rows } = await tx.query<PaymentRequest>(
    `select ${COLUMNS} from omla.payment_requests where id::text = lower($1) or reference = upper($1)`,
    [name],
  );
  return rows[0];
}

/** The last request of exactly this content, made since. */
export async function findSameRequest(tx: Tx, companyId: string, contentSha256: string, since: Date): Promise<PaymentRequest | undefined> {
  const { rows } = await tx.query<PaymentRequest>(
    `select ${COLUMNS} from omla.payment_requests where company_id = $1 and content_sha256 = $2 and created_at > $3 order by created_at desc, id limit 1`,
    [companyId, contentSha256, since],
  );
  return rows[0];
}

export interface NewRequest {
  readonly companyId: string;
  readonly reference: string;
  readonly method: "checkout" | "invoice";
  readonly amountUsd: string;
  readonly contentSha256: string;
  readonly lines: readonly { readonly report_id: string; readonly amount_usd: string }[];
}

export async function insertRequest(
  tx: Tx,
  { companyId, reference, method, amountUsd, contentSha256, lines }: NewRequest,
): Promise<PaymentRequest> {
  const { rows } = await tx.query<PaymentRequest>(
    `insert into omla.payment_requests (company_id, reference, method, amount_usd, content_sha256) values ($1, $2, $3, $4, $5) returning ${COLUMNS}`,
    [companyId, reference, method, amountUsd, contentSha256],
  );
  const [request] = rows;
  if (request === undefined) throw new TypeError("an insert returns its row");
  await tx.query(
    `insert into omla.payment_request_lines (request_id, report_id, amount_usd)
     select $1, l.report_id, l.amount_usd from jsonb_to_recordset($2::jsonb) as l (report_id uuid, amount_usd numeric)`,
    [request.id, JSON.stringify(lines)],
  );
  return request;
}

/** Remembers where the payer pays. */
export async function openRequest(tx: Tx, id: string, checkout: { readonly url: string; readonly externalId: string }): Promise<void> {
  await tx.query("update omla.payment_requests set url = $2, external_id = $3, opened_at = omla.now_seconds() where id = $1", [
    id,
    checkout.url,
    checkout.externalId,
  ]);
}

export async function findRequestLines(tx: Tx, requestId: string): Promise<string[]> {
  const { rows } = await tx.query<{ report_id: string }>("select report_id from omla.payment_request_lines where request_id = $1", [
    requestId,
  ]);
  return rows.map(({ report_id }) => report_id);
}
