import { createHash, type Hash } from "node:crypto";
import type { Division, Portion } from "./distribute.ts";
import { addToOwed, type OwedSum, startOwed } from "./settle.ts";

/** How a portion is paid: decided for each pair of wallet and remitter. */
export interface PortionRoute {
  readonly currency: string;
  readonly route: "native" | "backup_with_fee" | "backup_direct";
  readonly fee_pct: string;
  /** The fee in 10^-6 percent. */
  readonly feeParts: bigint;
}

/** A line with what it moves now. */
export interface DistributedLine {
  readonly report_id: string;
  readonly reporter_id: string;
  readonly part: "distribution" | "correction";
  readonly terms_sha256: string;
  readonly division: Division;
  /** The claims as they stood, for a later check; undefined where there are none. */
  readonly claims: readonly object[] | undefined;
  readonly portions: readonly (Portion & { readonly route: PortionRoute })[];
}

/** Everything that a plan adds up while its lines pass by; it grows with the wallets, not with the lines. */
export interface PlanState {
  readonly owed: Map<string, Map<string, OwedSum>>;
  lines: number;
  /** Micro-dollars that flow to hosters and to creators; together what the lines move. */
  hosterFlow: bigint;
  creatorFlow: bigint;
  readonly digest: Hash;
  /** What is not in the digest yet: hashing some thousands of characters at a time costs less than each line by itself. */
  pending: string;
}

const PENDING_CHARACTERS = 65_536;

export function emptyState(): PlanState {
  return { owed: new Map(), lines: 0, hosterFlow: 0n, creatorFlow: 0n, digest: createHash("sha256"), pending: "" };
}

/** Adds a line; lines come in the order of (quarter, report_id), corrections last. */
export function addLine(state: PlanState, line: DistributedLine): void {
  state.lines += 1;
  for (const portion of line.portions) {
    if (portion.kind === "hoster" || portion.kind === "hoster_owed") state.hosterFlow += portion.amount;
    else state.creatorFlow += portion.amount;
    addPortion(state.owed, portion, line.reporter_id);
  }
  state.pending += textOf(line);
  if (state.pending.length > PENDING_CHARACTERS) hashPending(state);
}

/** SHA-256 of all lines with their portions, in hex; nothing can be added afterwards. */
export function linesDigest(state: PlanState): string {
  hashPending(state);
  return state.digest.digest("hex");
}

function hashPending(state: PlanState): void {
  state.digest.update(state.pending);
  state.pending = "";
}

function addPortion(owed: PlanState["owed"], { wallet, amount, route }: DistributedLine["portions"][number], remitter: string): void {
  let byCurrency = owed.get(wallet);
  if (byCurrency === undefined) owed.set(wallet, (byCurrency = new Map<string, OwedSum>()));
  let sum = byCurrency.get(route.currency);
  if (sum === undefined) byCurrency.set(route.currency, (sum = startOwed()));
  addToOwed(sum, amount, route.feeParts, remitter);
}

/** One line of text for each portion, in an order that does not depend on how they were computed. */
function textOf({ report_id, part, terms_sha256, portions }: DistributedLine): string {
  const rows = portions.map(
    ({ wallet, kind, amount, route }) => `${wallet} ${kind} ${amount} ${route.currency} ${route.route} ${route.fee_pct}\n`,
  );
  return `${report_id} ${part} ${terms_sha256}\n${rows.sort().join("")}`;
}
