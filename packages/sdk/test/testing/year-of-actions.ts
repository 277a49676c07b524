import { signDocument } from "@omla/sdk/protocol";
import { expect } from "vitest";
import { signModel } from "../../../server-reference/test/helpers/factories.ts";
import { type BothCompanies, type BothRegistries, createBothRegistries } from "./both-registries.ts";

/** A small generator of numbers, the same for the same seed. */
function createDice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

type Dice = ReturnType<typeof createDice>;

interface World {
  readonly both: BothRegistries;
  readonly companies: readonly BothCompanies[];
  /** Of registered models. */
  readonly models: string[];
  readonly dice: Dice;
}

/** Quarters around the clock, also some that have not begun. */
const QUARTERS = ["2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4", "2027-Q1", "2027-Q2", "2027-Q3"];

function pick<T>(dice: Dice, from: readonly T[]): T {
  return from[dice(from.length)] as T;
}

function amount(dice: Dice): string {
  return pick(dice, ["0", "0.000001", `${dice(1_000_000)}.${String(dice(1_000_000)).padStart(6, "0")}`, String(dice(100))]);
}

async function registerModel({ both, models, dice }: World): Promise<void> {
  const parents = models.length === 0 ? [] : [...new Set([pick(dice, models), pick(dice, models)])].slice(0, dice(3));
  // Now and then the weights sum to more than 1, or the registry is another one.
  const lineage = parents.map((parent_id) => ({
    parent_id,
    relationship: "merge" as const,
    contribution_weight: pick(dice, ["0.1", "0.333333", "0.5", "0.6"]),
  }));
  const fields = { lineage, hoster_share_pct: pick(dice, ["0", "12.5"]), issued_at: both.now() };
  const model = await signModel(fields).catch((error: unknown) => error as { code: string });
  if ("code" in model) return;
  const document =
    dice(8) === 0
      ? await signDocument("registration", { ...model.document, registry: "https://other.test" }, model.keys.secretKey)
      : model.document;
  const [ours, theirs] = await both.ask((client) => client.models.register(document, { private: model.private }));
  expect(ours).toEqual(theirs);
  if ("answer" in ours) models.push(model.model_id);
}

async function fileReport({ companies, models, dice }: World): Promise<void> {
  const company = pick(dice, companies);
  const used = [
    ...new Set(Array.from({ length: dice(4) }, () => (dice(12) === 0 ? "5f0c7f7a-3f0e-4a1c-9a53-3b1b6f1f0a01" : pick(dice, models)))),
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

async function arriveMoney({ companies, models, dice }: World): Promise<void> {
  await pick(dice, companies).fund(pick(dice, QUARTERS), pick(dice, models));
}

async function compareStandings({ both, companies, models }: World): Promise<void> {
  const [ours, theirs] = await both.ask((client) => client.models.verify([...models, "f".repeat(64)]));
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

/**
 * Lets both registries live through weeks of random actions and compares every answer.
 *
 * @returns how many were listed at once at most
 */
export async function liveThroughAYear(seed: number, weeks: number): Promise<number> {
  const both = await createBothRegistries();
  const companies = [await both.addCompany("Alpha"), await both.addCompany("Beta"), await both.addCompany("Gamma")];
  const world: World = { both, companies, models: [], dice: createDice(seed) };
  for (let model = 0; model < 3; model += 1) await registerModel(world);
  let listed = 0;
  for (let week = 0; week < weeks; week += 1) {
    const actions = 1 + world.dice(3);
    for (let action = 0; action < actions; action += 1)
      await pick(world.dice, [registerModel, fileReport, fileReport, fileReport, arriveMoney, readReports])(world);
    await both.passWeeks(1);
    await compareStandings(world);
    listed = Math.max(listed, await compareLists(world));
  }
  return listed;
}
