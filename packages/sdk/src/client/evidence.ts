import { toBase64 } from "../protocol/bytes.ts";

/** The kinds of file that a registry takes as evidence. */
export type EvidenceType = "application/pdf" | "image/png" | "image/jpeg" | "text/csv" | "application/json" | "text/plain";

/** A file that proves something; a request holds 1 MiB with all its files, which is about 780 KB before base64. */
export interface EvidenceFile {
  readonly name: string;
  readonly media_type: EvidenceType;
  readonly content: Uint8Array;
}

/** What everybody in a case sees of a file; its content goes to the board. */
export interface StoredEvidence {
  readonly evidence_id: string;
  readonly media_type: string;
  readonly size: number;
  readonly sha256: string;
  readonly received_at: string;
}

/** The line that a case is about. */
export interface CaseLine {
  readonly quarter: string;
  readonly model_id: string;
  readonly model_name: string;
  readonly company_id: string;
  readonly company_name: string;
  readonly status: string;
}

/** Files as they travel. */
export function encodeEvidence(files: readonly EvidenceFile[]): { name: string; media_type: string; content: string }[] {
  return files.map(({ name, media_type, content }) => ({ name, media_type, content: toBase64(content) }));
}
