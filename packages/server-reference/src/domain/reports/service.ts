import { randomUUID } from "node:crypto";
import {
  canonicalize,
  formatTimestamp,
  type JsonValue,
  lineDeadline,
  parseQuarter,
  quarterStart,
  sha256Hex,
  utf8Encode,
} from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import { appendAudit } from "../audit/repository.ts";
import { tickSubjects } from "../compliance/service.ts";
import { allocate } from "./allocations.ts";
import { reportError } from "./errors.ts";
import { type ComputedLine, computeLines, sumUsd } from "./figures.ts";
import {
  findDuty,
  findLatestSubmission,
  findStoredLines,
  insertLines,
  insertSubmission,
  type NewLine,
  type NewSubmission,
  type SubmissionRow,
  supersedeLines,
  updateDuty,
} from "./repository.ts";
import type { Receipt, ReceiptLine, ReportInput } from "./schema.ts";

/** Who files: a company with a live or a test key. */
export interface Reporter {
  readonly companyId: string;
  readonly live: boolean;
}

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
  const text = canonicalize(input as unknown as JsonValue);
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
  const submission = newSubmission(ctx, reporter, input, content, latest);
  const id = await insertSubmission(tx, submission);
  const stored = lines.map((line) => ({ line, report_id: randomUUID() }));
  await insertLines(tx, id, submission, stored.map(toNewLine));
  if (reporter.live) await recordDuty(ctx, tx, reporter, input);
  await appendAudit(tx, {
    actor: reporter.companyId,
    action: latest === undefined ? "report.submit" : "report.amend",
    entity: "submission",
    entityId: id,
    detail: { after: { quarter: input.quarter, version: submission.version, content_sha256: content.sha256, live: reporter.live } },
  });
  if (reporter.live) await tickSubjects(tx, [reporter.companyId, ...lines.map(({ model }) => model)], reporter.companyId);
  const receipt = await toReceipt(ctx, tx, reporter, input, lines, {
    submission: { id, version: submission.version, filedAt: submission.filedAt },
    firstFiledAt: submission.firstFiledAt,
    stored: new Map(stored.map(({ line, report_id }) => [line.model, { report_id, status: "submitted" }])),
  });
  return { created: true, receipt };
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

function toNewLine({ line, report_id }: { line: ComputedLine; report_id: string }): NewLine {
  const { license_version, hoster_share_pct } = line.modelFacts;
  return { ...figuresOf(line), report_id, pipeline: line.pipeline, license_version, hoster_share_pct, terms_sha256: line.terms_sha256 };
}

function figuresOf(
  line: ComputedLine,
): Omit<ReceiptLine, "report_id" | "status" | "name" | "address" | "hoster_pool_usd" | "creator_pool_usd"> {
  const {
    entry,
    model,
    inferences,
    revenue_usd,
    run_cost_usd,
    weight,
    rate,
    royalty_basis,
    royalty_usd,
    deducted_fees_usd,
    net_royalty_usd,
  } = line;
  return {
    entry,
    model_id: model,
    inferences,
    revenue_usd,
    run_cost_usd,
    weight,
    rate,
    royalty_basis,
    royalty_usd,
    deducted_fees_usd,
    net_royalty_usd,
  };
}

/** @see docs/spec/6-compliance.md clause 6.2 */
async function recordDuty(ctx: AppContext, tx: Tx, reporter: Reporter, input: ReportInput): Promise<void> {
  const named = input.reporting_from;
  if (named !== undefined) parseQuarter(named, "reporting_from");
  if (named !== undefined && named > input.quarter)
    throw reportError("REPORTING_FROM", `${named} is after ${input.quarter}.`, "reporting_from");
  const duty = await findDuty(tx, reporter.companyId);
  const begins =
    [duty.reporting_from, named, input.quarter].filter((quarter) => quarter !== null && quarter !== undefined).sort()[0] ?? input.quarter;
  // A report after the last one opens a new duty from its own quarter.
  const reopened = duty.reporting_until !== null && input.quarter > duty.reporting_until;
  const from = reopened ? (named ?? input.quarter) : begins;
  const until = input.final ? input.quarter : reopened || input.quarter === duty.reporting_until ? null : duty.reporting_until;
  await updateDuty(tx, reporter.companyId, from, until);
}

async function storedReceipt(ctx: AppContext, tx: Tx, reporter: Reporter, input: ReportInput, latest: SubmissionRow): Promise<Receipt> {
  return toReceipt(ctx, tx, reporter, input, await compute(ctx, tx, input), {
    submission: { id: latest.id, version: latest.version, filedAt: latest.filed_at },
    firstFiledAt: latest.first_filed_at,
    stored: await findStoredLines(tx, latest.id),
  });
}

interface ReceiptFacts {
  readonly submission: { readonly id: string; readonly version: number; readonly filedAt: Date } | null;
  readonly firstFiledAt: Date;
  readonly stored: ReadonlyMap<string, { readonly report_id: string; readonly status: string }> | null;
}

async function toReceipt(
  ctx: AppContext,
  tx: Tx,
  reporter: Reporter,
  input: ReportInput,
  lines: readonly ComputedLine[],
  { submission, firstFiledAt, stored }: ReceiptFacts,
): Promise<Receipt> {
  const ids = stored === null ? null : new Map([...stored].map(([model, { report_id }]) => [model, report_id]));
  return {
    submission_id: submission?.id ?? null,
    company_id: reporter.companyId,
    quarter: input.quarter,
    version: submission?.version ?? null,
    final: input.final ?? false,
    filed_at: submission === null ? null : formatTimestamp(submission.filedAt),
    due_at: formatTimestamp(lineDeadline({ quarter: input.quarter, filed_at: formatTimestamp(firstFiledAt) })),
    live: reporter.live,
    royalty_usd: sumUsd(lines, "royalty_usd"),
    deducted_fees_usd: sumUsd(lines, "deducted_fees_usd"),
    net_royalty_usd: sumUsd(lines, "net_royalty_usd"),
    lines: lines.map((line) => toReceiptLine(line, stored?.get(line.model))),
    allocations: await allocate(tx, reporter.companyId, lines, ids),
    policy: ctx.config.lineagePolicy,
  };
}

function toReceiptLine(line: ComputedLine, stored: { readonly report_id: string; readonly status: string } | undefined): ReceiptLine {
  const { address, name } = line.modelFacts;
  const { hoster_pool_usd, creator_pool_usd } = line;
  return {
    report_id: stored?.report_id ?? null,
    status: stored?.status ?? null,
    address,
    name,
    ...figuresOf(line),
    hoster_pool_usd,
    creator_pool_usd,
  };
}
