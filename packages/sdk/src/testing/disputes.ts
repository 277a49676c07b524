import { formatUsd, parseUsd } from "../protocol/money.ts";
import { formatTimestamp } from "../protocol/timestamp.ts";
import type { Dispute } from "../client/disputes.ts";
import { caseLineOf, concernedLine, findFiledLine, holdLine, type Party, readDescription, readEvidence, releaseLine } from "./cases.ts";
import { Refusal, type State, type StoredDispute, type StoredLine } from "./state.ts";

type Body = Readonly<Record<string, unknown>>;
type Proposed = Dispute["proposed"];

/** Disputes a line: its payout waits, and where it is not paid for it counts as disputed. One dispute per line and party. */
export async function openDispute(state: State, party: Party, body: Body): Promise<Dispute> {
  const description = readDescription(body["description"]);
  const { submission, line, as } = concernedLine(state, party, body["report_id"]);
  const proposed = readFigures(body["proposed"], line);
  if (state.disputes.some((other) => other.report_id === line.report_id && other.party === party.id))
    throw new Refusal(409, "CASE_EXISTS", "you have disputed this line before", { path: "report_id" });
  const dispute: StoredDispute = {
    ...{ dispute_id: crypto.randomUUID(), report_id: line.report_id, party: party.id, party_kind: as, description, proposed },
    ...{ status: "open", opened_at: formatTimestamp(state.clock.now()), closed_at: null, resolution: null },
    evidence: await readEvidence(state, body["evidence"] ?? []),
  };
  state.disputes.push(dispute);
  holdLine(state, { submission, line }, dispute.dispute_id);
  return show(state, dispute);
}

function readFigures(proposed: unknown, line: StoredLine): Proposed {
  if (proposed === undefined) return { revenue_usd: null, run_cost_usd: null, inferences: null };
  const { revenue_usd, run_cost_usd, inferences } = proposed as { revenue_usd?: string; run_cost_usd?: string; inferences?: number };
  const same = (figure: string | undefined, held: string): boolean => figure === undefined || parseUsd(figure) === parseUsd(held);
  if (same(revenue_usd, line.revenue_usd) && same(run_cost_usd, line.run_cost_usd) && (inferences ?? line.inferences) === line.inferences)
    throw new Refusal(422, "FIGURES_UNCHANGED", "these are the figures that the line has", { path: "proposed" });
  const text = (figure: string | undefined): string | null => (figure === undefined ? null : formatUsd(parseUsd(figure)));
  return { revenue_usd: text(revenue_usd), run_cost_usd: text(run_cost_usd), inferences: inferences ?? null };
}

export function withdrawDispute(state: State, party: Party, { dispute_id }: Body): Dispute {
  const dispute = state.disputes.find((other) => other.dispute_id === dispute_id);
  if (dispute === undefined) throw new Refusal(404, "CASE_NOT_FOUND", `there is no dispute ${String(dispute_id)}`, { path: "dispute_id" });
  if (dispute.party !== party.id) throw new Refusal(404, "CASE_NOT_FOUND", "there is no such dispute of yours", { path: "dispute_id" });
  return show(state, closeDispute(state, dispute, "withdrawn", null));
}

/** Ends a dispute, by its party or by the board, and lets its line go. */
export function closeDispute(
  state: State,
  dispute: StoredDispute,
  status: "rejected" | "withdrawn",
  resolution: string | null,
): StoredDispute {
  if (dispute.status !== "open") throw new Refusal(409, "CASE_CLOSED", `this dispute is ${dispute.status}`);
  Object.assign(dispute, { status, resolution, closed_at: formatTimestamp(state.clock.now()) });
  releaseLine(state, dispute.dispute_id);
  return dispute;
}

/** What a party opened, and a company also what was opened about its lines; the newest first. */
export function disputesOf(state: State, party: Party): Dispute[] {
  return state.disputes
    .filter(({ party: by, report_id }) => by === party.id || findFiledLine(state, report_id)?.submission.company_id === party.company_id)
    .map((dispute) => show(state, dispute))
    .reverse();
}

function show(state: State, { party: _, description: __, ...dispute }: StoredDispute): Dispute {
  const filed = findFiledLine(state, dispute.report_id);
  if (filed === undefined) throw new RangeError("a dispute is about a line");
  return { ...dispute, result_report_id: null, line: caseLineOf(state, filed) };
}
