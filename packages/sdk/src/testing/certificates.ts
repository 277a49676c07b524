import { buildStatement, type Statement } from "../protocol/documents/statement.ts";
import { signDocument } from "../protocol/documents.ts";
import { formatUsd, parseUsd } from "../protocol/money.ts";
import { parseQuarter, quarterEnd } from "../protocol/quarter.ts";
import { tickSubjects } from "./compliance.ts";
import { linesInForce } from "./money.ts";
import { Refusal, type State, type StoredCompany, subjectOf } from "./state.ts";

/** The registry's signed word on how a company stands for an ended quarter. */
export async function certificateOf(state: State, company: StoredCompany, body: Readonly<Record<string, unknown>>): Promise<Statement> {
  const { text: quarter } = parseQuarter(String(body["quarter"]), "quarter");
  const now = state.clock.now();
  if (quarterEnd(quarter) > now)
    throw new Refusal(422, "QUARTER_NOT_ENDED", `${quarter} has not ended`, { path: "quarter", hint: "Ask again after its last day." });
  const { company_id, company_name } = company;
  tickSubjects(state, [`commercial_user:${company_id}`]);
  const { state: standing, state_since } = subjectOf(state, "commercial_user", company_id);
  const facts = { company_id, company_name, quarter, state: standing, state_since, ...figuresOf(state, company_id, quarter) };
  return signDocument("statement", buildStatement({ generated_at: now, registry: state.origin, ...facts }), state.listKey.secretKey);
}

function figuresOf(
  state: State,
  company_id: string,
  quarter: string,
): Pick<Statement, "reported" | "line_count" | "royalty_usd" | "deducted_fees_usd" | "net_royalty_usd" | "settled_usd"> {
  const filed = state.submissions.filter(
    ({ live, ...other }) => live && other.company_id === company_id && other.input.quarter === quarter,
  );
  const owed = linesInForce(state, company_id, true).filter(({ submission }) => submission.input.quarter === quarter);
  const sum = (member: "royalty_usd" | "deducted_fees_usd" | "net_royalty_usd"): string =>
    formatUsd(owed.reduce((total, { line }) => total + parseUsd(line[member]), 0n));
  const settled = owed.reduce(
    (total, { line, net, paid }) => total + (line.status === "funded" || line.status === "paid" ? net : paid),
    0n,
  );
  return {
    reported: filed.some(({ lines }) => lines.length === 0 || lines.some(({ status }) => status !== "rejected")),
    line_count: owed.length,
    ...{ royalty_usd: sum("royalty_usd"), deducted_fees_usd: sum("deducted_fees_usd"), net_royalty_usd: sum("net_royalty_usd") },
    settled_usd: formatUsd(settled),
  };
}
