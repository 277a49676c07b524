import { assertAddress, OmlaError } from "@omla/sdk/protocol";
import * as z from "zod";

export const onboardingInput = z
  .strictObject({
    wallet: z
      .string()
      .max(100)
      .superRefine((text, context) => {
        try {
          assertAddress(text);
        } catch (error) {
          if (!(error instanceof OmlaError)) throw error;
          context.addIssue({ code: "custom", message: error.message, params: { code: error.code } });
        }
      })
      .describe("The wallet's address"),
    country: z
      .string()
      .regex(/^[A-Z]{2}$/, "must be two capital letters, such as DE")
      .optional()
      .describe("Where the payee lives; Stripe takes it once"),
  })
  .meta({ id: "OnboardingRequest" });

export type OnboardingInput = z.output<typeof onboardingInput>;

export const onboardingAnswer = z
  .object({ url: z.string().describe("Stripe's page, for a few minutes and one visit"), expires_at: z.string() })
  .meta({ id: "Onboarding" });

export const webhookAnswer = z
  .object({
    received: z.literal(true),
    outcome: z.enum(["applied", "ignored", "waiting", "refused", "repeated"]).describe("What the registry did with it"),
  })
  .meta({ id: "WebhookAnswer" });
