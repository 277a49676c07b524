import * as z from "zod";

export const MAX_FILES = 10;

/** Files as they travel: bytes in base64, so that one request of 1 MiB holds about 780 KB. */
export const EVIDENCE = z
  .array(
    z.strictObject({
      name: z.string().trim().min(1).max(200),
      media_type: z.string().max(100).describe("application/pdf, image/png, image/jpeg, text/csv, application/json or text/plain"),
      content: z.string().min(1).max(16_777_216).describe("standard base64"),
    }),
  )
  .max(MAX_FILES);

export type EvidenceInput = z.output<typeof EVIDENCE>[number];

export const DESCRIPTION = z.string().trim().min(1).max(20_000);

/** What everybody in a case sees of a file; its content goes to the board. */
export const evidenceAnswer = z.object({
  evidence_id: z.uuid(),
  media_type: z.string(),
  size: z.int(),
  sha256: z.string(),
  received_at: z.string(),
});

export type EvidenceAnswer = z.output<typeof evidenceAnswer>;
