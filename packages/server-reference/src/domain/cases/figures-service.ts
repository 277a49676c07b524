import { parseUsd } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import { findLatestSubmission } from "../reports/repository.ts";
import { type ReportInput, reportInput } from "../reports/schema.ts";
import { amendReport } from "../reports/service.ts";
import { caseError } from "./errors.ts";
import type { Figures } from "./figures-schema.ts";
import type { CaseLine } from "./line-repository.ts";

/** Refuses figures that change nothing. @throws {ApiError} FIGURES_UNCHANGED */
export function assertDifferent(line: CaseLine, { revenue_usd, run_cost_usd, inferences }: Figures, path: string): void {
  const same = (figure: string | undefined, held: string): boolean => figure === undefined || parseUsd(figure) === parseUsd(held);
  const unchanged =
    same(revenue_usd, line.revenue_usd) && same(run_cost_usd, line.run_cost_usd) && (inferences ?? line.inferences) === line.inferences;
  if (unchanged) throw caseError("FIGURES_UNCHANGED", "These are the figures that the line has.", path);
}

/**
 * Puts the figures that the board found into the place of a line's: a new version of the whole report, filed in the company's name.
 *
 * What is more becomes a receivable, with the deadline of the first version; what is less becomes a credit, and after a payout is
 * taken back from later quarters.
 * @returns the line's id in the new version
 */
export async function amendLine(ctx: AppContext, tx: Tx, line: CaseLine, figures: Figures, decidedBy: string): Promise<string> {
  const latest = await findLatestSubmission(tx, line.reporter_id, line.quarter, line.live);
  if (latest?.id !== line.submission_id) throw caseError("LINE_CLOSED", "Another version was filed in the meantime.", "report_id");
  const input = withFigures(reportInput.parse(JSON.parse(latest.content)), line.entry, figures);
  const { receipt } = await amendReport(ctx, tx, { companyId: line.reporter_id, live: line.live, decidedBy }, input);
  const amended = receipt.lines.find(({ model_id }) => model_id === line.model_id)?.report_id;
  if (amended === null || amended === undefined) throw new TypeError("an amended report has a line for the same model");
  return amended;
}

/** Changes one entry, and drops the figures that the company had computed from the old ones. */
export function withFigures(input: ReportInput, place: string, { inferences, ...money }: Figures): ReportInput {
  const [, at, inner] = /^entries\[(\d+)\](?:\.models\[(\d+)\])?$/.exec(place) ?? [];
  const amounts = Object.fromEntries(Object.entries(money).filter(([, amount]) => amount !== undefined));
  const entries = input.entries.map((entry, index) => {
    if (index !== Number(at)) return entry;
    const { royalty_usd: _r, deducted_fees_usd: _d, net_royalty_usd: _n, ...kept } = { ...entry, ...amounts } as Record<string, unknown>;
    if (!("models" in entry)) return { ...kept, ...(inferences === undefined ? {} : { inferences }) };
    const models = entry.models.map(({ royalty_usd: _mr, deducted_fees_usd: _md, net_royalty_usd: _mn, ...model }, position) =>
      position === Number(inner) && inferences !== undefined ? { ...model, inferences } : model,
    );
    return { ...kept, models };
  });
  return { ...input, entries: entries as unknown as ReportInput["entries"] };
}
