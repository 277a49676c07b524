import { parseQuarter, quarterStart } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import { statementsOf, type Tx } from "../../db/database.ts";
import { waitForPlan } from "../../ledger/plan-lock.ts";
import { keepDecisions } from "../cases/decided-figures.ts";
import { chargeReport } from "../collections/charge-service.ts";
import { lockCompany } from "../collections/line-repository.ts";
import type { RememberedAnswer } from "../idempotency/repository.ts";
import { reportError } from "./errors.ts";
import { namedModels } from "./figures.ts";
import { chargedRow, compute, filedNow, type FilingRequest, filingRequest, prepareFiling, questionOf, withStatuses } from "./filing.ts";
import { concludeFiling, type FilingFacts, findFilingFacts, type LatestVersion, storeFiling } from "./filing-repository.ts";
import { toReceipt } from "./receipt.ts";
import type { Reporter } from "./reporter.ts";
import { findStoredLines, supersedeLines } from "./repository.ts";
import type { Receipt, ReportInput } from "./schema.ts";
import { findTerms } from "./terms-repository.ts";

/** What a filing did: `created` is false where the same content was filed before. */
export interface Filing {
  readonly created: boolean;
  readonly receipt: Receipt;
}

/** What the request is about: the first version of a quarter, or another one in its place. */
export type FilingAct = "submit" | "amend";

/**
 * The figures of a report before anything is sent; writes nothing.
 *
 * @throws {ApiError} QUARTER_NOT_BEGUN | MODEL_NOT_FOUND, and what the protocol's computeReport refuses
 */
export async function quoteReport(ctx: AppContext, reporter: Reporter, input: ReportInput): Promise<Receipt> {
  const tx = statementsOf(ctx.db);
  const now = ctx.clock.now();
  refuseFutureQuarter(input.quarter, now);
  const { quarter } = input;
  const policy = ctx.config.lineagePolicy;
  const terms = await findTerms(tx, { companyId: reporter.companyId, quarter, named: namedModels(input), policy });
  const lines = compute(ctx, terms, input);
  return toReceipt(ctx, tx, reporter, input, lines, terms.payout, { submission: null, firstFiledAt: now, stored: null });
}

/**
 * Files the first report of a quarter. The same content again gives the same receipt.
 *
 * @throws {ApiError} REPORT_EXISTS where other content was filed; QUARTER_NOT_BEGUN | MODEL_NOT_FOUND | ROYALTY_MISMATCH | …
 * @see docs/spec/2-money.md clause 2.11
 */
export async function submitReport(ctx: AppContext, tx: Tx, reporter: Reporter, input: ReportInput): Promise<Filing> {
  return newFiling(await fileInTurn(ctx, tx, "submit", await filingRequest(ctx, reporter, input)));
}

/**
 * Files a new version in the place of the latest one; what was paid stays paid, and only the difference flows.
 *
 * @throws {ApiError} REPORT_UNKNOWN | REPORT_UNCHANGED, and what {@link submitReport} throws
 */
export async function amendReport(ctx: AppContext, tx: Tx, reporter: Reporter, input: ReportInput): Promise<Filing> {
  return newFiling(await fileInTurn(ctx, tx, "amend", await filingRequest(ctx, reporter, input)));
}

/** A filing, or what was answered before under the same key. */
export type Filed = Filing | { readonly earlier: RememberedAnswer };

function newFiling(filed: Filed): Filing {
  if ("earlier" in filed) throw new TypeError("nothing is remembered without a key");
  return filed;
}

/** Files while the company is held, so that nothing it is computed from moves: two filings of a company take their turn. */
export async function fileInTurn(ctx: AppContext, tx: Tx, act: FilingAct, handedIn: FilingRequest): Promise<Filed> {
  await lockCompany(tx, handedIn.reporter.companyId);
  const request = filedNow(ctx, handedIn);
  const [facts] = await findFilingFacts(tx, [questionOf(ctx, request)]);
  if (facts === undefined) throw new TypeError("each question is answered");
  if ("earlier" in facts) return facts;
  const known = findKnown(ctx, act, request, facts);
  if (known !== undefined) return { created: false, receipt: await storedReceipt(ctx, tx, request, facts, known) };
  return { created: true, receipt: await writeVersion(ctx, tx, request, facts) };
}

/**
 * What was filed before with the same content; undefined where the report is new.
 *
 * @throws {ApiError} QUARTER_NOT_BEGUN | REPORT_EXISTS | REPORT_UNKNOWN | REPORT_UNCHANGED
 */
export function findKnown(
  ctx: AppContext,
  act: FilingAct,
  { input, content }: FilingRequest,
  { latest }: FilingFacts,
): LatestVersion | undefined {
  refuseFutureQuarter(input.quarter, ctx.clock.now());
  if (act === "submit") {
    if (latest === undefined || latest.content_sha256 === content.sha256) return latest;
    const details = { submission_id: latest.id, version: latest.version };
    throw reportError("REPORT_EXISTS", `Another report for ${input.quarter} was filed as version ${latest.version}.`, "quarter", details);
  }
  if (latest === undefined) throw reportError("REPORT_UNKNOWN", `Nothing was filed for ${input.quarter}.`, "quarter");
  if (latest.content_sha256 === content.sha256)
    throw reportError("REPORT_UNCHANGED", `Version ${latest.version} says the same.`, "entries");
  return undefined;
}

function refuseFutureQuarter(quarter: string, now: Date): void {
  parseQuarter(quarter, "quarter");
  if (quarterStart(quarter) > now) throw reportError("QUARTER_NOT_BEGUN", `${quarter} has not begun.`, "quarter");
}

/** Writes a version in the place of the one before it, with what money and holds make of it. */
async function writeVersion(ctx: AppContext, tx: Tx, request: FilingRequest, facts: FilingFacts): Promise<Receipt> {
  const { companyId, live, decidedBy } = request.reporter;
  const { quarter } = request.input;
  const isFirst = facts.latest === undefined;
  if (!isFirst && live) await waitForPlan(tx);
  if (!isFirst) await supersedeLines(tx, companyId, quarter, live);
  const lines = compute(ctx, facts.terms, request.input);
  if (!isFirst && live && decidedBy === undefined) await keepDecisions(tx, { companyId, quarter }, lines);
  const { row, charged, receipt } = await prepareFiling(ctx, tx, request, facts, lines);
  if (!(await storeFiling(tx, { ...row, takes_credits: true }))) throw new TypeError("nothing moves while the company is held");
  const { id: submissionId, version } = row;
  const posted = live ? chargedRow(row, await chargeReport(tx, { companyId, quarter, submissionId, version, lines: charged })) : row;
  return withStatuses(receipt, await concludeFiling(tx, posted));
}

async function storedReceipt(ctx: AppContext, tx: Tx, request: FilingRequest, facts: FilingFacts, latest: LatestVersion): Promise<Receipt> {
  const { reporter, input } = request;
  return toReceipt(ctx, tx, reporter, input, compute(ctx, facts.terms, input), facts.terms.payout, {
    submission: { id: latest.id, version: latest.version, filedAt: latest.filed_at },
    firstFiledAt: latest.first_filed_at,
    stored: await findStoredLines(tx, latest.id),
  });
}
