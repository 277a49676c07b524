import { formatTimestamp } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import { appendAudit } from "../audit/repository.ts";
import { concernedLine, tellConcerned } from "../cases/concerned-service.ts";
import { caseError } from "../cases/errors.ts";
import type { Evidence } from "../cases/evidence-repository.ts";
import { evidenceOf, showEvidence, storeEvidence } from "../cases/evidence-service.ts";
import { assertDifferent } from "../cases/figures-service.ts";
import { findCaseLine, findCurrentLine, keepFirstDispute } from "../cases/line-repository.ts";
import type { Party } from "../cases/party.ts";
import { tickSubjects } from "../compliance/service.ts";
import { holdLine, releaseLine } from "../line-holds/service.ts";
import { type Closing, closeDispute, countOpenDisputes, type Dispute, findDispute, findDisputesOf, insertDispute } from "./repository.ts";
import type { DisputeAnswer, OpenDisputeInput } from "./schema.ts";

const MAX_OPEN_PER_PARTY = 50;
const LISTED = 200;

/**
 * Disputes a line: its payout is held, and where it is not paid for yet it counts as disputed.
 *
 * @throws {ApiError} REPORT_NOT_FOUND | LINE_CLOSED | LINE_TEST | FIGURES_UNCHANGED | CASE_EXISTS | CASES_TOO_MANY | EVIDENCE_…
 * @see docs/spec/6-compliance.md
 */
export async function openDispute(ctx: AppContext, tx: Tx, party: Party, input: OpenDisputeInput): Promise<DisputeAnswer> {
  const { line, as } = await concernedLine(tx, party, input.report_id);
  if (input.proposed !== undefined) assertDifferent(line, input.proposed, "proposed");
  if ((await countOpenDisputes(tx, party.id)) >= MAX_OPEN_PER_PARTY)
    throw caseError("CASES_TOO_MANY", `You have ${MAX_OPEN_PER_PARTY} open disputes.`);
  const { revenue_usd, run_cost_usd, inferences } = input.proposed ?? {};
  const proposed = { revenue_usd, run_cost_usd, inferences };
  const id = await insertDispute(tx, {
    report_id: line.report_id,
    party_kind: as,
    party: party.id,
    description: input.description,
    ...proposed,
  });
  if (id === undefined) throw caseError("CASE_EXISTS", "You have disputed this line before.", "report_id");
  await storeEvidence(tx, "dispute", id, party.id, input.evidence ?? []);
  await keepFirstDispute(tx, line.report_id);
  await holdLine(tx, { reportId: line.report_id, reason: "dispute", caseId: id, actor: party.id });
  await appendAudit(tx, {
    actor: party.id,
    action: "dispute.open",
    entity: "dispute",
    entityId: id,
    detail: { after: { report_id: line.report_id, as, proposed: input.proposed ?? null } },
  });
  await tickSubjects(tx, [line.reporter_id, line.model_id], party.id);
  await tellConcerned(ctx, tx, line, { kind: "dispute-opened", case_id: id });
  return showDispute(tx, id);
}

/** Takes an own dispute back. @throws {ApiError} CASE_NOT_FOUND | CASE_CLOSED */
export async function withdrawDispute(ctx: AppContext, tx: Tx, party: Party, id: string): Promise<DisputeAnswer> {
  const dispute = await requireDispute(tx, id);
  if (dispute.party !== party.id) throw caseError("CASE_NOT_FOUND", "There is no such dispute of yours.", "dispute_id");
  await endDispute(ctx, tx, dispute, { status: "withdrawn", closedBy: party.id, resolution: null, resultReportId: null });
  return showDispute(tx, id);
}

/** Closes a dispute, lets its line go, and tells everyone concerned. */
export async function endDispute(ctx: AppContext, tx: Tx, dispute: Dispute, closing: Omit<Closing, "id">): Promise<void> {
  if (dispute.status !== "open") throw caseError("CASE_CLOSED", `This dispute is ${dispute.status}.`);
  await closeDispute(tx, { id: dispute.id, ...closing });
  await releaseLine(tx, { reason: "dispute", caseId: dispute.id, actor: closing.closedBy });
  await appendAudit(tx, {
    actor: closing.closedBy,
    action: `dispute.${ACTS[closing.status]}`,
    entity: "dispute",
    entityId: dispute.id,
    detail: { after: { report_id: dispute.report_id, result_report_id: closing.resultReportId } },
  });
  await tickSubjects(tx, [dispute.company_id, dispute.model_id], closing.closedBy);
  const line = (await findCurrentLine(tx, dispute.report_id)) ?? (await findCaseLine(tx, dispute.report_id));
  if (line !== undefined) await tellConcerned(ctx, tx, line, { kind: "dispute-closed", case_id: dispute.id });
}

const ACTS: Readonly<Record<Closing["status"], string>> = { accepted: "accept", rejected: "reject", withdrawn: "withdraw" };

/** @throws {ApiError} CASE_NOT_FOUND */
export async function requireDispute(tx: Tx, id: string): Promise<Dispute> {
  const dispute = await findDispute(tx, id);
  if (dispute === undefined) throw caseError("CASE_NOT_FOUND", `There is no dispute ${id}.`, "dispute_id");
  return dispute;
}

/** What a party opened, and a company also what was opened about its lines. */
export async function listDisputes(tx: Tx, party: Party): Promise<DisputeAnswer[]> {
  return withEvidence(tx, await findDisputesOf(tx, party.id, party.kind === "company" ? party.companyId : null, LISTED));
}

async function showDispute(tx: Tx, id: string): Promise<DisputeAnswer> {
  const [shown] = await withEvidence(tx, [await requireDispute(tx, id)]);
  if (shown === undefined) throw new TypeError("one dispute gives one answer");
  return shown;
}

async function withEvidence(tx: Tx, disputes: readonly Dispute[]): Promise<DisputeAnswer[]> {
  const evidence = await evidenceOf(
    tx,
    "dispute",
    disputes.map(({ id }) => id),
  );
  return disputes.map((dispute) => show(dispute, evidence.get(dispute.id) ?? []));
}

/** What everybody in a dispute sees of it: neither what the other side wrote, nor its files. */
export function show(dispute: Dispute, evidence: readonly Evidence[]): DisputeAnswer {
  const { id, report_id, party_kind, status, opened_at, closed_at, result_report_id, resolution } = dispute;
  const { quarter, model_id, model_name, company_id, company_name, line_status } = dispute;
  return {
    dispute_id: id,
    report_id,
    party_kind,
    status,
    proposed: {
      revenue_usd: dispute.proposed_revenue_usd,
      run_cost_usd: dispute.proposed_cost_usd,
      inferences: dispute.proposed_inferences,
    },
    opened_at: formatTimestamp(opened_at),
    closed_at: closed_at === null ? null : formatTimestamp(closed_at),
    result_report_id,
    resolution,
    line: { quarter, model_id, model_name, company_id, company_name, status: line_status },
    evidence: evidence.map(showEvidence),
  };
}
