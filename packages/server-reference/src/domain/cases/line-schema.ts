import * as z from "zod";

/** The line of a report that a dispute or an audit is about. */
export const caseLine = z.object({
  quarter: z.string(),
  model_id: z.uuid(),
  model_name: z.string(),
  company_id: z.uuid(),
  company_name: z.string(),
  status: z.string(),
});
