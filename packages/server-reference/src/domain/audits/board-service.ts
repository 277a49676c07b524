import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import { caseError } from "../cases/errors.ts";
import { evidenceOf, showEvidence } from "../cases/evidence-service.ts";
import { amendLine, assertDifferent } from "../cases/figures-service.ts";
import type { Figures } from "../cases/figures-schema.ts";
import { findCaseLine, findCurrentLine } from "../cases/line-repository.ts";
import { tickSubjects } from "../compliance/service.ts";
import type { CaseFilter } from "../disputes/repository.ts";
import { holdLine, releaseLine } from "../line-holds/service.ts";
import { type AuditEnd, closeAudit, findAudits, markCompelled, type UsageAudit } from "./repository.ts";
import type { AuditAnswer, BoardAudit, DecideAudit, RequestAuditInput } from "./schema.ts";
import { ANSWER_MS, note, openAudit, requireAudit, show, tellOf } from "./service.ts";

/** The board asks by itself. @throws {ApiError} REPORT_NOT_FOUND | LINE_CLOSED | CASE_EXISTS */
export async function requestByBoard(ctx: AppContext, tx: Tx, member: string, input: RequestAuditInput): Promise<AuditAnswer> {
  const line = await findCaseLine(tx, input.report_id);
  if (line === undefined) throw caseError("REPORT_NOT_FOUND", "There is no such line.", "report_id");
  if (!line.live || line.status === "superseded" || line.status === "rejected")
    throw caseError("LINE_CLOSED", `This line is ${line.live ? line.status : "a test"}.`, "report_id");
  return openAudit(ctx, tx, line, { party_kind: "board", party: member, description: input.description });
}

/**
 * The board's word on an audit: another 14 days while the payout waits, no audit at all, nothing found, or other figures.
 *
 * @throws {ApiError} CASE_NOT_FOUND | CASE_CLOSED | FIGURES_UNCHANGED | LINE_CLOSED
 */
export async function decideAudit(ctx: AppContext, tx: Tx, member: string, id: string, input: DecideAudit): Promise<BoardAudit> {
  const audit = await requireAudit(tx, id);
  if (audit.closed_at !== null) throw caseError("CASE_CLOSED", `This audit is ${audit.status}.`);
  if (input.decision === "compel") await compel(ctx, tx, member, audit, input.resolution);
  else {
    const resultReportId = input.decision === "uphold" ? await uphold(ctx, tx, member, audit, input.accepted) : null;
    await end(ctx, tx, audit, { status: ENDS[input.decision], closedBy: member, resolution: input.resolution, resultReportId });
  }
  return boardView(tx, id);
}

const ENDS = { waive: "waived", dismiss: "dismissed", uphold: "upheld" } as const;

async function compel(ctx: AppContext, tx: Tx, member: string, audit: UsageAudit, resolution: string): Promise<void> {
  const answerBy = new Date(ctx.clock.now().getTime() + ANSWER_MS);
  const line = await findCurrentLine(tx, audit.report_id);
  await markCompelled(tx, audit.id, answerBy, resolution);
  if (line !== undefined) await holdLine(tx, { reportId: line.report_id, reason: "audit", caseId: audit.id, actor: member });
  await note(tx, member, "audit.compel", audit.id, { answer_by: answerBy.toISOString() });
  await tellOf(ctx, tx, audit, "audit-requested", answerBy);
}

async function uphold(ctx: AppContext, tx: Tx, member: string, audit: UsageAudit, accepted: Figures): Promise<string> {
  const line = await findCurrentLine(tx, audit.report_id);
  if (line === undefined) throw caseError("LINE_CLOSED", "The latest version of the report has no line for this model.", "report_id");
  assertDifferent(line, accepted, "accepted");
  return amendLine(ctx, tx, line, accepted, member);
}

async function end(ctx: AppContext, tx: Tx, audit: UsageAudit, closing: AuditEnd): Promise<void> {
  await closeAudit(tx, audit.id, closing);
  for (const reason of ["audit", "dispute"] as const) await releaseLine(tx, { reason, caseId: audit.id, actor: closing.closedBy });
  await note(tx, closing.closedBy, "audit.decide", audit.id, { status: closing.status, result_report_id: closing.resultReportId });
  await tickSubjects(tx, [audit.company_id, audit.model_id], closing.closedBy);
  await tellOf(ctx, tx, audit, "audit-closed");
}

export async function boardView(tx: Tx, id: string): Promise<BoardAudit> {
  const [view] = await boardViews(tx, [await requireAudit(tx, id)]);
  if (view === undefined) throw new TypeError("one audit gives one view");
  return view;
}

export async function listForBoard(tx: Tx, filter: CaseFilter): Promise<BoardAudit[]> {
  return boardViews(tx, await findAudits(tx, filter));
}

async function boardViews(tx: Tx, audits: readonly UsageAudit[]): Promise<BoardAudit[]> {
  const files = await evidenceOf(
    tx,
    "audit",
    audits.map(({ id }) => id),
  );
  return audits.map((audit) => {
    const evidence = files.get(audit.id) ?? [];
    return {
      ...show(audit, evidence),
      party: audit.party,
      answer: audit.answer,
      evidence: evidence.map((file) => ({ ...showEvidence(file), party: file.party, name: file.name })),
    };
  });
}
