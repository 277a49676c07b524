import * as z from "zod";

/** Signed documents are checked by the protocol's own reader, which knows every member; here only the envelope is. */
const SIGNED_DOCUMENT = z.record(z.string(), z.unknown());

export const registrationInput = z
  .strictObject({
    document: SIGNED_DOCUMENT.describe("The signed registration; see /schemas/registration.json"),
    private: z
      .strictObject({
        rail_identifier: z.string().min(1).max(500).optional(),
        contact_email: z.string().max(254).optional(),
        salt: z.string().min(16).max(200),
      })
      .optional()
      .describe("What the document only commits to by private_sha256"),
    turnstile_token: z.string().max(2_048).optional(),
  })
  .meta({ id: "RegistrationRequest" });

export type RegistrationInput = z.output<typeof registrationInput>;

export const registrationAnswer = z
  .object({
    model_id: z.uuid(),
    address: z.string(),
    name: z.string(),
    digest: z.string(),
    registered_at: z.string(),
    plan: z.object({}).loose().describe("What each parent and wallet will really get under this registry's policy"),
  })
  .meta({ id: "Registration" });
