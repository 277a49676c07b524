import { assertAddress, assertPublicKey, OmlaError } from "@omla/sdk/protocol";
import * as z from "zod";

/** Hands the protocol's own refusal on, with its code. */
function judgedBy(judge: (text: string) => unknown) {
  return (text: string, context: z.core.$RefinementCtx<string>): void => {
    try {
      judge(text);
    } catch (error) {
      if (!(error instanceof OmlaError)) throw error;
      context.addIssue({ code: "custom", message: error.message, params: { code: error.code } });
    }
  };
}

export const walletInput = z
  .strictObject({
    address: z.string().max(100).superRefine(judgedBy(assertAddress)).describe("A random 16-byte routing id as an address"),
    owner_pubkey: z.string().max(100).superRefine(judgedBy(assertPublicKey)).describe("The key that sets the wallet's rail"),
    label: z.string().trim().min(1).max(200),
  })
  .meta({ id: "WalletRequest" });

export type WalletInput = z.output<typeof walletInput>;

export const walletAnswer = z.object({ wallet_id: z.uuid(), address: z.string() }).meta({ id: "Wallet" });
