import * as z from "zod";
import { DEFAULT_REPORT_LIMITS } from "../limits.ts";
import type { PipelineEntry, PlainEntry } from "../report.ts";
import { count, line, quarter, usd, weight } from "./fields.ts";

/** A quarter's report as it travels: amounts and weights are strings. */
export interface ReportInputBody {
  readonly quarter: string;
  /** None: the nil report. */
  readonly entries: readonly (PlainEntry | PipelineEntry)[];
  readonly final?: boolean;
  readonly reporting_from?: string;
}

/** Figures that the server recomputes; a difference is refused. */
const claimed = { royalty_usd: usd.exactOptional(), deducted_fees_usd: usd.exactOptional(), net_royalty_usd: usd.exactOptional() };
const money = { revenue_usd: usd, run_cost_usd: usd, routing_fees_usd: usd.exactOptional() };

export const plainEntrySchema: z.ZodType<PlainEntry> = z.strictObject({
  model: line.describe("an address, a model id or a weight hash"),
  inferences: count,
  ...money,
  ...claimed,
});

export const pipelineEntrySchema: z.ZodType<PipelineEntry> = z.strictObject({
  pipeline: line,
  ...money,
  models: z
    .array(z.strictObject({ model: line, weight, inferences: count, ...claimed }))
    .min(1)
    .max(DEFAULT_REPORT_LIMITS.lines),
});

export const reportInputSchema: z.ZodType<ReportInputBody> = z.strictObject({
  quarter,
  entries: z.array(z.union([plainEntrySchema, pipelineEntrySchema])).max(DEFAULT_REPORT_LIMITS.lines),
  final: z.boolean().exactOptional(),
  reporting_from: quarter.exactOptional(),
});
