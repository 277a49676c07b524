import { createHash } from "node:crypto";
import { formatAmount } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import { sepaDebtor } from "../../rails/rail-settings.ts";
import type { SepaParty } from "../../rails/sepa/iban.ts";
import { buildPain001 } from "../../rails/sepa/pain001.ts";
import { appendAudit } from "../audit/repository.ts";
import { asPayout } from "../payouts/payout-transaction.ts";
import { asApiError, railError } from "./errors.ts";
import { findHandTransfers, type HandTransfer, isRun } from "./transfer-repository.ts";

const RUN_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const MAX_PAYMENTS = 100_000;
const SCALE = 6;

export interface SepaFileAnswer {
  readonly xml: string;
  readonly count: number;
  /** EUR with six places. */
  readonly total: string;
}

/**
 * The file that a person takes to the bank: what a run has sent over SEPA and the board has not confirmed. The same run has the same message id,
 * and a bank takes a message once.
 *
 * @throws {ApiError} RAIL_OFF | PAYOUT_RUN_UNKNOWN | SEPA_NOTHING | RAIL_REFUSED
 */
export async function makeSepaFile(ctx: AppContext, runId: string): Promise<SepaFileAnswer> {
  const debtor = sepaDebtor(ctx.config.rails.sepa);
  if (debtor === undefined) throw railError("RAIL_OFF", "OMLA_SEPA_IBAN and OMLA_SEPA_NAME are not set.");
  return asPayout(ctx, async (tx) => {
    if (!RUN_ID.test(runId) || !(await isRun(tx, runId))) throw railError("PAYOUT_RUN_UNKNOWN", `There is no run ${runId}.`);
    const transfers = await findHandTransfers(tx, ["sepa"], runId, MAX_PAYMENTS);
    if (transfers.length === 0) throw railError("SEPA_NOTHING", `Run ${runId} has nothing open over SEPA.`);
    const xml = buildFile(ctx.clock.now(), runId, debtor, transfers);
    const total = formatAmount(
      transfers.reduce((sum, { amount }) => sum + BigInt(amount), 0n),
      SCALE,
    );
    const sha256 = createHash("sha256").update(xml).digest("hex");
    await appendAudit(tx, {
      actor: "operator",
      action: "payout.sepa-file",
      entity: "payout_runs",
      entityId: runId,
      detail: { after: { sha256, count: transfers.length, total } },
    });
    return { xml, count: transfers.length, total };
  });
}

function buildFile(now: Date, runId: string, debtor: SepaParty, transfers: readonly HandTransfer[]): string {
  try {
    return buildPain001({
      messageId: runId.replaceAll("-", ""),
      createdAt: now,
      executionDate: now,
      debtor,
      payments: transfers.map(({ ext_id, destination, amount, quarter, wallet }) => ({
        endToEndId: ext_id,
        destination: destination ?? "",
        amount: BigInt(amount),
        remittance: `OMLA royalties ${quarter} ${wallet}`,
      })),
    });
  } catch (error) {
    throw asApiError(error);
  }
}
