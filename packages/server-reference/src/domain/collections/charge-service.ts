import type { Tx } from "../../db/database.ts";
import { accounts } from "../../ledger/accounts.ts";
import { waitForPlan } from "../../ledger/plan-lock.ts";
import { type Entry, post } from "../../ledger/post.ts";
import { appendAudit } from "../audit/repository.ts";
import { tickSubjects } from "../compliance/service.ts";
import { carryHolds } from "../line-holds/service.ts";
import { type Allocation, allocateMoney, sumMicros } from "./allocate-money.ts";
import { collectionError } from "./errors.ts";
import {
  type EarlierLine,
  findCharged,
  findCredits,
  findEarlierLines,
  findLineMoney,
  findUnpaidLines,
  insertAllocations,
  lockCompany,
  markRejected,
  settleLines,
} from "./line-repository.ts";

/** A line that a report puts in force, in micro-dollars. */
export interface ChargedLine {
  readonly report_id: string;
  readonly model_id: string;
  readonly net: bigint;
}

export interface Charge {
  readonly companyId: string;
  readonly quarter: string;
  readonly submissionId: string;
  readonly version: number;
  readonly lines: readonly ChargedLine[];
}

/** What is posted for lines, and whose status follows from it. */
export interface ChargePlan {
  readonly entries: readonly Entry[];
  readonly settle: readonly string[];
}

interface Movement {
  readonly kind: "report.file" | "report.amend" | "report.reject";
  readonly ref: string;
  readonly companyId: string;
}

/** What the lines of a first version post where no credit of the company waits: nothing has to be read for it. */
export function firstCharge(companyId: string, lines: readonly ChargedLine[]): ChargePlan {
  return planCharge(companyId, { earlier: [], lines, moves: [], credits: [] });
}

/**
 * Puts the lines of a live report in the place of all earlier versions of the quarter. Money that stood on an earlier line
 * goes to the line of the same model, what is too much becomes a credit, and credits pay the oldest open lines.
 *
 * What payouts distributed of earlier versions is charged once: the new line accrues the difference, and a line without a successor
 * accrues what is to be taken back.
 * @returns what is to be posted and settled for it
 */
export async function chargeReport(tx: Tx, { companyId, quarter, submissionId, version, lines }: Charge): Promise<ChargePlan> {
  const earlier = version === 1 ? [] : await findEarlierLines(tx, { companyId, quarter, submissionId });
  const movement: Movement = { kind: version === 1 ? "report.file" : "report.amend", ref: submissionId, companyId };
  await carryHolds(tx, successorsOf(earlier, lines), companyId);
  return recharge(tx, movement, earlier, lines);
}

/**
 * Takes a line out of force, with its charge; what was paid of it becomes a credit of the company.
 *
 * @param actor - a board member's id
 * @throws {DatabaseFault} STATUS_TRANSITION where it is paid out, superseded or rejected already
 */
export async function rejectLine(tx: Tx, reportId: string, actor: string): Promise<void> {
  const line = await findCharged(tx, reportId);
  if (line === undefined) throw collectionError("REPORT_NOT_FOUND", "There is no such line.", "report_id");
  const { company_id: companyId, model_id, quarter } = line;
  await lockCompany(tx, companyId);
  await waitForPlan(tx);
  await markRejected(tx, reportId);
  const versions = await findEarlierLines(tx, { companyId, quarter, submissionId: null });
  const chain = versions.filter((version) => version.model_id === model_id);
  const movement: Movement = { kind: "report.reject", ref: reportId, companyId };
  const { entries, settle } = await recharge(tx, movement, chain, []);
  if (entries.length > 0) await post(tx, { kind: "report.reject", ref: reportId, live: true, entries });
  await settleLines(tx, settle);
  await appendAudit(tx, { actor, action: "line.reject", entity: "usage_report", entityId: reportId, detail: {} });
  await tickSubjects(tx, [companyId, model_id], actor);
}

/** Moves the money of earlier lines and the company's credits; the posting of it is the caller's. */
async function recharge(
  tx: Tx,
  { kind, ref, companyId }: Movement,
  earlier: readonly EarlierLine[],
  lines: readonly ChargedLine[],
): Promise<ChargePlan> {
  const moves = await moveMoney(tx, earlier, lines);
  if (moves.length > 0) await insertAllocations(tx, moves, kind, ref);
  const credits = await useCredits(tx, companyId);
  if (credits.length > 0) await insertAllocations(tx, credits, kind, ref);
  return planCharge(companyId, { earlier, lines, moves, credits });
}

interface Recharged {
  readonly earlier: readonly EarlierLine[];
  readonly lines: readonly ChargedLine[];
  readonly moves: readonly Allocation[];
  readonly credits: readonly Allocation[];
}

function planCharge(companyId: string, { earlier, lines, moves, credits }: Recharged): ChargePlan {
  const surplus = -sumMicros(moves);
  const used = sumMicros(credits);
  const accruals = accrualsOf(earlier, lines);
  const charged = accruals.reduce((sum, { amount }) => sum - amount, 0n);
  const entries: Entry[] = [
    ...accruals,
    { account: accounts.receivable(companyId), currency: "USD", amount: charged + surplus - used },
    { account: accounts.unapplied(companyId), currency: "USD", amount: used - surplus },
  ];
  return {
    entries: entries.filter(({ amount }) => amount !== 0n),
    settle: [...lines.map(({ report_id }) => report_id), ...credits.map(({ reportId }) => reportId)],
  };
}

/** Earlier lines give up what they accrue, save what is to be taken back; a new line accrues what was not distributed before. */
function accrualsOf(earlier: readonly EarlierLine[], lines: readonly ChargedLine[]): Entry[] {
  const successors = new Set(lines.map(({ model_id }) => model_id));
  const distributed = new Map<string, bigint>();
  for (const line of earlier) distributed.set(line.model_id, (distributed.get(line.model_id) ?? 0n) + line.distributed);
  return [
    ...earlier.map((line) => accrual(line.report_id, successors.has(line.model_id) ? line.accrued : line.accrued + line.distributed)),
    ...lines.map((line) => accrual(line.report_id, (distributed.get(line.model_id) ?? 0n) - line.net)),
  ];
}

function accrual(reportId: string, amount: bigint): Entry {
  return { account: accounts.accrued(reportId), currency: "USD", amount };
}

/** Lifts all money off the earlier lines and puts it on the new ones of the same models, as far as they owe it. */
async function moveMoney(tx: Tx, earlier: readonly EarlierLine[], lines: readonly ChargedLine[]): Promise<Allocation[]> {
  if (earlier.length === 0) return [];
  const standing = await findLineMoney(
    tx,
    earlier.map(({ report_id }) => report_id),
  );
  const modelOf = new Map(earlier.map(({ report_id, model_id }) => [report_id, model_id]));
  const placed = lines.flatMap(({ report_id, model_id, net }) =>
    allocateMoney(
      standing.filter(({ reportId }) => modelOf.get(reportId) === model_id),
      [{ reportId: report_id, micros: net }],
    ),
  );
  return [...standing.map((allocation) => ({ ...allocation, micros: -allocation.micros })), ...placed];
}

/** Credits pay what is open and not disputed. */
async function useCredits(tx: Tx, companyId: string): Promise<Allocation[]> {
  const credits = await findCredits(tx, companyId);
  if (credits.length === 0) return [];
  const open = (await findUnpaidLines(tx, companyId)).filter(({ status }) => status !== "disputed");
  return allocateMoney(
    credits,
    open.map(({ report_id, net, paid }) => ({ reportId: report_id, micros: net - paid })),
  );
}

/** Pairs of an earlier line and the new one of the same model. */
function successorsOf(earlier: readonly EarlierLine[], lines: readonly ChargedLine[]): { readonly from: string; readonly to: string }[] {
  const byModel = new Map(lines.map(({ model_id, report_id }) => [model_id, report_id]));
  return earlier.flatMap(({ report_id, model_id }) => {
    const to = byModel.get(model_id);
    return to === undefined ? [] : [{ from: report_id, to }];
  });
}
