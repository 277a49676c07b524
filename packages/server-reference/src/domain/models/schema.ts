import * as z from "zod";
import { PRIVATE_PART, SIGNED_DOCUMENT } from "../documents/schema.ts";
import { TURNSTILE_TOKEN } from "../turnstile/schema.ts";

export const registrationInput = z
  .strictObject({
    document: SIGNED_DOCUMENT.describe("The signed registration; see /schemas/registration.json"),
    private: PRIVATE_PART.optional().describe("What the document only commits to by private_sha256"),
    turnstile_token: TURNSTILE_TOKEN,
  })
  .meta({ id: "RegistrationRequest" });

export type RegistrationInput = z.output<typeof registrationInput>;

/** Several models of one creator or one hub, registered together or not at all; later ones may descend from earlier ones. */
export const batchInput = z
  .strictObject({
    registrations: z
      .array(registrationInput.omit({ turnstile_token: true }))
      .min(1)
      .max(50),
    turnstile_token: TURNSTILE_TOKEN,
  })
  .meta({ id: "BatchRegistrationRequest" });

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

export const batchAnswer = z.object({ registrations: z.array(registrationAnswer) }).meta({ id: "BatchRegistration" });
