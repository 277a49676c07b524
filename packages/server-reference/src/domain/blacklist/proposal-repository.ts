import type { FileSignature } from "@omla/sdk/protocol";
import type { Tx } from "../../db/database.ts";

export type ProposalKind = "blacklist" | "keyset";

/** A list or keyset that waits for its signatures. */
export interface Proposal {
  readonly digest: string;
  readonly kind: ProposalKind;
  /** The sequence of a list, the version of a keyset. */
  readonly number: number;
  /** The exact canonical text that is signed. */
  readonly body: string;
  readonly changed: number;
  readonly needs_two: boolean;
  readonly signatures: readonly FileSignature[];
  readonly status: "open" | "published" | "superseded";
  readonly proposed_by: string;
  readonly proposed_at: Date;
  readonly approved_at: Date | null;
}

export type NewProposal = Pick<Proposal, "digest" | "kind" | "number" | "body" | "changed" | "needs_two" | "proposed_by">;

type Row = Omit<Proposal, "number"> & { readonly number: string };

const COLUMNS = "digest, kind, number, body, changed, needs_two, signatures, status, proposed_by, proposed_at, approved_at";

const toProposal = (row: Row | undefined): Proposal | undefined => row && { ...row, number: Number(row.number) };

/** Puts a proposal in the place of the open one of its kind. */
export async function insertProposal(tx: Tx, proposal: NewProposal): Promise<void> {
  await tx.query(
    "update omla.list_proposals set status = 'superseded', closed_at = omla.now_seconds() where kind = $1 and status = 'open'",
    [proposal.kind],
  );
  await tx.query(
    "insert into omla.list_proposals (digest, kind, number, body, changed, needs_two, proposed_by) values ($1, $2, $3, $4, $5, $6, $7)",
    [proposal.digest, proposal.kind, proposal.number, proposal.body, proposal.changed, proposal.needs_two, proposal.proposed_by],
  );
}

/** Locked, so that two importers take their turn. */
export async function findProposal(tx: Tx, digest: string): Promise<Proposal | undefined> {
  const { rows } = await tx.query<Row>(`select ${COLUMNS} from omla.list_proposals where digest = $1 for update`, [digest]);
  return toProposal(rows[0]);
}

export async function findOpenProposal(tx: Tx, kind: ProposalKind): Promise<Proposal | undefined> {
  const { rows } = await tx.query<Row>(`select ${COLUMNS} from omla.list_proposals where kind = $1 and status = 'open'`, [kind]);
  return toProposal(rows[0]);
}

/** The newest proposals, without their bodies. */
export async function findProposals(tx: Tx, limit: number): Promise<Omit<Proposal, "body">[]> {
  const { rows } = await tx.query<Row>(
    `select ${COLUMNS.replace(" body,", "")} from omla.list_proposals order by proposed_at desc, digest limit $1`,
    [limit],
  );
  return rows.map((row) => ({ ...row, number: Number(row.number) }));
}

export async function storeSignatures(tx: Tx, digest: string, signatures: readonly FileSignature[]): Promise<void> {
  await tx.query("update omla.list_proposals set signatures = $2 where digest = $1", [digest, JSON.stringify(signatures)]);
}

export async function markApproved(tx: Tx, digest: string): Promise<void> {
  await tx.query("update omla.list_proposals set approved_at = coalesce(approved_at, omla.now_seconds()) where digest = $1", [digest]);
}

export async function markPublished(tx: Tx, digest: string): Promise<void> {
  await tx.query("update omla.list_proposals set status = 'published', closed_at = omla.now_seconds() where digest = $1", [digest]);
}
