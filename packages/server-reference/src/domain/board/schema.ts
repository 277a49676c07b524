import * as z from "zod";
import { EMAIL } from "../companies/schema.ts";

const CODE = z.string().regex(/^\d{6}$/, "must be the six digits of the authenticator app");

export const boardSignInInput = z
  .strictObject({
    email: EMAIL,
    code: CODE,
    bearer: z.boolean().optional().describe("For scripts: the answer holds a token, and no cookie is set"),
  })
  .meta({ id: "BoardSignIn" });

export const boardProofInput = z.strictObject({ code: CODE }).meta({ id: "BoardProof" });

export const boardSession = z
  .object({
    member_id: z.uuid(),
    role: z.enum(["reviewer", "payout"]),
    proved_until: z.string().describe("Payouts and listings need a code as fresh as this"),
    expires_at: z.string(),
    access_token: z.string().optional().describe("Where bearer was asked for; send it as Authorization: Bearer …"),
  })
  .meta({ id: "BoardSession" });

export type BoardSessionAnswer = z.output<typeof boardSession>;

export const boardSelf = z
  .object({ member_id: z.uuid(), role: z.enum(["reviewer", "payout"]), proved_until: z.string(), fresh: z.boolean() })
  .meta({ id: "BoardSelf" });

/** Why a member did something; it goes into the audit log, so no personal data belongs in it. */
export const NOTE = z.string().trim().min(3).max(2_000).describe("Why; kept in the audit log");

/** One page of a list. */
export const PAGE = {
  limit: z.coerce.number().int().min(1).max(100).default(50),
  offset: z.coerce.number().int().min(0).max(100_000).default(0),
} as const;
