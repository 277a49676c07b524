import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import { caseError } from "../cases/errors.ts";
import { evidenceOf, showEvidence } from "../cases/evidence-service.ts";
import type { Figures } from "../cases/figures-schema.ts";
import { amendLine, assertDifferent } from "../cases/figures-service.ts";
import { findCurrentLine } from "../cases/line-repository.ts";
import { type CaseFilter, type Dispute, findDisputes } from "./repository.ts";
import type { BoardDispute, DecideDispute } from "./schema.ts";
import { endDispute, requireDispute, show } from "./service.ts";

/**
 * The board decides: accepted figures become a new version of the report, a rejection or a withdrawal lets the line go as it is.
 *
 * @throws {ApiError} CASE_NOT_FOUND | CASE_CLOSED | FIGURES_UNCHANGED | LINE_CLOSED
 */
export async function decideDispute(ctx: AppContext, tx: Tx, member: string, id: string, input: DecideDispute): Promise<BoardDispute> {
  const dispute = await requireDispute(tx, id);
  if (dispute.status !== "open") throw caseError("CASE_CLOSED", `This dispute is ${dispute.status}.`);
  const resultReportId = input.decision === "accept" ? await accept(ctx, tx, member, dispute, input.accepted) : null;
  const closing = { status: STATUS[input.decision], closedBy: member, resolution: input.resolution, resultReportId };
  await endDispute(ctx, tx, dispute, closing);
  return boardView(tx, id);
}

const STATUS = { accept: "accepted", reject: "rejected", withdraw: "withdrawn" } as const;

/** The figures go to the line of the latest version: the company may have amended while the dispute was open. */
async function accept(ctx: AppContext, tx: Tx, member: string, dispute: Dispute, accepted: Figures | undefined): Promise<string> {
  const line = await findCurrentLine(tx, dispute.report_id);
  if (line === undefined) throw caseError("LINE_CLOSED", "The latest version of the report has no line for this model.", "report_id");
  const figures = accepted ?? proposedBy(dispute);
  assertDifferent(line, figures, "accepted");
  return amendLine(ctx, tx, line, figures, member);
}

function proposedBy({ proposed_revenue_usd, proposed_cost_usd, proposed_inferences }: Dispute): Figures {
  return {
    revenue_usd: proposed_revenue_usd ?? undefined,
    run_cost_usd: proposed_cost_usd ?? undefined,
    inferences: proposed_inferences ?? undefined,
  };
}

export async function boardView(tx: Tx, id: string): Promise<BoardDispute> {
  const [view] = await boardViews(tx, [await requireDispute(tx, id)]);
  if (view === undefined) throw new TypeError("one dispute gives one view");
  return view;
}

export async function listForBoard(tx: Tx, filter: CaseFilter): Promise<BoardDispute[]> {
  return boardViews(tx, await findDisputes(tx, filter));
}

async function boardViews(tx: Tx, disputes: readonly Dispute[]): Promise<BoardDispute[]> {
  const files = await evidenceOf(
    tx,
    "dispute",
    disputes.map(({ id }) => id),
  );
  return disputes.map((dispute) => {
    const evidence = files.get(dispute.id) ?? [];
    return {
      ...show(dispute, evidence),
      party: dispute.party,
      description: dispute.description ?? "",
      evidence: evidence.map((file) => ({ ...showEvidence(file), party: file.party, name: file.name })),
    };
  });
}
