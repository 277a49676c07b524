import { expect } from "vitest";
import { createBothRegistries } from "./both-registries.ts";
import { CREATOR_ACTIONS, registerModel } from "./creator-actions.ts";
import { HOSTER_ACTIONS } from "./hoster-actions.ts";
import { PUBLIC_ACTIONS } from "./public-actions.ts";
import { createDice, type Dice, modelOf, newKeys, pick, type World } from "./world.ts";

/** Quarters around the clock, also some that have not begun. */
const QUARTERS = ["2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4", "2027-Q1", "2027-Q2", "2027-Q3"];

function amount(dice: Dice): string {
  return pick(dice, ["0", "0.000001", `${dice(1_000_000)}.${String(dice(1_000_000)).padStart(6, "0")}`, String(dice(100))]);
}

async function fileReport(world: World): Promise<void> {
  const { companies, dice } = world;
  const company = pick(dice, companies);
  const used = [
    ...new Set(Array.from({ length: dice(4) }, () => (dice(12) === 0 ? "5f0c7f7a-3f0e-4a1c-9a53-3b1b6f1f0a01" : modelOf(world).id))),
  ];
  const money = () => ({ revenue_usd: amount(dice), run_cost_usd: amount(dice), routing_fees_usd: amount(dice) });
  const plain = used.map((model) => ({ model, inferences: dice(1_000), ...money() }));
  const pipeline = { pipeline: "chat", ...money(), models: used.map((model) => ({ model, weight: "0.3", inferences: dice(9) })) };
  const input = {
    quarter: pick(dice, QUARTERS),
    entries: dice(4) === 0 && used.length > 0 ? [pipeline] : plain,
    ...(dice(10) === 0 ? { final: true } : {}),
  };
  const call = pick(dice, ["report", "report", "quote", "amend"] as const);
  const [ours, theirs] = await company.ask((client) => (call === "amend" ? client.reports.amend(input) : client[call](input)));
  expect(ours, JSON.stringify({ call, input })).toEqual(theirs);
  // Again the same call: once more the same answer, or the same refusal.
  if (dice(5) === 0)
    expect((await company.ask((client) => (call === "amend" ? client.reports.amend(input) : client[call](input))))[0]).toEqual(theirs);
}

async function readReports({ companies, dice }: World): Promise<void> {
  const company = pick(dice, companies);
  const quarter = pick(dice, QUARTERS);
  const [ours, theirs] = await company.ask(async ({ reports }) => {
    const all = [];
    for await (const report of reports.list()) all.push(report);
    return { all, one: (await reports.get(quarter)) ?? null };
  });
  expect(ours).toEqual(theirs);
}

async function arriveMoney(world: World): Promise<void> {
  const { companies, dice } = world;
  await pick(dice, companies).fund(pick(dice, QUARTERS), modelOf(world).id);
}

async function compareStandings({ both, companies, models }: World): Promise<void> {
  const [ours, theirs] = await both.ask((client) => client.models.verify([...models.map(({ id }) => id), "f".repeat(64)]));
  expect(ours).toEqual(theirs);
  for (const company of companies) {
    const [kit, server] = await company.states();
    expect(kit, `${company.name} on ${both.now().toISOString()}`).toBe(server);
  }
}

/** Who is listed and why; case numbers and ids of companies are each registry's own. */
async function compareLists({ both, companies }: World): Promise<number> {
  const [ours, theirs] = await both.ask(async (client) => {
    const { list, state } = await client.blacklist();
    const names = new Map(companies.flatMap(({ ids, name }) => ids.map((id) => [id, name] as const)));
    const entries = list.entries.map(({ kind, id, reason, since, enforce }) => ({ kind, id: names.get(id) ?? id, reason, since, enforce }));
    return { sequence: list.sequence, state, next_update: list.next_update, entries: entries.sort((a, b) => (a.id < b.id ? -1 : 1)) };
  });
  expect(ours).toEqual(theirs);
  return "answer" in ours ? (ours.answer as { entries: unknown[] }).entries.length : 0;
}

/** Reports weigh most: they move money and states. */
const REPORTS = [fileReport, fileReport, fileReport, arriveMoney, readReports];
const ACTIONS = [...REPORTS, ...REPORTS, ...CREATOR_ACTIONS, ...HOSTER_ACTIONS, ...PUBLIC_ACTIONS];

/**
 * Lets both registries live through weeks of random actions and compares every answer.
 *
 * @returns how many were listed at once at most, and what was accepted and refused
 */
export async function liveThroughAYear(seed: number, weeks: number): Promise<{ listed: number; seen: ReadonlySet<string> }> {
  const both = await createBothRegistries();
  const companies = [await both.addCompany("Alpha"), await both.addCompany("Beta"), await both.addCompany("Gamma")];
  const world: World = {
    both,
    companies,
    models: [],
    dice: createDice(seed),
    wallets: [],
    hosters: await newKeys(3),
    complaints: [],
    claims: [],
    turn: 0,
    seen: new Set(),
  };
  for (let model = 0; model < 3; model += 1) await registerModel(world);
  let listed = 0;
  for (let week = 0; week < weeks; week += 1) {
    const actions = 2 + world.dice(4);
    for (let action = 0; action < actions; action += 1) await pick(world.dice, ACTIONS)(world);
    await both.passWeeks(1);
    await compareStandings(world);
    listed = Math.max(listed, await compareLists(world));
  }
  return { listed, seen: world.seen };
}
