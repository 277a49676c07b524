import { formatTimestamp, quarterStart } from "@omla/sdk/protocol";
import * as z from "zod";
import { boardAction } from "../approvals/board-action.ts";
import { NOTE } from "../board/schema.ts";
import { rateError } from "./errors.ts";
import { type DatedRate, findDatedRates, setRate } from "./repository.ts";

export const ASSET_KINDS = ["model", "dataset", "likeness", "artwork"] as const;

export const rateContent = z
  .strictObject({
    rate: z.string().regex(/^(0(\.\d{1,6})?|1(\.0{1,6})?)$/, "must be a decimal from 0 to 1 with at most six places, such as 0.30"),
    from_quarter: z.string().regex(/^2\d{3}-Q[1-4]$/, "must be a quarter such as 2027-Q1"),
    note: NOTE,
  })
  .meta({ id: "RateProposal" });

/** The royalty rate of an asset kind from a quarter on that has not begun: what was reported keeps its own. */
export const setRoyaltyRate = boardAction({
  role: "reviewer",
  about: "sets the royalty rate of an asset kind from a later quarter on; the subject is the kind",
  content: rateContent,
  groundsOf: async (ctx, tx, subject, { from_quarter }) => {
    const rates = (await findDatedRates(tx)).filter(({ asset_kind }) => asset_kind === subject);
    assertDatable(rates, from_quarter, ctx.clock.now());
    return { rates: rates.map(({ rate, effective_from }) => [rate, formatTimestamp(effective_from)]) };
  },
  execute: async (_ctx, tx, { subject, content, approvedBy }) => {
    await setRate(tx, subject, content.rate, quarterStart(content.from_quarter), approvedBy);
    return { asset_kind: subject, rate: content.rate, from_quarter: content.from_quarter };
  },
});

/** Nobody who reports a running quarter finds another rate at its end. @throws {ApiError} RATE_DATE | RATE_EXISTS */
function assertDatable(rates: readonly DatedRate[], from_quarter: string, now: Date): void {
  const from = quarterStart(from_quarter);
  if (from <= now) throw rateError("RATE_DATE", `${from_quarter} has begun.`, "from_quarter");
  if (rates.some(({ effective_from }) => effective_from >= from))
    throw rateError("RATE_EXISTS", `A rate from ${from_quarter} or a later quarter is decided already.`, "from_quarter");
}
