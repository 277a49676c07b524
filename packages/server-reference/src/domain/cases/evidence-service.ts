import { createHash } from "node:crypto";
import { formatTimestamp, fromBase64 } from "@omla/sdk/protocol";
import type { Tx } from "../../db/database.ts";
import { appendAudit } from "../audit/repository.ts";
import { caseError } from "./errors.ts";
import {
  type CaseKind,
  countEvidence,
  deleteEvidence,
  type Evidence,
  type EvidenceFile,
  findEvidence,
  findEvidenceFile,
  insertEvidence,
  type NewEvidence,
} from "./evidence-repository.ts";
import type { EvidenceAnswer, EvidenceInput } from "./evidence-schema.ts";
import { isOfType } from "./media-types.ts";

const MAX_FILES_OF_A_CASE = 20;

/**
 * Stores files of a case: the hashes go into the audit log, names and contents into a table that can be erased.
 *
 * @throws {ApiError} EVIDENCE_ENCODING | EVIDENCE_TYPE with the path of the file | EVIDENCE_TOO_MUCH
 */
export async function storeEvidence(tx: Tx, kind: CaseKind, caseId: string, party: string, files: readonly EvidenceInput[]): Promise<void> {
  if (files.length === 0) return;
  const first = await countEvidence(tx, kind, caseId);
  if (first + files.length > MAX_FILES_OF_A_CASE)
    throw caseError("EVIDENCE_TOO_MUCH", `This case would have more than ${MAX_FILES_OF_A_CASE} files.`, "evidence");
  const read = files.map((file, index) => readFile(file, first + index, `evidence[${index}]`));
  for (const file of read) await insertEvidence(tx, kind, caseId, party, file);
  const hashes = read.map(({ sha256, media_type, size }) => ({ sha256, media_type, size }));
  await appendAudit(tx, { actor: party, action: `${kind}.evidence`, entity: kind, entityId: caseId, detail: { after: { files: hashes } } });
}

function readFile({ name, media_type, content }: EvidenceInput, position: number, path: string): NewEvidence {
  const bytes = fromBase64(content);
  if (bytes === undefined || bytes.length === 0)
    throw caseError("EVIDENCE_ENCODING", "The content is not standard base64.", `${path}.content`);
  if (!isOfType(media_type, bytes)) throw caseError("EVIDENCE_TYPE", "The content is not what its media type says.", `${path}.media_type`);
  return { position, media_type, size: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex"), name, content: bytes };
}

export async function evidenceOf(tx: Tx, kind: CaseKind, caseIds: readonly string[]): Promise<Map<string, Evidence[]>> {
  const byCase = new Map<string, Evidence[]>(caseIds.map((id) => [id, []]));
  for (const file of await findEvidence(tx, kind, caseIds)) byCase.get(file.case_id)?.push(file);
  return byCase;
}

/** What everybody in a case sees of its files. */
export function showEvidence({ id, media_type, size, sha256, received_at }: Evidence): EvidenceAnswer {
  return { evidence_id: id, media_type, size, sha256, received_at: formatTimestamp(received_at) };
}

/** One file, for the board. @throws {ApiError} CASE_NOT_FOUND also where it was erased */
export async function openEvidence(tx: Tx, id: string, member: string): Promise<EvidenceFile> {
  const file = await findEvidenceFile(tx, id);
  if (file === undefined) throw caseError("CASE_NOT_FOUND", `There is no file ${id}.`, "id");
  await appendAudit(tx, { actor: member, action: "evidence.read", entity: "case_evidence", entityId: id, detail: {} });
  return file;
}

/** Erases a file that holds personal data; hash, size and type stay in the log. @throws {ApiError} CASE_NOT_FOUND */
export async function eraseEvidence(tx: Tx, id: string, member: string, note: string): Promise<void> {
  if (!(await deleteEvidence(tx, id))) throw caseError("CASE_NOT_FOUND", `There is no file ${id}.`, "id");
  await appendAudit(tx, { actor: member, action: "evidence.erase", entity: "case_evidence", entityId: id, detail: { note } });
}
