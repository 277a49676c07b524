import { canonicalize, generateKeyPair, type KeyPair, parseUsd } from "@omla/sdk/protocol";
import type { Audit, Dispute, Receivables } from "@omla/sdk";
import { expect } from "vitest";
import { receivePayment } from "../../../server-reference/src/domain/collections/receive-service.ts";
import { approvedMember } from "./deciding-member.ts";
import { type Ask, type BothCompanies, type BothRegistries, type Client, createBothRegistries, type Outcome } from "./both-registries.ts";
import { signModel } from "../../../server-reference/test/helpers/factories.ts";
import { createDice, type Dice, pick } from "./world.ts";

interface Court {
  readonly both: BothRegistries;
  readonly company: BothCompanies;
  readonly model: string;
  readonly creator: KeyPair;
  readonly stranger: KeyPair;
  readonly dice: Dice;
  /** Ids of what was opened, in each registry, with who opened it. */
  readonly disputes: { readonly ids: readonly [string, string]; readonly by: Side }[];
  readonly audits: (readonly [string, string])[];
  readonly seen: Set<string>;
  readonly decide: Awaited<ReturnType<typeof approvedMember>>;
}

type Side = "company" | "creator" | "stranger";
type Ids = readonly [string, string];

const QUARTERS = ["2026-Q1", "2026-Q2"];
const ACTIONS = [fileReport, fileReport, dispute, dispute, dispute, withdraw, requestAudit, requestAudit, respond, pay, passTime, judge];

/** Lets a company and a creator argue in both registries for a while, and compares every answer and every list. */
export async function argueForAYear(seed: number, steps: number): Promise<ReadonlySet<string>> {
  const both = await createBothRegistries();
  const company = await both.addCompany("Reporter");
  const creator = await generateKeyPair();
  const model = await signModel({ issued_at: both.now() }, creator);
  await both.ask((client) => client.models.register(model.document, { private: model.private }));
  const court: Court = {
    ...{ both, company, creator, model: model.model_id, stranger: await generateKeyPair(), dice: createDice(seed) },
    ...{ disputes: [], audits: [], seen: new Set<string>(), decide: await approvedMember(both) },
  };
  for (let step = 0; step < steps; step += 1) {
    await pick(court.dice, ACTIONS)(court);
    if (step % 3 === 2) await compare(court, `step ${step}`);
  }
  return court.seen;
}

function agree({ seen }: Court, name: string, [ours, theirs]: readonly [Outcome, Outcome]): boolean {
  expect(ours, name).toEqual(theirs);
  seen.add("answer" in ours ? name : `${name} ${ours.code}`);
  return "answer" in ours;
}

function askAs({ both, company, creator, stranger }: Court, side: Side, call: Ask): Promise<readonly [Outcome, Outcome]> {
  return side === "company" ? company.ask(call) : both.askAs(side === "creator" ? creator : stranger, call);
}

async function fileReport(court: Court): Promise<void> {
  const { company, model, dice } = court;
  const entry = { model, inferences: 1 + dice(3), revenue_usd: pick(dice, ["0", "100", "5000"]), run_cost_usd: "0" };
  const input = { quarter: pick(dice, QUARTERS), entries: [entry] };
  const call = pick(dice, ["report", "amend"] as const);
  // A receipt computes by what is declared now; the lists tell of lines.
  const file = async (client: Client): Promise<unknown> => {
    const { lines } = await (call === "amend" ? client.reports.amend(input) : client.report(input));
    return lines;
  };
  agree(court, call === "amend" ? "amended" : "filed", await company.ask(file));
}

/** The ids of the latest line of a quarter, or of an earlier version's. */
async function linesOf({ company }: Court, quarter: string): Promise<Ids | undefined> {
  const found: (string | undefined)[] = [];
  await company.ask(async (client) => found.push((await client.reports.get(quarter))?.lines[0]?.report_id));
  return found[0] === undefined || found[1] === undefined ? undefined : [found[0], found[1]];
}

async function dispute(court: Court): Promise<void> {
  const { dice, disputes } = court;
  const ids = await linesOf(court, pick(dice, QUARTERS));
  if (ids === undefined) return;
  const side = pick(dice, ["company", "creator", "creator", "stranger"] as const);
  const proposed = pick(dice, [undefined, { revenue_usd: "200" }, { inferences: 1 }, { revenue_usd: "5000.00" }]);
  const evidence =
    dice(2) === 0 ? [] : [{ name: "log.txt", media_type: "text/plain" as const, content: new TextEncoder().encode("a line") }];
  const opened: string[] = [];
  const outcome = await askAs(court, side, async (client, at) => {
    const answer = await client.disputes.open({ report_id: ids[at], description: "Too low.", proposed, evidence });
    opened[at] = answer.dispute_id;
    return answer;
  });
  if (!agree(court, "dispute", outcome)) return;
  court.seen.add(`dispute ${side}`);
  disputes.push({ ids: [opened[0] ?? "", opened[1] ?? ""], by: side });
}

async function withdraw(court: Court): Promise<void> {
  const { dice, disputes } = court;
  if (disputes.length === 0) return;
  const { ids, by } = pick(dice, disputes);
  const side = dice(4) === 0 ? "stranger" : by;
  agree(court, "withdraw", await askAs(court, side, (client, at) => client.disputes.withdraw(ids[at])));
}

async function requestAudit(court: Court): Promise<void> {
  const { dice, audits } = court;
  const ids = await linesOf(court, pick(dice, QUARTERS));
  if (ids === undefined) return;
  const opened: string[] = [];
  const outcome = await askAs(court, pick(dice, ["creator", "creator", "stranger"]), async (client, at) => {
    const answer = await client.audits.request({ report_id: ids[at], description: "Show the logs." });
    opened[at] = answer.audit_id;
    return answer;
  });
  if (agree(court, "audit", outcome)) audits.push([opened[0] ?? "", opened[1] ?? ""]);
}

async function respond(court: Court): Promise<void> {
  const { dice, audits, company } = court;
  if (audits.length === 0) return;
  const ids = dice(2) === 0 ? pick(dice, audits) : (audits.at(-1) as Ids);
  const evidence = [{ name: "log.txt", media_type: "text/plain" as const, content: new TextEncoder().encode(`answer ${dice(9)}`) }];
  const call: Ask = (client, at) => client.audits.respond({ audit_id: ids[at], description: "Here they are.", evidence });
  agree(court, "respond", await company.ask(call));
}

/** The board closes something without consequence. */
async function judge({ dice, disputes, audits, decide, seen }: Court): Promise<void> {
  if (dice(2) === 0 && disputes.length > 0) {
    if (await decide.rejectDispute(pick(dice, disputes).ids)) seen.add("rejected");
  } else if (audits.length > 0 && (await decide.waiveAudit(pick(dice, audits)))) seen.add("waived");
}

/** All that is open, or half of it, arrives in both. */
async function pay({ both: { kit, server }, company, dice }: Court): Promise<void> {
  const found: Receivables[] = [];
  await company.ask(async (client) => found.push(await client.payments.receivables()));
  const micros = parseUsd(found[0]?.open_usd ?? "0") / BigInt(1 + dice(2));
  if (micros === 0n) return;
  const reference = `tr-${dice(1_000_000)}-${micros}`;
  const amount_usd = `${micros / 1_000_000n}.${String(micros % 1_000_000n).padStart(6, "0")}`;
  kit.receivePayment({ company_id: company.ids[0], amount_usd, reference });
  await server.ctx.db.service((tx) =>
    receivePayment(server.ctx, tx, {
      ...{ rail: "wise", reference, method: "bank", companyId: company.ids[1], amount: micros, confirmedBy: "board-member" },
    }),
  );
}

async function passTime({ both, dice }: Court): Promise<void> {
  await both.passWeeks(1 + dice(2));
}

/** By the canonical form, since the two registries write members in orders of their own. */
const textOf = (value: unknown): string => canonicalize(JSON.parse(JSON.stringify(value)));
const byText = (a: unknown, b: unknown): number => (textOf(a) < textOf(b) ? -1 : 1);

/** What each side reads, and how the company and its lines stand. */
async function compare(court: Court, step: string): Promise<void> {
  const { company, seen } = court;
  for (const side of ["company", "creator", "stranger"] as const) {
    const [ours, theirs] = await askAs(court, side, async (client) => {
      const disputes: Dispute[] = [];
      for await (const one of client.disputes.list()) disputes.push(one);
      const audits: Audit[] = [];
      for await (const one of client.audits.list()) audits.push(one);
      // Those of one moment have no order of their own.
      return { disputes: disputes.map(withoutIds).sort(byText), audits: audits.map(withoutIds).sort(byText) };
    });
    expect(ours, `${step}, ${side}`).toEqual(theirs);
    if (JSON.stringify(ours).includes('"overdue"')) seen.add("audit overdue");
  }
  const [ours, theirs] = await company.ask(async (client) => {
    const reports = [];
    for await (const report of client.reports.list())
      reports.push([report.quarter, report.version, report.lines.map(({ model_id, status }) => [model_id, status])]);
    return reports.sort(byText);
  });
  expect(ours, step).toEqual(theirs);
  for (const [, status] of JSON.stringify(ours).matchAll(/"(disputed|funded|submitted|superseded)"/g)) seen.add(`status ${status}`);
  const [state, other] = await company.states();
  expect(state, step).toBe(other);
}

function withoutIds(one: Dispute | Audit): unknown {
  const { evidence, line, report_id: _, ...rest } = one;
  const named = { ...rest, dispute_id: undefined, audit_id: undefined };
  return { ...named, line: { ...line, company_id: undefined }, evidence: evidence.map(({ sha256, size }) => [sha256, size]) };
}
