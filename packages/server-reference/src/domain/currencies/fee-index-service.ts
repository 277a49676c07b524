import type { AppContext } from "../../context.ts";
import { type FeeCursor, findDeclaredFees } from "./fee-index-repository.ts";
import type { DeclaredFee, FeeIndex, FeeIndexQuery } from "./fee-index-schema.ts";

/**
 * One page of the public index of conversion fees, highest first.
 *
 * @see docs/spec/5-payout-currency.md clause 5.5
 */
export async function conversionFeeIndex(ctx: AppContext, { after, limit = "100" }: FeeIndexQuery): Promise<FeeIndex> {
  const size = Number(limit);
  // One more than asked tells whether there is a next page.
  const found = await ctx.db.service((tx) => findDeclaredFees(tx, after === undefined ? undefined : parseCursor(after), size + 1));
  const page = found.slice(0, size);
  const last = page.at(-1);
  return { conversion_fees: page, next: found.length > size && last !== undefined ? formatCursor(last) : null };
}

function parseCursor(text: string): FeeCursor {
  const [feePct = "", remitterId = "", from = "", to = ""] = text.split("~");
  return { feePct, remitterId, from, to };
}

function formatCursor({ fee_pct, remitter_id, from, to }: DeclaredFee): string {
  return [fee_pct, remitter_id, from, to].join("~");
}
