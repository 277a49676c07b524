import { randomUUID } from "node:crypto";
import {
  type ComplianceInput,
  computeRoyalty,
  encodeAddress,
  type HosterClaim,
  type LineageModel,
  OmlaError,
  payoutAmounts,
  resolveHosterFork,
  resolvePayoutCurrency,
  resolveSplits,
  tickCompliance,
  assertLineage,
} from "@omla/sdk/protocol";
import type { Implementation, OperationName } from "@omla/sdk/conformance";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sqlImplementation } from "../../src/db/conformance.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/database.ts";
import { registerModel } from "./arrange.ts";

let database: TestDatabase;
let sql: Required<Implementation>;
beforeAll(async () => {
  database = await createTestDatabase();
  sql = sqlImplementation(
    async (text, values) => Object.values((await database.db.query("service_role", text, values)).rows[0] ?? {})[0],
  ) as Required<Implementation>;
});
afterAll(() => database.close());

/** The answer, or the code of the refusal. */
async function outcome(work: () => unknown): Promise<unknown> {
  try {
    return (await work()) ?? "accepted";
  } catch (error) {
    if (error instanceof OmlaError) return { refused: error.code };
    throw error;
  }
}

async function expectEqual(operation: OperationName, input: never, typescript: () => unknown): Promise<void> {
  expect(await outcome(() => sql[operation](input))).toEqual(await outcome(typescript));
}

const decimal = (max: number): fc.Arbitrary<string> =>
  fc.oneof(
    fc.integer({ min: 0, max }).map(String),
    fc
      .tuple(fc.integer({ min: 0, max: max - 1 }), fc.integer({ min: 0, max: 999_999 }))
      .map(([whole, micros]) => `${whole}.${String(micros).padStart(6, "0")}`),
  );
const amount = fc.oneof(decimal(3), decimal(1_000_000), decimal(999_999_999_999));

/** Weights that mostly sum to at most 1, and sometimes do not. */
const weights = (count: number): fc.Arbitrary<string[]> =>
  fc
    .array(fc.integer({ min: 0, max: Math.floor(1_080_000 / Math.max(count, 1)) }), { minLength: count, maxLength: count })
    .map((parts) => parts.map(microText));

function microText(micros: number): string {
  return `${Math.floor(micros / 1_000_000)}.${String(micros % 1_000_000).padStart(6, "0")}`;
}

/** Percentages that sum to 100, save that one in twenty sets misses it. */
const percentages = fc
  .tuple(fc.array(fc.integer({ min: 1, max: 20_000_000 }), { maxLength: 4 }), fc.integer({ min: 0, max: 19 }))
  .map(([parts, luck]) => {
    const last = 100_000_000 - parts.reduce((sum, part) => sum + part, 0) - (luck === 0 ? 1 : 0);
    return parts.length === 0 ? [] : [...parts, last].map(microText);
  });

const wallets = Array.from({ length: 12 }, (_, index) => encodeAddress(new Uint8Array(16).fill(index + 1)));

/** Models 0…n-1, each with parents of lower number, outside parents between them, in some order. */
const models: fc.Arbitrary<Record<string, LineageModel>> = fc
  .array(
    fc.record({
      parents: fc.uniqueArray(fc.integer({ min: -2, max: 9 }), { maxLength: 4 }),
      wallet: fc.constantFrom(...wallets),
      splitWallets: fc.shuffledSubarray(wallets, { minLength: 5 }),
      percentages,
    }),
    { minLength: 1, maxLength: 10 },
  )
  .chain((drafts) =>
    fc.tuple(...drafts.map(({ parents }) => weights(parents.length))).map((sets) =>
      Object.fromEntries(
        drafts.map((draft, index) => [
          `m${index}`,
          {
            wallet: draft.wallet,
            // Now and then an edge leads upwards in number, so that a cycle may arise.
            lineage_edges: draft.parents.map((parent, at) => ({
              parent_id: parent < 0 ? `outside${parent}` : `m${index === 0 ? parent : parent === 9 ? 9 : parent % index}`,
              contribution_weight: sets[index]?.[at] ?? "0",
            })),
            contribution_splits: draft.percentages.map((percentage, at) => ({ wallet: draft.splitWallets[at] ?? "", percentage })),
          },
        ]),
      ),
    ),
  );

const RUNS = { numRuns: 60 };

describe("SQL equals TypeScript to the last unit", () => {
  it("on the splits of random lineages, refusals included", async () => {
    await fc.assert(
      fc.asyncProperty(models, fc.constantFrom("sequential", "declared"), async (graph, lineage_policy) => {
        const input = { models: graph, target_model_id: `m${Object.keys(graph).length - 1}`, lineage_policy } as const;
        await expectEqual("resolveSplits", input as never, () => resolveSplits(input));
        await expectEqual("payoutAmounts", { ...input, creator_pool_usd: "12345.678901" } as never, () =>
          payoutAmounts({ ...input, creator_pool_usd: "12345.678901" }),
        );
      }),
      RUNS,
    );
  });

  it("on what may be stored, whatever the limits", async () => {
    const limits = fc.record(
      {
        models: fc.integer({ min: 1, max: 9 }),
        depth: fc.integer({ min: 1, max: 5 }),
        parents: fc.integer({ min: 1, max: 5 }),
        splits: fc.integer({ min: 1, max: 6 }),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(models, limits, async (graph, bounds) => {
        const input = { models: graph, target_model_id: `m${Object.keys(graph).length - 1}`, limits: bounds };
        await expectEqual("assertLineage", input as never, () => assertLineage(input));
      }),
      RUNS,
    );
  });

  it("on stored lineages, through the tables", async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(models, fc.constantFrom("sequential", "declared"), async (graph, lineage_policy) => {
        await database.db
          .service(async (tx) => {
            const stored = await store(tx, graph);
            if (stored === undefined) return;
            const { rows } = await tx.query("select wallet_address as wallet, share from public.resolve_splits($1, $2)", [
              stored.target,
              lineage_policy,
            ]);
            expect(rows).toEqual(resolveSplits({ models: stored.models, target_model_id: stored.target, lineage_policy }));
            compared += 1;
            throw new RolledBack();
          })
          .catch((error: unknown) => {
            if (!(error instanceof RolledBack)) throw error;
          });
      }),
      { numRuns: 25 },
    );
    expect(compared).toBeGreaterThan(5);
  });

  it("on hoster forks", async () => {
    const claim: fc.Arbitrary<HosterClaim> = fc.record({
      hoster_id: fc.uuid(),
      verified: fc.boolean(),
      revoked: fc.integer({ min: 0, max: 5 }).map((luck) => luck === 0),
      inferences: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })),
      owed_usd: fc.oneof(fc.constant("0"), decimal(3), decimal(100_000)),
    });
    await fc.assert(
      fc.asyncProperty(amount, decimal(50), fc.array(claim, { maxLength: 6 }), async (royalty_usd, hoster_share_pct, claims) => {
        const input = { royalty_usd, hoster_share_pct, claims };
        await expectEqual("resolveHosterFork", input as never, () => resolveHosterFork(input));
      }),
      RUNS,
    );
  });

  it("on payout currencies", async () => {
    const code = fc.constantFrom("USD", "EUR", "BTC", "ETH", "BUZZ");
    const input = fc.record({
      creator_currency_prefs: fc.array(fc.record({ code, is_backup: fc.boolean() }), { maxLength: 4 }),
      remitter_currencies: fc.uniqueArray(code, { maxLength: 3 }),
      remitter_conversion_fees: fc.array(fc.record({ from: code, to: code, fee_pct: decimal(60) }), { maxLength: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(input, async (given) => {
        await expectEqual("resolvePayoutCurrency", given as never, () => resolvePayoutCurrency(given));
      }),
      RUNS,
    );
  });

  it("on royalties", async () => {
    const input = fc.record({
      rate: decimal(1),
      revenue_usd: amount,
      run_cost_usd: amount,
      pipeline_weight: decimal(1),
      routing_fees_usd: amount,
    });
    await fc.assert(
      fc.asyncProperty(input, async (given) => {
        await expectEqual("computeRoyalty", given as never, () => computeRoyalty(given));
      }),
      RUNS,
    );
  });

  it("on compliance, also on the second of a deadline", async () => {
    await fc.assert(
      fc.asyncProperty(complianceInput, async (given) => {
        await expectEqual("tickCompliance", given as never, () => tickCompliance(given));
      }),
      { numRuns: 250 },
    );
  });
});

class RolledBack extends Error {}

/** Registers the models of a graph in order; undefined where one of them may not be stored. */
async function store(
  tx: Parameters<typeof registerModel>[0],
  graph: Record<string, LineageModel>,
): Promise<{ target: string; models: Record<string, LineageModel> } | undefined> {
  const ids = new Map<string, { id: string; address: string }>();
  const stored: Record<string, LineageModel> = {};
  let target = "";
  for (const [name, model] of Object.entries(graph)) {
    const id = randomUUID();
    const edges = (model.lineage_edges ?? []).map((edge) => ({ ...edge, parent_id: ids.get(edge.parent_id)?.id ?? edge.parent_id }));
    // Splits go to wallets that are registered already, the model's own first.
    const known = [{ id, address: encodeAddress(id) }, ...ids.values()].map(({ address }) => address);
    const splits = known.length < (model.contribution_splits?.length ?? 0) ? [] : (model.contribution_splits ?? []);
    const contribution_splits = splits.map(({ percentage }, at) => ({ wallet: known[at] ?? "", percentage }));
    const candidate = { wallet: encodeAddress(id), lineage_edges: edges, contribution_splits };
    if ((await outcome(() => assertLineage({ models: { ...stored, [id]: candidate }, target_model_id: id }))) !== "accepted")
      return undefined;
    await registerModel(tx, {
      id,
      parents: edges.map(({ parent_id, contribution_weight }) => [parent_id, String(contribution_weight)]),
      splits: contribution_splits.map(({ wallet, percentage }) => [wallet, String(percentage)]),
    });
    ids.set(name, { id, address: encodeAddress(id) });
    stored[id] = candidate;
    target = id;
  }
  return { target, models: stored };
}

const QUARTERS = ["2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"] as const;
const DAY_MS = 86_400_000;
const quarter = fc.constantFrom(...QUARTERS);

/** Instants around the deadlines that the quarters bring, to the second on either side. */
const instant = fc
  .tuple(
    fc.constantFrom("2026-01-01", "2026-04-01", "2026-07-01", "2026-10-01", "2027-01-01"),
    fc.constantFrom(0, 30, 90, 120, 121, 45),
    fc.integer({ min: -1, max: 1 }),
  )
  .map(([day, days, seconds]) =>
    new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS + seconds * 1_000).toISOString().replace(".000", ""),
  );

const line = fc.record({
  quarter,
  status: fc.constantFrom("submitted", "funded", "paid", "disputed", "superseded", "rejected"),
  own: fc.boolean(),
  filed_at: instant,
  disputed_at: instant,
} as const);

const complianceInput = fc
  .record({
    subject_kind: fc.constantFrom("model", "commercial_user"),
    base: fc.constantFrom("REGISTERED", "REPORTING", "COMPLIANT", "DELINQUENT", "BLACKLISTED"),
    underReview: fc.boolean(),
    lines: fc.array(line, { maxLength: 4 }),
    reporting_from: fc.option(quarter),
    reporting_until: fc.option(quarter),
    reported_quarters: fc.uniqueArray(quarter, { maxLength: 5 }),
    now: instant,
  } as const)
  .map(({ subject_kind, base, underReview, lines, reporting_from, reporting_until, reported_quarters, now }) => ({
    subject_kind,
    state: underReview ? ("UNDER_REVIEW" as const) : base,
    previous_state: underReview ? base : null,
    facts: subject_kind === "model" ? { lines } : { lines, reporting_from, reporting_until, reported_quarters },
    now,
  })) as fc.Arbitrary<ComplianceInput>;
