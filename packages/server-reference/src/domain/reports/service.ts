import { randomUUID } from "node:crypto";
import { canonicalize, parseQuarter, parseUsd, quarterStart, sha256Hex, utf8Encode } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import { waitForPlan } from "../../ledger/plan-lock.ts";
import { appendAudit } from "../audit/repository.ts";
import { chargeReport } from "../collections/charge-service.ts";
import { keepDecisions } from "../cases/decided-figures.ts";
import { tickSubjects } from "../compliance/service.ts";
import { recordDuty } from "./duty.ts";
import { reportError } from "./errors.ts";
import { type ComputedLine, computeLines } from "./figures.ts";
import { figuresOf, toReceipt } from "./receipt.ts";
import type { Reporter } from "./reporter.ts";
import {
  findLatestSubmission,
  findStoredLines,
  insertLines,
  insertSubmission,
  type NewLine,
  type NewSubmission,
  type SubmissionRow,
  supersedeLines,
} from "./repository.ts";
import type { Receipt, ReportInput } from "./schema.ts";

/** What a filing did: `created` is false where the same content was filed before. */
export interface Filing {
  readonly created: boolean;
  readonly receipt: Receipt;
}

/**
 * The figures of a report before anything is sent; writes nothing.
 *
 * @throws {ApiError} QUARTER_NOT_BEGUN | MODEL_NOT_FOUND, and what the protocol's computeReport refuses
 */
export async function quoteReport(ctx: AppContext, tx: Tx, reporter: Reporter, input: ReportInput): Promise<Receipt> {
  const now = ctx.clock.now();
  refuseFutureQuarter(input.quarter, now);
  const lines = await compute(ctx, tx, input);
  return toReceipt(ctx, tx, reporter, input, lines, { submission: null, firstFiledAt: now, stored: null });
}

/**
 * Files the first report of a quarter. The same content again gives the same receipt.
 *
 * @throws {ApiError} REPORT_EXISTS where other content was filed; QUARTER_NOT_BEGUN | MODEL_NOT_FOUND | ROYALTY_MISMATCH | …
 * @see docs/spec/2-money.md clause 2.11
 */
export async function submitReport(ctx: AppContext, tx: Tx, reporter: Reporter, input: ReportInput): Promise<Filing> {
  refuseFutureQuarter(input.quarter, ctx.clock.now());
  const content = await contentOf(input);
  const latest = await findLatestSubmission(tx, reporter.companyId, input.quarter, reporter.live);
  if (latest === undefined) return file(ctx, tx, reporter, input, content, undefined);
  if (latest.content_sha256 === content.sha256) return { created: false, receipt: await storedReceipt(ctx, tx, reporter, input, latest) };
  const details = { submission_id: latest.id, version: latest.version };
  throw reportError("REPORT_EXISTS", `Another report for ${input.quarter} was filed as version ${latest.version}.`, "quarter", details);
}

/**
 * Files a new version in the place of the latest one; what was paid stays paid, and only the difference flows.
 *
 * @throws {ApiError} REPORT_UNKNOWN | REPORT_UNCHANGED, and what {@link submitReport} throws
 */
export async function amendReport(ctx: AppContext, tx: Tx, reporter: Reporter, input: ReportInput): Promise<Filing> {
  refuseFutureQuarter(input.quarter, ctx.clock.now());
  const content = await contentOf(input);
  const latest = await findLatestSubmission(tx, reporter.companyId, input.quarter, reporter.live);
  if (latest === undefined) throw reportError("REPORT_UNKNOWN", `Nothing was filed for ${input.quarter}.`, "quarter");
  if (latest.content_sha256 === content.sha256)
    throw reportError("REPORT_UNCHANGED", `Version ${latest.version} says the same.`, "entries");
  if (reporter.live) await waitForPlan(tx);
  await supersedeLines(tx, reporter.companyId, input.quarter, reporter.live);
  return file(ctx, tx, reporter, input, content, latest);
}

function refuseFutureQuarter(quarter: string, now: Date): void {
  parseQuarter(quarter, "quarter");
  if (quarterStart(quarter) > now) throw reportError("QUARTER_NOT_BEGUN", `${quarter} has not begun.`, "quarter");
}

function compute(ctx: AppContext, tx: Tx, input: ReportInput): Promise<ComputedLine[]> {
  const { lineagePolicy, limits } = ctx.config;
  return computeLines(tx, input, lineagePolicy, limits.entries);
}

interface Content {
  readonly text: string;
  readonly sha256: string;
}

async function contentOf(input: ReportInput): Promise<Content> {
  const text = canonicalize(input);
  return { text, sha256: await sha256Hex(utf8Encode(text)) };
}

async function file(
  ctx: AppContext,
  tx: Tx,
  reporter: Reporter,
  input: ReportInput,
  content: Content,
  latest: SubmissionRow | undefined,
): Promise<Filing> {
  const lines = await compute(ctx, tx, input);
  const actor = reporter.decidedBy ?? reporter.companyId;
  if (latest !== undefined && reporter.live && reporter.decidedBy === undefined)
    await keepDecisions(tx, { ...reporter, quarter: input.quarter }, lines);
  const submission = newSubmission(ctx, reporter, input, content, latest);
  const id = await insertSubmission(tx, submission);
  const stored = lines.map((line) => ({ line, report_id: randomUUID() }));
  await insertLines(tx, id, submission, stored.map(toNewLine));
  if (reporter.live) await chargeLines(tx, id, submission, stored);
  if (reporter.live) await recordDuty(tx, reporter.companyId, input);
  const receipt = await toReceipt(ctx, tx, reporter, input, lines, {
    submission: { id, version: submission.version, filedAt: submission.filedAt },
    firstFiledAt: submission.firstFiledAt,
    stored: await findStoredLines(tx, id),
  });
  // Last, since the audit log takes one writer at a time until its transaction ends.
  await appendAudit(tx, {
    actor,
    action: latest === undefined ? "report.submit" : "report.amend",
    entity: "submission",
    entityId: id,
    detail: { after: { quarter: input.quarter, version: submission.version, content_sha256: content.sha256, live: reporter.live } },
  });
  if (reporter.live) await tickSubjects(tx, [reporter.companyId, ...lines.map(({ model }) => model)], actor);
  return { created: true, receipt };
}

/** From here on the company owes it, less what it paid before. */
function chargeLines(
  tx: Tx,
  submissionId: string,
  { companyId, quarter, version }: NewSubmission,
  stored: readonly StoredLine[],
): Promise<void> {
  const lines = stored.map(({ line, report_id }) => ({ report_id, model_id: line.model, net: parseUsd(line.net_royalty_usd) }));
  return chargeReport(tx, { companyId, quarter, submissionId, version, lines });
}

interface StoredLine {
  readonly line: ComputedLine;
  readonly report_id: string;
}

function newSubmission(
  ctx: AppContext,
  reporter: Reporter,
  input: ReportInput,
  content: Content,
  latest: SubmissionRow | undefined,
): NewSubmission {
  const filedAt = wholeSecond(ctx.clock.now());
  return {
    companyId: reporter.companyId,
    quarter: input.quarter,
    version: (latest?.version ?? 0) + 1,
    final: input.final ?? false,
    live: reporter.live,
    policy: ctx.config.lineagePolicy,
    contentSha256: content.sha256,
    content: content.text,
    filedAt,
    firstFiledAt: latest?.first_filed_at ?? filedAt,
  };
}

function wholeSecond(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 1_000) * 1_000);
}

function toNewLine({ line, report_id }: StoredLine): NewLine {
  const { license_version, hoster_share_pct } = line.modelFacts;
  return { ...figuresOf(line), report_id, pipeline: line.pipeline, license_version, hoster_share_pct, terms_sha256: line.terms_sha256 };
}

async function storedReceipt(ctx: AppContext, tx: Tx, reporter: Reporter, input: ReportInput, latest: SubmissionRow): Promise<Receipt> {
  return toReceipt(ctx, tx, reporter, input, await compute(ctx, tx, input), {
    submission: { id: latest.id, version: latest.version, filedAt: latest.filed_at },
    firstFiledAt: latest.first_filed_at,
    stored: await findStoredLines(tx, latest.id),
  });
}
