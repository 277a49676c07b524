import { canonicalize } from "../protocol/canonical-json.ts";
import { joinPath } from "../protocol/errors.ts";
import { dutyAfter, lineDeadline } from "../protocol/compliance.ts";
import type { Registration } from "../protocol/documents/registration.ts";
import { formatUsd, parseUsd } from "../protocol/money.ts";
import { resolvePayoutCurrency } from "../protocol/payout-currency.ts";
import { divideByShares } from "../protocol/payout.ts";
import { quarterEnd, quarterStart } from "../protocol/quarter.ts";
import { computeReport, type ReportEntry, type ReportLine } from "../protocol/report.ts";
import { resolveSplits } from "../protocol/splits.ts";
import { formatTimestamp } from "../protocol/timestamp.ts";
import { normalizeReport, type ReportInput } from "../client/report-input.ts";
import type { Allocation, Receipt, ReceiptLine } from "../client/receipt.ts";
import { carryHolds } from "./cases.ts";
import { tickSubjects } from "./compliance.ts";
import { chargeLines } from "./money.ts";
import { settlementOf } from "./rates.ts";
import { forkOf } from "./hosters.ts";
import { documentAt } from "./model-versions.ts";
import { findModel, lineageModels, primaryWallet } from "./registrations.ts";
import { Refusal, type State, type StoredCompany, type StoredLine, type Submission } from "./state.ts";

export interface Reporter {
  readonly company: StoredCompany;
  readonly live: boolean;
}

/** The figures of a report; writes nothing. */
export function quoteReport(state: State, reporter: Reporter, body: unknown): Receipt {
  const input = readInput(state, body);
  const filed_at = formatTimestamp(state.clock.now());
  return toReceipt(state, reporter, input, computeLines(state, input), { submission: undefined, first_filed_at: filed_at });
}

/** Files the first report of a quarter; the same content again is the same report. */
export function submitReport(state: State, reporter: Reporter, body: unknown): { status: number; receipt: Receipt } {
  const input = readInput(state, body);
  const latest = latestOf(state, reporter, input.quarter);
  if (latest === undefined) return { status: 201, receipt: file(state, reporter, input, undefined) };
  if (latest.content === canonicalize(input)) return { status: 200, receipt: receiptOf(state, reporter, latest) };
  throw new Refusal(409, "REPORT_EXISTS", `another report for ${input.quarter} was filed as version ${latest.version}`, {
    path: "quarter",
    details: { submission_id: latest.submission_id, version: latest.version },
    hint: "To change what was filed, amend it.",
  });
}

/** Files a new version in the place of the latest one. */
export function amendReport(state: State, reporter: Reporter, body: unknown): Receipt {
  const input = readInput(state, body);
  const latest = latestOf(state, reporter, input.quarter);
  if (latest === undefined)
    throw new Refusal(404, "REPORT_UNKNOWN", `nothing was filed for ${input.quarter}`, {
      path: "quarter",
      hint: "File the first version as a report.",
    });
  if (latest.content === canonicalize(input))
    throw new Refusal(409, "REPORT_UNCHANGED", `version ${latest.version} says the same`, { path: "entries" });
  return file(state, reporter, input, latest);
}

/** All versions of a company's reports on one ledger. */
export function submissionsOf(state: State, { company, live }: Reporter): Submission[] {
  return state.submissions.filter((submission) => submission.company_id === company.company_id && submission.live === live);
}

function latestOf(state: State, reporter: Reporter, quarter: string): Submission | undefined {
  return submissionsOf(state, reporter).findLast(({ input }) => input.quarter === quarter);
}

function readInput(state: State, body: unknown): ReportInput {
  refuseNumbers(body, "");
  const input = normalizeReport(body as ReportInput);
  if (quarterStart(input.quarter) > state.clock.now()) {
    throw new Refusal(422, "QUARTER_NOT_BEGUN", `${input.quarter} has not begun`, {
      path: "quarter",
      hint: "File for the running quarter or an earlier one.",
    });
  }
  return input;
}

/** A registry takes decimals as strings only: numbers are lifted by who sends them. @see docs/spec/2-money.md clause 2.4 */
function refuseNumbers(value: unknown, path: string): void {
  if (typeof value !== "object" || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    const at = joinPath(path, Array.isArray(value) ? Number(name) : name);
    if (typeof member === "number" && name !== "inferences") {
      throw new Refusal(400, "AMOUNT_INVALID", "a decimal is a string", { path: at, hint: 'Write it as a string such as "18400.00".' });
    }
    refuseNumbers(member, at);
  }
}

interface ComputedLine extends Omit<ReceiptLine, "report_id" | "status"> {
  readonly document: Registration;
}

function computeLines(state: State, input: ReportInput): ComputedLine[] {
  const models = new Map<string, Registration>();
  const entries = input.entries.map((entry, at) => withModelIds(state, entry, `entries[${at}]`, models));
  const rateOf = (id: string): string => state.rates[models.get(id)?.asset_kind ?? "model"] ?? "0.30";
  return computeReport(entries, rateOf).map((line) => completeLine(state, input.quarter, line, models.get(line.model) as Registration));
}

function withModelIds(state: State, entry: ReportEntry, path: string, models: Map<string, Registration>): ReportEntry {
  const idOf = (reference: string, at: string): string => {
    const document = findModel(state, reference)?.document;
    if (document === undefined) {
      throw new Refusal(422, "MODEL_NOT_FOUND", `no registered model is named ${reference}`, {
        path: `${at}.model`,
        hint: "Name a registered model by address, id or weight hash.",
      });
    }
    models.set(document.model_id, document);
    return document.model_id;
  };
  if (!("models" in entry)) return { ...entry, model: idOf(entry.model, path) };
  return { ...entry, models: entry.models.map((part, at) => ({ ...part, model: idOf(part.model, `${path}.models[${at}]`) })) };
}

function completeLine(state: State, quarter: string, { model, ...figures }: ReportLine, document: Registration): ComputedLine {
  const { hoster_pool_usd, creator_pool_usd } = forkOf(
    state,
    model,
    quarter,
    figures.net_royalty_usd,
    hosterShareOf(state, model, quarter),
  );
  return {
    document,
    model_id: model,
    address: primaryWallet(document),
    name: document.name,
    ...figures,
    hoster_pool_usd,
    creator_pool_usd,
  };
}

/** What a filed line brings to wallets: to its creators by the lineage, to verified hosters by volume, both as at the end of its quarter. */
export function receiversOf(state: State, quarter: string, line: StoredLine): { wallet: string; amount_usd: string }[] {
  const models = lineageModels(state, lastInstant(quarter));
  const shares = resolveSplits({ models, target_model_id: line.model_id, lineage_policy: state.policy });
  const { hosters } = forkOf(state, line.model_id, quarter, line.net_royalty_usd, hosterShareOf(state, line.model_id, quarter));
  const walletOf = (id: string): string => state.claims.find(({ claim_id }) => claim_id === id)?.wallet ?? id;
  return [
    ...divideByShares(line.creator_pool_usd, shares),
    ...hosters.map(({ hoster_id, amount_usd }) => ({ wallet: walletOf(hoster_id), amount_usd })),
  ];
}

/** The hosters' share is the one at the end of the quarter. @see docs/spec/2-money.md clause 2.21 */
function hosterShareOf(state: State, modelId: string, quarter: string): string {
  const stored = state.models.get(modelId);
  return (stored === undefined ? undefined : documentAt(stored, lastInstant(quarter)).hoster_share_pct) ?? "0";
}

/** The last moment that still belongs to a quarter: what is in force then is that of the quarter. */
function lastInstant(quarter: string): Date {
  return new Date(quarterEnd(quarter).getTime() - 1);
}

function file(state: State, reporter: Reporter, input: ReportInput, latest: Submission | undefined): Receipt {
  const { company, live } = reporter;
  const computed = computeLines(state, input);
  if (live) recordDuty(company, input);
  const filed_at = formatTimestamp(state.clock.now());
  for (const submission of submissionsOf(state, reporter)) if (submission.input.quarter === input.quarter) supersede(submission);
  const submission: Submission = {
    submission_id: crypto.randomUUID(),
    ...{ company_id: company.company_id, live, input, filed_at },
    version: (latest?.version ?? 0) + 1,
    content: canonicalize(input),
    first_filed_at: latest?.first_filed_at ?? filed_at,
    lines: computed.map((line) => storeLine(line, input)),
  };
  state.submissions.push(submission);
  // First, since free money goes to no line that is in question.
  if (latest !== undefined) carryHolds(state, latest.lines, submission);
  chargeLines(state, submission);
  if (live) tickSubjects(state, [`commercial_user:${company.company_id}`, ...computed.map(({ model_id }) => `model:${model_id}`)]);
  return receiptOf(state, reporter, submission);
}

function storeLine({ document: _, ...line }: ComputedLine, input: ReportInput): StoredLine {
  const entry = input.entries[Number(/\d+/.exec(line.entry)?.[0])];
  const pipeline = entry !== undefined && "pipeline" in entry ? entry.pipeline : null;
  // What owes nothing waits for no money.
  const status = parseUsd(line.net_royalty_usd) === 0n ? "funded" : "submitted";
  return { ...line, report_id: crypto.randomUUID(), pipeline, status, disputed_at: null };
}

function supersede({ lines }: Submission): void {
  for (const line of lines) if (line.status !== "rejected") line.status = "superseded";
}

/** @see docs/spec/2-money.md clauses 2.19 and 2.20 */
function recordDuty(company: StoredCompany, { quarter, reporting_from: named, final }: ReportInput): void {
  if (named !== undefined && named > quarter)
    throw new Refusal(422, "REPORTING_FROM", `${named} is after ${quarter}`, { path: "reporting_from" });
  Object.assign(company, dutyAfter(company, { quarter, reporting_from: named, final }));
}

function receiptOf(state: State, reporter: Reporter, submission: Submission): Receipt {
  return toReceipt(state, reporter, submission.input, computeLines(state, submission.input), {
    submission,
    first_filed_at: submission.first_filed_at,
  });
}

interface Filing {
  readonly submission: Submission | undefined;
  readonly first_filed_at: string;
}

function toReceipt(
  state: State,
  { company, live }: Reporter,
  input: ReportInput,
  lines: readonly ComputedLine[],
  { submission, first_filed_at }: Filing,
): Receipt {
  const stored = new Map(submission?.lines.map((line) => [line.model_id, line]));
  const sum = (member: "royalty_usd" | "deducted_fees_usd" | "net_royalty_usd"): string =>
    formatUsd(lines.reduce((total, line) => total + parseUsd(line[member]), 0n));
  return {
    submission_id: submission?.submission_id ?? null,
    company_id: company.company_id,
    quarter: input.quarter,
    version: submission?.version ?? null,
    final: input.final ?? false,
    filed_at: submission?.filed_at ?? null,
    due_at: formatTimestamp(lineDeadline({ quarter: input.quarter, filed_at: first_filed_at })),
    live,
    royalty_usd: sum("royalty_usd"),
    deducted_fees_usd: sum("deducted_fees_usd"),
    net_royalty_usd: sum("net_royalty_usd"),
    lines: lines.map(({ document, ...line }) => ({
      report_id: stored.get(line.model_id)?.report_id ?? null,
      status: stored.get(line.model_id)?.status ?? null,
      asset_kind: document.asset_kind ?? "model",
      ...line,
    })),
    allocations: allocate(state, company, input.quarter, lines, new Map([...stored].map(([id, { report_id }]) => [id, report_id]))),
    policy: state.policy,
  };
}

function allocate(
  state: State,
  company: StoredCompany,
  quarter: string,
  lines: readonly ComputedLine[],
  reportIds: ReadonlyMap<string, string>,
): Allocation[] {
  const models = lineageModels(state, lastInstant(quarter));
  const byWallet = new Map<string, Allocation["lines"][number][]>();
  for (const { model_id, entry, creator_pool_usd } of lines) {
    const shares = resolveSplits({ models, target_model_id: model_id, lineage_policy: state.policy });
    for (const { wallet, amount_usd } of divideByShares(creator_pool_usd, shares)) {
      byWallet.set(wallet, [...(byWallet.get(wallet) ?? []), { report_id: reportIds.get(model_id) ?? null, entry, amount_usd }]);
    }
  }
  return [...byWallet.keys()].sort().map((wallet) => {
    const parts = byWallet.get(wallet) ?? [];
    const amount_usd = formatUsd(parts.reduce((total, part) => total + parseUsd(part.amount_usd), 0n));
    const payment = { wallet, amount_usd, ...currencyOf(state, company, wallet) };
    return { ...payment, ...settlementOf(state, payment), lines: parts };
  });
}

/** Where no preference is declared, a wallet is paid in the currency in which everything is computed. */
function currencyOf(
  state: State,
  { currencies, conversion_fees }: StoredCompany,
  wallet: string,
): Pick<Allocation, "currency" | "route" | "fee_pct"> {
  const owner = state.models.get(state.wallets.get(wallet)?.model_id ?? "");
  const creator_currency_prefs = owner?.document.creator_currency_prefs;
  if (creator_currency_prefs === undefined) return { currency: "USD", route: "native", fee_pct: "0" };
  return resolvePayoutCurrency({ creator_currency_prefs, remitter_currencies: currencies, remitter_conversion_fees: conversion_fees });
}
