import type { Tx } from "../../db/database.ts";

export type CaseKind = "dispute" | "audit";

export interface NewEvidence {
  readonly position: number;
  readonly media_type: string;
  readonly size: number;
  readonly sha256: string;
  readonly name: string;
  readonly content: Uint8Array;
}

export interface Evidence {
  readonly id: string;
  readonly case_id: string;
  readonly media_type: string;
  readonly size: number;
  readonly sha256: string;
  readonly party: string;
  readonly received_at: Date;
  /** Null where it was erased. */
  readonly name: string | null;
}

export async function countEvidence(tx: Tx, kind: CaseKind, caseId: string): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(
    "select count(*)::int as count from omla.case_evidence where case_kind = $1 and case_id = $2",
    [kind, caseId],
  );
  return rows[0]?.count ?? 0;
}

export async function insertEvidence(tx: Tx, kind: CaseKind, caseId: string, party: string, file: NewEvidence): Promise<void> {
  await tx.query(
    `with stored as (
       insert into omla.case_evidence (case_kind, case_id, position, media_type, size, sha256, party) values ($1, $2, $3, $4, $5, $6, $7) returning id)
     insert into omla.case_evidence_private (evidence_id, name, content) select id, $8, $9 from stored`,
    [kind, caseId, file.position, file.media_type, file.size, file.sha256, party, file.name, Buffer.from(file.content)],
  );
}

export async function findEvidence(tx: Tx, kind: CaseKind, caseIds: readonly string[]): Promise<Evidence[]> {
  const { rows } = await tx.query<Evidence>(
    `select e.id, e.case_id, e.media_type, e.size, e.sha256::text, e.party, e.received_at, p.name
       from omla.case_evidence e left join omla.case_evidence_private p on p.evidence_id = e.id
      where e.case_kind = $1 and e.case_id = any ($2::uuid[]) order by e.case_id, e.position`,
    [kind, caseIds],
  );
  return rows;
}

export interface EvidenceFile {
  readonly media_type: string;
  readonly name: string;
  readonly content: Buffer;
}

export async function findEvidenceFile(tx: Tx, id: string): Promise<EvidenceFile | undefined> {
  const { rows } = await tx.query<EvidenceFile>(
    `select e.media_type, p.name, p.content from omla.case_evidence e join omla.case_evidence_private p on p.evidence_id = e.id where e.id = $1`,
    [id],
  );
  return rows[0] && { ...rows[0], content: Buffer.from(rows[0].content) };
}

/** Erases name and content; hash, size and type stay. @returns whether there was something to erase */
export async function deleteEvidence(tx: Tx, id: string): Promise<boolean> {
  const { rows } = await tx.query("delete from omla.case_evidence_private where evidence_id = $1 returning evidence_id", [id]);
  return rows.length === 1;
}
