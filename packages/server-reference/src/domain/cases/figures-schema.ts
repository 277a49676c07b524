import * as z from "zod";

const AMOUNT = z
  .string()
  .regex(/^(0|[1-9]\d{0,11})(\.\d{1,6})?$/, "must be dollars as a decimal string, such as 18400.00")
  .optional();

/** Figures that shall stand in the place of a line's; what is left out stays. In a pipeline, revenue and cost are those of the whole entry. */
export const FIGURES = z.strictObject({
  revenue_usd: AMOUNT,
  run_cost_usd: AMOUNT,
  inferences: z.int().min(0).optional(),
});

export type Figures = z.output<typeof FIGURES>;
