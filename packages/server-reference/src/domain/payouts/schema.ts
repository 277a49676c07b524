import * as z from "zod";

const QUARTER = z.string().regex(/^\d{4}-Q[1-4]$/);
const SHA256 = z.string();
const USD = z.string().describe("USD with six places");

/** What the operator asks for; a rehearsal unless `execute` says otherwise. */
export const payoutInput = z
  .strictObject({ quarter: QUARTER, execute: z.boolean().default(false), report_id: z.uuid().optional() })
  .meta({ id: "PayoutRequest" });

export const payoutAnswer = z
  .object({
    state: z.enum(["rehearsed", "nothing", "waiting_for_approval", "open", "closed"]),
    run_id: z.uuid().nullable(),
    plan_sha256: SHA256,
    outcomes: z.object({ recorded: z.int(), failed: z.int(), open: z.int(), mismatch: z.int() }),
    faults: z.array(z.string()).describe("Why something is open, in the words of the rails"),
    plan: z.record(z.string(), z.unknown()).describe("omla-payout-plan/1"),
  })
  .meta({ id: "PayoutAnswer" });

const runTotals = z.object({
  run_id: z.uuid(),
  quarter: QUARTER,
  revision: z.int(),
  planned_at: z.string(),
  closed_at: z.string(),
  plan_sha256: SHA256,
  signed: z.boolean().describe("false where this registry has no list key"),
  line_count: z.int(),
  unfunded_count: z.int(),
  distributed_usd: USD,
  carried_usd: USD,
  totals: z.array(z.object({ rail: z.string(), currency: z.string(), payment_count: z.int(), amount_usd: USD })),
});

export const payoutsAnswer = z.object({ payouts: z.array(runTotals) }).meta({ id: "Payouts" });
export const batchParams = z.strictObject({ run: z.uuid() });
export const batchAnswer = z.record(z.string(), z.unknown()).meta({ id: "SignedBatch" });

export type PayoutsAnswer = z.output<typeof payoutsAnswer>;
