import * as z from "zod";

export const PROPOSAL = z.strictObject({ digest: z.string().regex(/^[0-9a-f]{64}$/, "must be a proposal's digest") });

const kind = z.enum(["blacklist", "keyset"]);
const signature = z.strictObject({ key_id: z.string().max(100), sig: z.string().max(100) });

export const signaturesInput = z.strictObject({ signatures: z.array(signature).min(1).max(16) }).meta({ id: "ListSignatures" });

export const nextKeysInput = z
  .strictObject({
    keys: z
      .array(z.strictObject({ role: z.enum(["list", "heartbeat"]), public_key: z.string().max(100) }))
      .min(1)
      .max(32),
    threshold: z.int().min(1).max(16),
    min_sequence: z.int().min(1).optional().describe("The lowest sequence of a list under these keys; the next one unless said"),
  })
  .meta({ id: "NextKeys" });

export const proposalList = z
  .object({
    proposals: z.array(
      z.object({
        digest: z.string(),
        kind,
        number: z.int().describe("The sequence of a list, the version of a keyset"),
        changed: z.int(),
        needs_two: z.boolean(),
        signatures: z.array(signature),
        status: z.enum(["open", "published", "superseded"]),
        proposed_by: z.string(),
        proposed_at: z.string(),
        approved_at: z.string().nullable(),
        message_hex: z.string().describe("What each signer signs: 50 bytes for a list, 47 for a keyset"),
      }),
    ),
  })
  .meta({ id: "ListProposals" });
