import { canonicalize } from "../protocol/canonical-json.ts";
import { lineDeadline } from "../protocol/compliance.ts";
import { formatUsd, parseUsd } from "../protocol/money.ts";
import { formatTimestamp } from "../protocol/timestamp.ts";
import type { PaymentReceipt, PaymentRequest, Receivable, Receivables } from "../client/receivables.ts";
import { tickSubjects } from "./compliance.ts";
import { creditsOf, linesInForce, type OwedLine, payLines, unpaidLines } from "./money.ts";
import type { Reporter } from "./reports.ts";
import { Refusal, type State, type StoredRequest } from "./state.ts";

const REQUEST_LIVES_MS = 23 * 3_600_000;
const HOLD_MS = 7 * 86_400_000;
/** What a card moves at least: a cent. */
const UNIT_MICROS = 10_000n;

/** What a company owes, line by line. */
export function receivablesOf(state: State, { company, live }: Reporter, quarter: string | null): Receivables {
  const now = state.clock.now();
  const open = unpaidLines(state, company.company_id, live).filter(
    ({ submission }) => quarter === null || submission.input.quarter === quarter,
  );
  return {
    company_id: company.company_id,
    open_usd: formatUsd(sumOpen(open)),
    credit_usd: formatUsd(live ? creditsOf(state, company.company_id).reduce((sum, { micros }) => sum + micros, 0n) : 0n),
    lines: open.map((owed) => toReceivable(owed, now)),
    as_of: formatTimestamp(now),
  };
}

function toReceivable({ submission, line, net, paid }: OwedLine, now: Date): Receivable {
  const { report_id, model_id, address, name, net_royalty_usd, status } = line;
  const deadline = lineDeadline({ quarter: submission.input.quarter, filed_at: submission.first_filed_at });
  return {
    ...{ report_id, quarter: submission.input.quarter, model_id, address, name, net_royalty_usd },
    ...{ paid_usd: formatUsd(paid), open_usd: formatUsd(net - paid), status },
    ...{ due_at: formatTimestamp(deadline), late: deadline < now },
  };
}

function sumOpen(lines: readonly OwedLine[]): bigint {
  return lines.reduce((sum, { net, paid }) => sum + net - paid, 0n);
}

/** Asks for the money of open lines; the same question within a day has the same answer. */
export function payLinesBy(state: State, { company_id }: Reporter["company"], body: Readonly<Record<string, unknown>>): PaymentRequest {
  const lines = chooseLines(unpaidLines(state, company_id), body);
  const owed = sumOpen(lines);
  if (owed === 0n)
    throw new Refusal(409, "NOTHING_DUE", "nothing of this is open", { hint: "See what is open with payments.receivables()." });
  const micros = ((owed + UNIT_MICROS - 1n) / UNIT_MICROS) * UNIT_MICROS;
  const amounts = lines.map(({ line, net, paid }) => ({ report_id: line.report_id, amount_usd: formatUsd(net - paid) }));
  const content = canonicalize({ body, amounts });
  const { payment_id, reference } = sameRequest(state, company_id, content) ?? newRequest(state, { company_id, micros, amounts, content });
  return { payment_id, reference, url: `${state.origin}/pay/${payment_id}`, amount_usd: formatUsd(micros), lines: amounts };
}

function chooseLines(unpaid: readonly OwedLine[], { quarter, report_ids }: Readonly<Record<string, unknown>>): OwedLine[] {
  if (report_ids === undefined)
    return unpaid.filter(
      ({ line, submission }) => line.status !== "disputed" && (quarter === undefined || submission.input.quarter === quarter),
    );
  return [...new Set(report_ids as readonly string[])].map((id, at) => {
    const found = unpaid.find(({ line }) => line.report_id === id.toLowerCase());
    if (found === undefined) throw new Refusal(404, "REPORT_NOT_FOUND", "you have no such open line", { path: `report_ids[${at}]` });
    return found;
  });
}

function sameRequest(state: State, company_id: string, content: string): StoredRequest | undefined {
  const since = state.clock.now().getTime() - REQUEST_LIVES_MS;
  return state.money.requests.find(
    (request) => request.company_id === company_id && request.content === content && request.asked_at.getTime() > since,
  );
}

interface NewRequest {
  readonly company_id: string;
  readonly micros: bigint;
  readonly amounts: readonly { readonly report_id: string }[];
  readonly content: string;
}

function newRequest(state: State, { company_id, micros, amounts, content }: NewRequest): StoredRequest {
  const reference = `OMLA-${String(state.money.requests.length + 1).padStart(10, "0")}`;
  const report_ids = amounts.map(({ report_id }) => report_id);
  const request = { payment_id: crypto.randomUUID(), company_id, reference, micros, report_ids, content, asked_at: state.clock.now() };
  state.money.requests.push(request);
  return request;
}

/** Money that arrives when a test says so. */
export interface TestPayment {
  /** Who pays; or `payment`, which says it too. */
  readonly company_id?: string;
  /** The `payment_id` or the `reference` that `payments.pay` gave. */
  readonly payment?: string;
  /** All that was asked for, or all that is open, where it is left out. */
  readonly amount_usd?: string;
  /** The lines that it is for; else what was asked for, else the oldest ones. */
  readonly report_ids?: readonly string[];
  /** What the bank calls it: the same twice is one payment. */
  readonly reference?: string;
}

/** Books money that arrived: lines that are paid in full become `funded`, what is left is a credit. */
export function receivePayment(state: State, input: TestPayment): PaymentReceipt {
  const request = state.money.requests.find(({ payment_id, reference }) => payment_id === input.payment || reference === input.payment);
  const company_id = request?.company_id ?? input.company_id ?? "";
  const company = state.companies.get(company_id);
  if (company === undefined || (input.payment !== undefined && request === undefined)) throw new RangeError("nobody known paid this");
  const reference = input.reference ?? crypto.randomUUID();
  const earlier = state.money.receipts.find(({ body }) => body.reference === reference);
  if (earlier !== undefined) return earlier.body;
  const lines = linesFor(state, company_id, input.report_ids ?? request?.report_ids);
  const micros = input.amount_usd === undefined ? (request?.micros ?? sumOpen(lines)) : parseUsd(input.amount_usd, "amount_usd");
  if (micros === 0n) throw new RangeError("no money arrives");
  const payment = { payment_id: crypto.randomUUID(), company_id, reference, micros };
  state.money.payments.push(payment);
  payLines(state, [payment], lines);
  tickSubjects(state, [`commercial_user:${company_id}`, ...lines.map(({ line }) => `model:${line.model_id}`)]);
  const body = toReceipt(state, company.company_name, payment);
  state.money.receipts.push({ company_id, body });
  return body;
}

/** Named lines are followed to those that took their place. */
function linesFor(state: State, company_id: string, report_ids: readonly string[] | undefined): OwedLine[] {
  if (report_ids === undefined) return unpaidLines(state, company_id);
  const named = state.submissions.flatMap(({ input, lines }) =>
    lines.filter((line) => report_ids.includes(line.report_id)).map(({ model_id }) => `${input.quarter} ${model_id}`),
  );
  return unpaidLines(state, company_id).filter(({ submission, line }) => named.includes(`${submission.input.quarter} ${line.model_id}`));
}

function toReceipt(
  state: State,
  company_name: string,
  {
    payment_id,
    company_id,
    reference,
    micros,
  }: { readonly payment_id: string; readonly company_id: string; readonly reference: string; readonly micros: bigint },
): PaymentReceipt {
  const now = state.clock.now();
  const moves = state.money.moves.filter((move) => move.payment_id === payment_id);
  const applied = moves.reduce((sum, move) => sum + move.micros, 0n);
  const lines = linesInForce(state, company_id, true).filter(({ line }) => moves.some(({ report_id }) => report_id === line.report_id));
  return {
    number: `R-${String(state.money.receipts.length + 1).padStart(6, "0")}`,
    kind: "receipt",
    issued_at: formatTimestamp(now),
    issuer: { name: "Registry of a test", registry: state.origin },
    payer: { company_id, company_name },
    collection_id: payment_id,
    refund_of: null,
    occurred_at: formatTimestamp(now),
    clears_at: formatTimestamp(new Date(now.getTime() + HOLD_MS)),
    ...{ rail: "other", method: "bank", reference, reason: null, currency: "USD" },
    ...{
      amount: formatUsd(micros),
      amount_usd: formatUsd(micros),
      applied_usd: formatUsd(applied),
      credit_usd: formatUsd(micros - applied),
    },
    lines: lines.map((owed) => toPaidLine(owed, moves.find(({ report_id }) => report_id === owed.line.report_id)?.micros ?? 0n)),
    open_usd: formatUsd(sumOpen(unpaidLines(state, company_id))),
  };
}

function toPaidLine({ submission, line, net, paid }: OwedLine, micros: bigint): PaymentReceipt["lines"][number] {
  const { report_id, model_id, address, name, royalty_usd, deducted_fees_usd, net_royalty_usd, status } = line;
  return {
    ...{ report_id, model_id, address, name, quarter: submission.input.quarter, royalty_usd, deducted_fees_usd, net_royalty_usd },
    ...{ amount_usd: formatUsd(micros), paid_usd: formatUsd(paid), open_usd: formatUsd(net - paid), status },
  };
}

/** One page of a company's receipts, the oldest first. */
export function receiptsOf(state: State, company_id: string, query: URLSearchParams): { receipts: PaymentReceipt[]; next: string | null } {
  const after = query.get("after") ?? "";
  const limit = Number(query.get("limit") ?? "50");
  const rest = state.money.receipts.filter((receipt) => receipt.company_id === company_id && receipt.body.number > after);
  const receipts = rest.slice(0, limit).map(({ body }) => body);
  return { receipts, next: rest.length > limit ? (receipts.at(-1)?.number ?? null) : null };
}

/** One receipt of a company. */
export function receiptOf(state: State, company_id: string, number: string): PaymentReceipt {
  const found = state.money.receipts.find((receipt) => receipt.company_id === company_id && receipt.body.number === number);
  if (found === undefined) throw new Refusal(404, "RECEIPT_NOT_FOUND", `there is no receipt ${number}`, { path: "number" });
  return found.body;
}
