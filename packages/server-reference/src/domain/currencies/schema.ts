import * as z from "zod";

const CODE = z.string().min(2).max(16);

export const currencyDeclaration = z
  .strictObject({
    currencies: z.array(CODE).max(50).describe("What the company can pay in natively, in its order"),
    conversion_fees: z
      .array(z.strictObject({ from: CODE, to: CODE, fee_pct: z.string().max(12).describe("0 to 50, up to six places") }))
      .max(500)
      .optional()
      .describe("Public; an undeclared fee is 0"),
  })
  .meta({ id: "CurrencyDeclaration" });

export type CurrencyDeclaration = z.output<typeof currencyDeclaration>;
