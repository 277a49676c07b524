import { formatTimestamp } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import { appendAudit } from "../audit/repository.ts";
import { concernedLine, tellConcerned } from "../cases/concerned-service.ts";
import { caseError } from "../cases/errors.ts";
import type { Evidence } from "../cases/evidence-repository.ts";
import { evidenceOf, showEvidence, storeEvidence } from "../cases/evidence-service.ts";
import { type CaseLine, findCaseLine, findCurrentLine, keepFirstDispute } from "../cases/line-repository.ts";
import type { Party } from "../cases/party.ts";
import { tickSubjects } from "../compliance/service.ts";
import { holdLine } from "../line-holds/service.ts";
import type { Notice } from "../notices/service.ts";
import {
  countOpenAudits,
  findAudit,
  findAuditsOf,
  findUnanswered,
  insertAudit,
  markAnswered,
  markOverdue,
  type NewAudit,
  type UsageAudit,
} from "./repository.ts";
import type { AuditAnswer, RequestAuditInput, RespondAuditInput } from "./schema.ts";

export const ANSWER_MS: number = 14 * 86_400_000;
const MAX_OPEN_PER_PARTY = 50;
const LISTED = 200;
const OVERDUE_AT_A_TIME = 100;

/**
 * Asks a company for the evidence behind a line; it has 14 days to answer.
 *
 * @throws {ApiError} REPORT_NOT_FOUND | LINE_CLOSED | LINE_TEST | CASE_EXISTS | CASES_TOO_MANY
 */
export async function requestAudit(ctx: AppContext, tx: Tx, party: Party, input: RequestAuditInput): Promise<AuditAnswer> {
  const { line, as } = await concernedLine(tx, party, input.report_id);
  if (as === "company") throw caseError("PARTY_NEEDED", "A company does not audit itself.");
  if ((await countOpenAudits(tx, party.id)) >= MAX_OPEN_PER_PARTY)
    throw caseError("CASES_TOO_MANY", `You have ${MAX_OPEN_PER_PARTY} open audits.`);
  return openAudit(ctx, tx, line, { party_kind: as, party: party.id, description: input.description });
}

/** Opens an audit for a party that may: a creator, a hoster, the board. @throws {ApiError} CASE_EXISTS */
export async function openAudit(
  ctx: AppContext,
  tx: Tx,
  line: CaseLine,
  { party_kind, party, description }: Pick<NewAudit, "party_kind" | "party" | "description">,
): Promise<AuditAnswer> {
  const answer_by = new Date(ctx.clock.now().getTime() + ANSWER_MS);
  const id = await insertAudit(tx, { report_id: line.report_id, party_kind, party, answer_by, description });
  if (id === undefined) throw caseError("CASE_EXISTS", "This line was audited for the same party before.", "report_id");
  await note(tx, party, "audit.request", id, { report_id: line.report_id, as: party_kind, answer_by: formatTimestamp(answer_by) });
  await tellConcerned(ctx, tx, line, { kind: "audit-requested", case_id: id, until: formatTimestamp(answer_by) });
  return showAudit(tx, id);
}

/**
 * The company's answer with its evidence; also a late one. What was held stays held until the board decides.
 *
 * @throws {ApiError} CASE_NOT_FOUND | CASE_CLOSED | EVIDENCE_…
 */
export async function respondAudit(ctx: AppContext, tx: Tx, companyId: string, input: RespondAuditInput): Promise<AuditAnswer> {
  const audit = await requireAudit(tx, input.audit_id);
  if (audit.company_id !== companyId) throw caseError("CASE_NOT_FOUND", "There is no such audit of your lines.", "audit_id");
  if (audit.closed_at !== null || audit.status === "answered") throw caseError("CASE_CLOSED", `This audit is ${audit.status}.`);
  await storeEvidence(tx, "audit", audit.id, companyId, input.evidence);
  await markAnswered(tx, audit.id, input.description);
  await note(tx, companyId, "audit.respond", audit.id, { files: input.evidence.length, late: audit.status === "overdue" });
  await tellOf(ctx, tx, audit, "audit-answered");
  return showAudit(tx, audit.id);
}

/** Disputes and holds the lines of audits that nobody answered in time. @returns the audits */
export async function holdUnanswered(ctx: AppContext, tx: Tx): Promise<string[]> {
  const ids = await findUnanswered(tx, OVERDUE_AT_A_TIME);
  for (const id of ids) await holdFor(ctx, tx, await requireAudit(tx, id));
  return ids;
}

async function holdFor(ctx: AppContext, tx: Tx, audit: UsageAudit): Promise<void> {
  await markOverdue(tx, audit.id);
  const line = await findCurrentLine(tx, audit.report_id);
  if (line !== undefined) {
    await keepFirstDispute(tx, line.report_id);
    await holdLine(tx, { reportId: line.report_id, reason: "dispute", caseId: audit.id, actor: "system" });
  }
  await note(tx, "system", "audit.overdue", audit.id, { report_id: line?.report_id ?? audit.report_id });
  await tickSubjects(tx, [audit.company_id, audit.model_id], "system");
  await tellOf(ctx, tx, audit, "audit-overdue");
}

export function note(tx: Tx, actor: string, action: string, id: string, after: object): Promise<void> {
  return appendAudit(tx, { actor, action, entity: "audit", entityId: id, detail: { after } });
}

export async function tellOf(ctx: AppContext, tx: Tx, audit: UsageAudit, kind: Notice["kind"], until?: Date): Promise<void> {
  const line = (await findCurrentLine(tx, audit.report_id)) ?? (await findCaseLine(tx, audit.report_id));
  const notice = { kind, case_id: audit.id, ...(until === undefined ? {} : { until: formatTimestamp(until) }) };
  if (line !== undefined) await tellConcerned(ctx, tx, line, notice);
}

/** @throws {ApiError} CASE_NOT_FOUND */
export async function requireAudit(tx: Tx, id: string): Promise<UsageAudit> {
  const audit = await findAudit(tx, id);
  if (audit === undefined) throw caseError("CASE_NOT_FOUND", `There is no audit ${id}.`, "audit_id");
  return audit;
}

/** What a party asked for, and what a company is asked. */
export async function listAudits(tx: Tx, party: Party): Promise<AuditAnswer[]> {
  return withEvidence(tx, await findAuditsOf(tx, party.id, party.kind === "company" ? party.companyId : null, LISTED));
}

async function showAudit(tx: Tx, id: string): Promise<AuditAnswer> {
  const [shown] = await withEvidence(tx, [await requireAudit(tx, id)]);
  if (shown === undefined) throw new TypeError("one audit gives one answer");
  return shown;
}

async function withEvidence(tx: Tx, audits: readonly UsageAudit[]): Promise<AuditAnswer[]> {
  const evidence = await evidenceOf(
    tx,
    "audit",
    audits.map(({ id }) => id),
  );
  return audits.map((audit) => show(audit, evidence.get(audit.id) ?? []));
}

const timeOf = (at: Date | null): string | null => (at === null ? null : formatTimestamp(at));

/** What everybody in an audit sees of it: the question and the files' hashes, not the company's answer, which goes to the board. */
export function show(audit: UsageAudit, evidence: readonly Evidence[]): AuditAnswer {
  const { quarter, model_id, model_name, company_id, company_name, line_status } = audit;
  return {
    audit_id: audit.id,
    report_id: audit.report_id,
    party_kind: audit.party_kind,
    status: audit.status,
    description: audit.description ?? "",
    requested_at: formatTimestamp(audit.requested_at),
    answer_by: formatTimestamp(audit.answer_by),
    answered_at: timeOf(audit.answered_at),
    overdue_at: timeOf(audit.overdue_at),
    closed_at: timeOf(audit.closed_at),
    result_report_id: audit.result_report_id,
    resolution: audit.resolution,
    line: { quarter, model_id, model_name, company_id, company_name, status: line_status },
    evidence: evidence.map(showEvidence),
  };
}
