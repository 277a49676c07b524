import { RAILS } from "@omla/sdk/protocol";
import * as z from "zod";

/** Signed documents are checked by the protocol's own readers, which know every member; here only the envelope is. */
export const SIGNED_DOCUMENT = z.record(z.string(), z.unknown());

/** What a document only commits to, by `private_sha256`. */
export const PRIVATE_PART = z.strictObject({
  rail_identifier: z.string().min(1).max(500).optional(),
  rail_identifiers: z
    .partialRecord(z.enum(RAILS), z.string().min(1).max(500))
    .optional()
    .describe("By rail, for the further rails that enabled_rails of the change names"),
  contact_email: z.string().max(254).optional(),
  salt: z.string().min(16).max(200),
});

export const signedInput = z
  .strictObject({
    document: SIGNED_DOCUMENT.describe("The signed document; see /schemas/"),
    private: PRIVATE_PART.optional().describe("What the document only commits to by private_sha256"),
  })
  .meta({ id: "SignedRequest" });

export type SignedInput = z.output<typeof signedInput>;
