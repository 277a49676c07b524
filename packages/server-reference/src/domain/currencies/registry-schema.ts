import * as z from "zod";

/** A currency of the registry; its scale is the number of places of its smallest unit, for good. */
export const currencyInput = z
  .strictObject({
    code: z.string().regex(/^[A-Z][A-Z0-9_-]{1,15}$/, "must be 2 to 16 capital letters, digits, _ or -"),
    name: z.string().min(1).max(100),
    kind: z.enum(["fiat", "crypto", "platform"]),
    scale: z.int().min(0).max(18),
  })
  .meta({ id: "CurrencyInput" });
export type CurrencyInput = z.output<typeof currencyInput>;
