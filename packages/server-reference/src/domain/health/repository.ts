import type { Tx } from "../../db/database.ts";

export interface AuditVerdict {
  readonly row_count: string;
  readonly bad_seq: string | null;
}

export async function verifyAuditLog(tx: Tx): Promise<AuditVerdict> {
  const { rows } = await tx.query<AuditVerdict>("select row_count, bad_seq from omla.audit_verify()");
  const [verdict] = rows;
  if (verdict === undefined) throw new TypeError("a function gives one row");
  return verdict;
}

export interface StoredDocument {
  readonly digest: string;
  readonly type: string;
  readonly body: string;
  readonly signature: string;
  readonly signer_pubkey: string;
}

export async function findDocumentsAfter(tx: Tx, digest: string, limit: number): Promise<StoredDocument[]> {
  const { rows } = await tx.query<StoredDocument>(
    "select digest, type, body, signature, signer_pubkey from omla.documents where digest > $1 order by digest limit $2",
    [digest, limit],
  );
  return rows;
}
