import * as z from "zod";
import { NOTE } from "../board/schema.ts";

export const TRANSFER_ID = z.string().regex(/^[0-9a-f]{64}$/, "must be the id of a transfer");

/** What two members say of money that came back. */
export const returnContent = z
  .strictObject({
    reference: z
      .string()
      .regex(/^[!-~]([ -~]{0,198}[!-~])?$/, "must be 1 to 200 visible characters")
      .describe("What the bank or the provider calls the return"),
    returned_on: z.iso.date().describe("The day (UTC) on which it came back"),
    amount: z
      .string()
      .regex(/^[1-9]\d{0,37}$/, "must be a whole number of smallest units")
      .optional()
      .describe("What came back, in smallest units of its currency; all of it where it is left out. What a bank kept is the registry's"),
    reason: NOTE.max(500),
    destination: z
      .enum(["doubtful", "sound"])
      .default("doubtful")
      .describe(
        "doubtful: nothing more goes there before its owner has signed for it anew; sound: the account is right, somebody else erred",
      ),
  })
  .meta({ id: "TransferReturn" });

export const returnInput = z.strictObject({ transfer_id: TRANSFER_ID, ...returnContent.shape }).meta({ id: "TransferReturnProposal" });

export const destinationInput = z.strictObject({ transfer_id: TRANSFER_ID, note: NOTE.max(500) }).meta({ id: "DestinationConfirmation" });
