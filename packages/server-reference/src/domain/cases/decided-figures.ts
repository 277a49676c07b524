import { parseUsd } from "@omla/sdk/protocol";
import type { Tx } from "../../db/database.ts";
import { findDecidedRoyalties } from "./decided-repository.ts";
import { caseError } from "./errors.ts";

/**
 * What the board decided stays: a company's own amendment may go above it, never below.
 *
 * @throws {ApiError} FIGURES_BELOW_DECISION
 */
export async function keepDecisions(
  tx: Tx,
  { companyId, quarter }: { readonly companyId: string; readonly quarter: string },
  lines: readonly { readonly model: string; readonly royalty_usd: string }[],
): Promise<void> {
  for (const { model_id, royalty_usd } of await findDecidedRoyalties(tx, companyId, quarter)) {
    const line = lines.find(({ model }) => model === model_id);
    if (line === undefined || parseUsd(line.royalty_usd) < parseUsd(royalty_usd))
      throw caseError("FIGURES_BELOW_DECISION", `The board decided a royalty of ${royalty_usd} USD for model ${model_id}.`, "entries");
  }
}
