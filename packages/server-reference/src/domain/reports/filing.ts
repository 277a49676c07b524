import { randomUUID } from "node:crypto";
import { canonicalize, parseUsd, sha256Hex, utf8Encode } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import type { ChargedLine, ChargePlan } from "../collections/charge-service.ts";
import type { Claim } from "../idempotency/repository.ts";
import { dutyOf } from "./duty.ts";
import { type ComputedLine, computeLines, namedModels } from "./figures.ts";
import type { FilingFacts, FilingQuestion, FilingRow, LineStatuses, NewLine } from "./filing-repository.ts";
import { figuresOf, toReceipt } from "./receipt.ts";
import type { Reporter } from "./reporter.ts";
import type { Receipt, ReportInput } from "./schema.ts";
import type { ReportTerms } from "./terms-repository.ts";

/** A report on its way in. */
export interface FilingRequest {
  readonly reporter: Reporter;
  readonly input: ReportInput;
  /** Canonical, with its SHA-256. */
  readonly content: { readonly text: string; readonly sha256: string };
  readonly claim: Claim | undefined;
  /** A whole second before anything is read for it: what is filed after the end of a quarter goes by all that was so at its end. */
  readonly filedAt: Date;
}

export async function filingRequest(ctx: AppContext, reporter: Reporter, input: ReportInput, claim?: Claim): Promise<FilingRequest> {
  const text = canonicalize(input);
  const content = { text, sha256: await sha256Hex(utf8Encode(text)) };
  return filedNow(ctx, { reporter, input, content, claim });
}

/** The request, as one of this moment. */
export function filedNow(ctx: AppContext, request: Omit<FilingRequest, "filedAt">): FilingRequest {
  return { ...request, filedAt: wholeSecond(ctx.clock.now()) };
}

export function questionOf(ctx: AppContext, { reporter, input, claim }: FilingRequest): FilingQuestion {
  return {
    company_id: reporter.companyId,
    quarter: input.quarter,
    live: reporter.live,
    named: namedModels(input),
    policy: ctx.config.lineagePolicy,
    scope: claim?.scope ?? null,
    key: claim?.key ?? null,
  };
}

export function compute(ctx: AppContext, terms: ReportTerms, input: ReportInput): ComputedLine[] {
  const { lineagePolicy, limits } = ctx.config;
  return computeLines(terms, input, lineagePolicy, limits.entries);
}

/** A report that is computed and not stored yet. */
export interface PreparedFiling {
  readonly row: FilingRow;
  readonly charged: readonly ChargedLine[];
  /** The status of its lines is known when it is stored. */
  readonly receipt: Receipt;
}

/** Everything that a version of a report writes, save what money and holds of earlier versions make of it. */
export async function prepareFiling(
  ctx: AppContext,
  tx: Tx,
  request: FilingRequest,
  facts: FilingFacts,
  lines: readonly ComputedLine[],
): Promise<PreparedFiling> {
  const { reporter, input } = request;
  const reportIds = new Map(lines.map(({ model }) => [model, randomUUID()]));
  const version = versionOf(ctx, request, facts);
  const receipt = await toReceipt(ctx, tx, reporter, input, lines, facts.terms.payout, {
    submission: { id: version.id, version: version.version, filedAt: version.filed_at },
    firstFiledAt: version.first_filed_at,
    stored: new Map([...reportIds].map(([model, report_id]) => [model, { report_id, status: null }])),
  });
  const stored = lines.map((line) => ({ line, report_id: reportIds.get(line.model) ?? "" }));
  const row: FilingRow = {
    ...version,
    ...(reporter.live ? dutyOf(facts.duty, input) : facts.duty),
    known_from: facts.duty.reporting_from,
    known_until: facts.duty.reporting_until,
    lines: stored.map(toNewLine),
    subjects: reporter.live ? [...new Set([reporter.companyId, ...reportIds.keys()])] : [],
    actor: reporter.decidedBy ?? reporter.companyId,
    answer: receipt,
    ...claimOf(request.claim),
  };
  const charged = stored.map(({ line, report_id }) => ({ report_id, model_id: line.model, net: parseUsd(line.net_royalty_usd) }));
  return { row, charged: reporter.live ? charged : [], receipt };
}

/** The row with its postings. */
export function chargedRow(row: FilingRow, { entries, settle }: ChargePlan): FilingRow {
  return { ...row, settle, entries: entries.map(({ amount, ...entry }) => ({ ...entry, amount: amount.toString() })) };
}

/** The receipt with what became of its lines. */
export function withStatuses(receipt: Receipt, statuses: LineStatuses): Receipt {
  const lines = receipt.lines.map((line) => ({ ...line, status: statuses[line.report_id ?? ""] ?? line.status }));
  return { ...receipt, lines };
}

/** What the request alone and the version before it decide. */
function versionOf(ctx: AppContext, { reporter, input, content, filedAt }: FilingRequest, { latest }: FilingFacts) {
  const version = (latest?.version ?? 0) + 1;
  return {
    id: randomUUID(),
    company_id: reporter.companyId,
    quarter: input.quarter,
    version,
    final: input.final ?? false,
    live: reporter.live,
    lineage_policy: ctx.config.lineagePolicy,
    content_sha256: content.sha256,
    content: content.text,
    filed_at: filedAt,
    first_filed_at: latest?.first_filed_at ?? filedAt,
    takes_credits: false,
    kind: latest === undefined ? "report.file" : "report.amend",
    action: latest === undefined ? "report.submit" : "report.amend",
    detail: { after: { quarter: input.quarter, version, content_sha256: content.sha256, live: reporter.live } },
    entries: [],
    settle: [],
  } as const;
}

function claimOf(claim: Claim | undefined): Pick<FilingRow, "scope" | "key" | "claim_sha256" | "status"> {
  return { scope: claim?.scope ?? null, key: claim?.key ?? null, claim_sha256: claim?.content ?? null, status: 201 };
}

function wholeSecond(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 1_000) * 1_000);
}

function toNewLine({ line, report_id }: { readonly line: ComputedLine; readonly report_id: string }): NewLine {
  const { license_version, hoster_share_pct } = line.modelFacts;
  return { ...figuresOf(line), report_id, pipeline: line.pipeline, license_version, hoster_share_pct, terms_sha256: line.terms_sha256 };
}
