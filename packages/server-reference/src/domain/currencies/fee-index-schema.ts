import * as z from "zod";

const CURSOR = /^\d{1,2}(\.\d{1,6})?~[0-9a-f-]{36}~[A-Z0-9_-]{2,16}~[A-Z0-9_-]{2,16}$/;

export const feeIndexQuery = z.strictObject({
  after: z.string().max(100).regex(CURSOR, "must be the next of the page before").optional().describe("The `next` of the page before"),
  limit: z
    .string()
    .regex(/^([1-9]\d{0,2}|1000)$/, "must be 1 to 1000")
    .optional()
    .describe("100 by default, 1000 at most"),
});
export type FeeIndexQuery = z.output<typeof feeIndexQuery>;

const declaredFee = z.object({
  remitter_kind: z.enum(["commercial_user", "hoster"]),
  remitter_id: z.uuid(),
  remitter_name: z.string().nullable(),
  from: z.string(),
  to: z.string(),
  fee_pct: z.string(),
  declared_at: z.string(),
});

/** Every conversion fee that a remitter declared, highest first; one that is not declared is 0. */
export const feeIndex = z
  .object({ conversion_fees: z.array(declaredFee), next: z.string().nullable().describe("Send it as `after`; null on the last page") })
  .meta({ id: "ConversionFeeIndex" });
export type FeeIndex = z.output<typeof feeIndex>;
export type DeclaredFee = z.output<typeof declaredFee>;
