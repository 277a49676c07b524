import { spawn } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { AppContext } from "../../../../src/context.ts";
import { closeContext } from "../../../../src/create-context.ts";
import { STEPS, type StepName } from "../../../../src/domain/payouts/steps.ts";
import { createFileStore } from "../../../../src/rails/sandbox/sandbox-store.ts";
import { type Ground, PAYOUT_DAY } from "./ground.ts";
import { carryOut, openContext, type RunnerOrder } from "./runner.ts";

/** Where a process is killed: the steps of the code, and the two moments around the rail's own act. */
export type Point = StepName | "rail.before" | "rail.after";

export interface Kill {
  readonly point: Point | "*";
  readonly nth: number;
  /** Hours until the next process starts. */
  readonly thenHours: number;
}

/** Long enough for the lease of a dead runner to end. */
const SOON = 0.1;
/** Longer than a rail remembers a key. */
const A_DAY_LATER = 25;

/** What must be killed before a point can be reached at all: only what is a day old is looked up. */
const BEFORE: Readonly<Partial<Record<Point, Kill>>> = {
  // One of the transfers is sent, the others are not.
  ...Object.fromEntries(STEPS.filter(isOfCancel).map((step) => [step, { point: "record.committed", nth: 1, thenHours: SOON }])),
  "recover.unknown-marked": { point: "rail.after", nth: 1, thenHours: A_DAY_LATER },
  "recover.looked-up": { point: "rail.after", nth: 1, thenHours: A_DAY_LATER },
  "recover.resend-claimed": { point: "send.claim-committed", nth: 1, thenHours: A_DAY_LATER },
};

export const POINTS: readonly Point[] = [...STEPS.slice(0, 9), "rail.before", "rail.after", ...STEPS.slice(9)];

function isOfCancel(point: string): boolean {
  return point.startsWith("cancel.");
}

/** The kills that try one point. */
export function killsFor(point: Point, nth = 1): Kill[] {
  const before = BEFORE[point];
  return [...(before === undefined ? [] : [before]), { point, nth, thenHours: SOON }];
}

export interface Trial {
  readonly kills: readonly string[];
  /** What stood in the books of either side after the last restart. */
  readonly moved: Readonly<Record<string, bigint>>;
  readonly double: number;
  readonly faults: readonly string[];
}

/** Kills one process after another, lets the last one end, and compares the rail's books with the registry's. */
export async function tryKills(ground: Ground, kills: readonly Kill[], options: Pick<RunnerOrder, "freshKeys"> = {}): Promise<Trial> {
  const where = await ground.copy();
  const books = join(tmpdir(), `omla-rail-${crypto.randomUUID()}.jsonl`);
  let time = new Date(PAYOUT_DAY).getTime();
  const order = (): RunnerOrder => ({
    kind: ground.kind,
    where,
    books,
    refused: [ground.people.closed],
    now: new Date(time).toISOString(),
    ...options,
  });
  const told: string[] = [];
  for (const { point, nth, thenHours } of kills) {
    told.push(await killChild({ ...order(), kill: { point, nth }, cancels: isOfCancel(point) }));
    time += thenHours * 3_600_000;
  }
  const ctx = await openContext(order());
  try {
    if (kills.some(({ point }) => isOfCancel(point))) await carryOut(ctx, { ...order(), cancels: true });
    const { state } = await carryOut(ctx, order());
    const trial = await compare(ctx, ground, books);
    return { kills: told, ...trial, faults: state === "open" ? ["the run stays open", ...trial.faults] : trial.faults };
  } finally {
    await closeContext(ctx);
    await rm(books, { force: true });
  }
}

const CHILD = fileURLToPath(new URL("./child.ts", import.meta.url));

/** @returns how it ended: SIGKILL, or the state in which it was done before it came to the point */
async function killChild(order: RunnerOrder): Promise<string> {
  const child = spawn(process.execPath, ["--conditions=omla-source", CHILD, JSON.stringify(order)], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let complaint = "";
  child.stdout.on("data", (part: Buffer) => (output += part.toString()));
  child.stderr.on("data", (part: Buffer) => (complaint += part.toString()));
  const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
  if (complaint !== "" || (code !== 0 && signal !== "SIGKILL")) throw new Error(`a runner ended with ${code ?? signal}:\n${complaint}`);
  return signal ?? output;
}

const LEDGER = `
  select (select coalesce(sum(abs(t.total)), 0)::text from (select sum(amount) as total from omla.ledger_entries group by txn_id, currency) t) as off,
         (select coalesce(sum(amount), 0)::text from omla.ledger_entries where account = 'cash:stripe') as cash,
         (select coalesce(-sum(amount), 0)::text from omla.ledger_entries where account like 'payable:%') as payable,
         (select coalesce(-sum(amount), 0)::text from omla.ledger_entries where account like 'in_transit:%') as in_transit,
         (select count(*)::int from omla.payout_runs where state <> 'closed') as open_runs,
         (select count(*)::int from omla.usage_reports where status <> 'paid') as unpaid_lines,
         (select count(*)::int from omla.payout_lines) as lines`;

/** What was received is what left, what is payable, and what is on its way: to the micro-dollar, and once. */
async function compare(ctx: AppContext, { people }: Ground, books: string): Promise<Omit<Trial, "kills">> {
  const transfers = createFileStore(books).all();
  const [ledger, walletOf] = await ctx.db.transaction("payout", {}, async (tx) => {
    const { rows } = await tx.query<Record<string, string | number>>(LEDGER);
    const orders = await tx.query<{ id: string; wallet: string }>(
      "select t.id::text, w.address::text as wallet from omla.transfers t join omla.wallets w on w.id = t.wallet_id",
    );
    return [rows[0] ?? {}, new Map(orders.rows.map(({ id, wallet }) => [id, wallet]))] as const;
  });
  const moved: Record<string, bigint> = {};
  for (const { id, amount } of transfers) {
    const wallet = walletOf.get(id.slice(0, 64)) ?? "nobody";
    moved[wallet] = (moved[wallet] ?? 0n) + BigInt(amount);
  }
  const double = transfers.length - new Set(transfers.map(({ id }) => id.slice(0, 64))).size;
  // 30 + 40 % of 15, the other 60 %; 3 came back from the closed account, 0.06 is dust.
  const expected = { moved: { [people.root]: 36_000_000n, [people.child]: 9_000_000n }, cash: "3060000", payable: "3060000" };
  const found: Record<string, boolean> = {
    "the rail moved other amounts": !sameAmounts(moved, expected.moved),
    "the ledger does not balance": ledger["off"] !== "0",
    "the cash is wrong": ledger["cash"] !== expected.cash,
    "the payables are wrong": ledger["payable"] !== expected.payable,
    "something stays in transit": ledger["in_transit"] !== "0",
    "a run is open": ledger["open_runs"] !== 0,
    "a line is not paid": ledger["unpaid_lines"] !== 0,
    "a line was distributed more or less than once": ledger["lines"] !== 4,
  };
  return { moved, double, faults: Object.keys(found).filter((fault) => found[fault] === true) };
}

function sameAmounts(a: Readonly<Record<string, bigint>>, b: Readonly<Record<string, bigint>>): boolean {
  return Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([wallet, amount]) => b[wallet] === amount);
}
