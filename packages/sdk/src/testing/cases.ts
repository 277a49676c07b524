import { fromBase64, toHex } from "../protocol/bytes.ts";
import { parseUsd } from "../protocol/money.ts";
import { quarterEnd } from "../protocol/quarter.ts";
import { sha256 } from "../protocol/sha256.ts";
import { resolveSplits } from "../protocol/splits.ts";
import { formatTimestamp } from "../protocol/timestamp.ts";
import type { CaseLine, StoredEvidence } from "../client/evidence.ts";
import { tickSubjects } from "./compliance.ts";
import { standingOn } from "./money.ts";
import { keysOf } from "./mutations.ts";
import { lineageModels } from "./registrations.ts";
import { Refusal, type State, type StoredCompany, type StoredLine, type Submission } from "./state.ts";

const MAX_FILES = 10;

/** Who speaks in a case: a company by its live key, or somebody who proved a key by sign-in. */
export interface Party {
  /** The same for the same party. */
  readonly id: string;
  readonly company_id?: string;
  readonly pubkey?: string;
}

export type PartyKind = "company" | "creator" | "hoster";

/** A line with the report that it belongs to. */
export interface FiledLine {
  readonly submission: Submission;
  readonly line: StoredLine;
}

/** A company with the ledger of its key. */
interface KeyHolder {
  readonly company: StoredCompany;
  readonly live: boolean;
}

export function partyOf(reporter: KeyHolder | undefined, pubkey: string | undefined): Party {
  if (reporter?.live === false) throw new Refusal(422, "LINE_TEST", "a test key opens no cases");
  if (reporter !== undefined) return { id: reporter.company.company_id, company_id: reporter.company.company_id };
  if (pubkey !== undefined) return { id: pubkey, pubkey };
  throw new Refusal(401, "PARTY_NEEDED", "this needs a company's key or a session", {
    hint: "Send the company's live API key, or the session of sign-in with the key of a creator or hoster.",
  });
}

/** The line that a party may speak about, and as what. */
export function concernedLine(state: State, party: Party, reportId: unknown): FiledLine & { readonly as: PartyKind } {
  const filed = findFiledLine(state, String(reportId));
  const as = filed === undefined ? undefined : roleIn(state, party, filed);
  if (filed === undefined || as === undefined)
    throw new Refusal(404, "REPORT_NOT_FOUND", "there is no such line of yours", { path: "report_id" });
  if (!filed.submission.live) throw new Refusal(422, "LINE_TEST", "this line was filed with a test key", { path: "report_id" });
  const { status } = filed.line;
  if (status === "superseded" || status === "rejected")
    throw new Refusal(409, "LINE_CLOSED", `this line is ${status}`, { path: "report_id" });
  return { ...filed, as };
}

export function findFiledLine(state: State, reportId: string): FiledLine | undefined {
  for (const submission of state.submissions) {
    const line = submission.lines.find(({ report_id }) => report_id === reportId);
    if (line !== undefined) return { submission, line };
  }
  return undefined;
}

/** Who is paid through a line, by the lineage at the end of its quarter, may speak about it. */
function roleIn(state: State, { company_id, pubkey = "" }: Party, { submission, line }: FiledLine): PartyKind | undefined {
  if (company_id !== undefined) return company_id === submission.company_id ? "company" : undefined;
  const models = lineageModels(state, new Date(quarterEnd(submission.input.quarter).getTime() - 1));
  const shares = resolveSplits({ models, target_model_id: line.model_id, lineage_policy: state.policy });
  if (shares.some(({ wallet }) => isHolderOf(state, wallet, pubkey))) return "creator";
  const hosts = state.claims.some(
    (claim) => claim.model_id === line.model_id && claim.hoster_pubkey === pubkey && claim.isVerified && !claim.isRevoked,
  );
  return hosts ? "hoster" : undefined;
}

export function isHolderOf(state: State, address: string, pubkey: string): boolean {
  const wallet = state.wallets.get(address);
  if (wallet?.isPrimary === true) return keysOf(state.models.get(wallet.model_id ?? "")).includes(pubkey);
  return wallet?.owner_pubkey === pubkey;
}

/** A line's payout waits while a case holds it; where it is not paid for, it counts as disputed. */
export function holdLine(state: State, filed: FiledLine, caseId: string): void {
  const { line } = filed;
  // Also where it is paid for: were its money to go back, the 90 days would else begin anew.
  line.disputed_at ??= firstDispute(state, filed) ?? formatTimestamp(state.clock.now());
  state.holds.push({ case_id: caseId, report_id: line.report_id });
  settle(state, filed);
  tickOf(state, filed);
}

/** When the line or an earlier version of it was disputed for the first time: a later dispute does not renew it. */
function firstDispute(state: State, { submission: { company_id, live, input }, line: { model_id } }: FiledLine): string | null {
  const times = state.submissions
    .filter((other) => other.company_id === company_id && other.live === live && other.input.quarter === input.quarter)
    .flatMap(({ lines }) => lines.filter((line) => line.model_id === model_id).map(({ disputed_at }) => disputed_at ?? []))
    .flat();
  return times.sort()[0] ?? null;
}

export function releaseLine(state: State, caseId: string): void {
  const released = state.holds.filter(({ case_id }) => case_id === caseId);
  for (const hold of released) state.holds.splice(state.holds.indexOf(hold), 1);
  for (const { report_id } of released) {
    const filed = findFiledLine(state, report_id);
    if (filed === undefined) continue;
    settle(state, filed);
    tickOf(state, filed);
  }
}

/** An amendment does not shake off a case: what held the old line holds the one in its place. */
export function carryHolds(state: State, before: readonly StoredLine[], after: Submission): void {
  for (const old of before) {
    const line = after.lines.find(({ model_id }) => model_id === old.model_id);
    const holds = state.holds.filter(({ report_id }) => report_id === old.report_id);
    if (line === undefined || holds.length === 0) continue;
    line.disputed_at ??= old.disputed_at;
    for (const hold of holds) hold.report_id = line.report_id;
    settle(state, { line });
  }
}

export function isHeld(state: State, reportId: string): boolean {
  return state.holds.some(({ report_id }) => report_id === reportId);
}

function settle(state: State, { line }: Pick<FiledLine, "line">): void {
  if (line.status === "submitted" || line.status === "disputed") {
    const isPaid = standingOn(state, line.report_id) >= parseUsd(line.net_royalty_usd);
    line.status = isPaid ? "funded" : isHeld(state, line.report_id) ? "disputed" : "submitted";
    if (line.status === "disputed") line.disputed_at ??= formatTimestamp(state.clock.now());
  }
}

function tickOf(state: State, { submission, line }: FiledLine): void {
  tickSubjects(state, [`commercial_user:${submission.company_id}`, `model:${line.model_id}`]);
}

export function caseLineOf(state: State, { submission, line }: FiledLine): CaseLine {
  const { company_id } = submission;
  return {
    quarter: submission.input.quarter,
    model_id: line.model_id,
    model_name: line.name,
    company_id,
    company_name: state.companies.get(company_id)?.company_name ?? company_id,
    status: line.status,
  };
}

/** What a registry keeps of files, and shows of them. */
export async function readEvidence(state: State, files: unknown): Promise<StoredEvidence[]> {
  if (!Array.isArray(files) || files.length > MAX_FILES)
    throw new Refusal(400, "INPUT_INVALID", `at most ${MAX_FILES} files are allowed`, { path: "evidence" });
  return Promise.all(files.map(async (file: Readonly<Record<string, unknown>>, at) => readFile(state, file, `evidence[${at}]`)));
}

async function readFile(state: State, { content, media_type }: Readonly<Record<string, unknown>>, path: string): Promise<StoredEvidence> {
  const bytes = fromBase64(String(content));
  if (bytes === undefined || bytes.length === 0)
    throw new Refusal(422, "EVIDENCE_ENCODING", "the content is not standard base64", { path: `${path}.content` });
  return {
    evidence_id: crypto.randomUUID(),
    media_type: String(media_type),
    size: bytes.length,
    sha256: toHex(await sha256(bytes)),
    received_at: formatTimestamp(state.clock.now()),
  };
}

export function readDescription(description: unknown): string {
  if (typeof description === "string" && description.trim() !== "") return description.trim();
  throw new Refusal(400, "INPUT_INVALID", "say what it is about", { path: "description" });
}
