import { formatTimestamp } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import { findDatedRates } from "./repository.ts";

/** Every dated rate, for the board. */
export async function listRates(ctx: AppContext): Promise<{ asset_kind: string; rate: string; effective_from: string }[]> {
  const rows = await ctx.db.service(findDatedRates);
  return rows.map(({ effective_from, ...row }) => ({ ...row, effective_from: formatTimestamp(effective_from) }));
}
