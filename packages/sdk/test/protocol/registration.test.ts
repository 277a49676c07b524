import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeAddress } from "../../src/protocol/address.ts";
import { HINTS, type ProtocolCode } from "../../src/protocol/hints.ts";
import type { LineageModel } from "../../src/protocol/lineage-walk.ts";
import { planRegistration } from "../../src/protocol/registration.ts";
import type { DraftParent, RegistrationDraft } from "../../src/protocol/registration-faults.ts";
import { type LineagePolicy, resolveSplits } from "../../src/protocol/splits.ts";
import { chainOf } from "./lineage-samples.ts";

const id = (digit: number): string => `00000000-0000-4000-8000-${String(digit).padStart(12, "0")}`;
const wallet = (digit: number): string => encodeAddress(id(digit));
const OWN = id(1);
const [BASE, MERGE] = [id(2), id(3)];

/** MERGE passes half of what it gets on to BASE. */
const known: Record<string, LineageModel> = {
  [BASE]: { wallet: wallet(2) },
  [MERGE]: { wallet: wallet(3), lineage_edges: [{ parent_id: BASE, contribution_weight: "0.5" }] },
};

const sound: RegistrationDraft = {
  model_id: OWN,
  wallet: { address: wallet(1), rail: "stripe" },
  lineage: [
    { parent_id: BASE, relationship: "fine-tune", contribution_weight: "0.4" },
    { parent_wallet: wallet(3).toUpperCase(), relationship: "merge", contribution_weight: 0.3 },
    { parent_ref: "https://example.com/mit-model", relationship: "merge", contribution_weight: "0.1" },
  ],
  contribution_splits: [
    { wallet: wallet(1), percentage: "70" },
    { wallet: wallet(9), percentage: 30 },
  ],
};

const parent = (parent_id: string, contribution_weight = "0.1"): DraftParent & { parent_id: string } => ({
  parent_id,
  relationship: "merge",
  contribution_weight,
});

function faults(change: object, policy: LineagePolicy = "sequential", limits = {}): [string, string, string][] {
  return planRegistration({ ...sound, ...change }, known, policy, limits).faults.map(({ severity, code, path }) => [severity, code, path]);
}

describe("a plan", () => {
  it("shows what each parent really gets under `sequential`", () => {
    // 0.4; 0.3 × 0.6 = 0.18, half of which goes on to the base: 0.4 + 0.09; 0.42 stays, split 70 to 30.
    const plan = planRegistration(sound, known, "sequential");
    expect(plan).toMatchObject({ ok: true, model_id: OWN, address: wallet(1), lineage_policy: "sequential", faults: [] });
    expect(plan.parents).toEqual([
      {
        path: "lineage[0]",
        parent_id: BASE,
        registered: true,
        contribution_weight: "0.4",
        share: "400000000000000000",
        percentage: "40",
        total_share: "490000000000000000",
        total_percentage: "49",
      },
      {
        path: "lineage[1]",
        parent_id: MERGE,
        registered: true,
        contribution_weight: "0.3",
        share: "180000000000000000",
        percentage: "18",
        total_share: "180000000000000000",
        total_percentage: "18",
      },
      {
        path: "lineage[2]",
        parent_id: "https://example.com/mit-model",
        registered: false,
        contribution_weight: "0.1",
        share: "0",
        percentage: "0",
        total_share: "0",
        total_percentage: "0",
      },
    ]);
    expect(plan.local).toEqual({ share: "420000000000000000", percentage: "42" });
    expect(Object.fromEntries((plan.shares ?? []).map((share) => [share.wallet, share.percentage]))).toEqual({
      [wallet(1)]: "29.4",
      [wallet(2)]: "49",
      [wallet(3)]: "9",
      [wallet(9)]: "12.6",
    });
  });

  it("shows the other figures under `declared`", () => {
    const plan = planRegistration(sound, known, "declared");
    expect(plan.parents.map(({ percentage, total_percentage }) => [percentage, total_percentage])).toEqual([
      ["40", "55"],
      ["30", "30"],
      ["0", "0"],
    ]);
    expect(plan.local?.percentage).toBe("30");
  });

  it("promises what split resolution then gives, and is plain data", () => {
    const weights = fc.tuple(
      fc.integer({ min: 0, max: 500_000 }),
      fc.integer({ min: 0, max: 500_000 }),
      fc.constantFrom<LineagePolicy>("sequential", "declared"),
    );
    fc.assert(
      fc.property(weights, ([first, second, policy]) => {
        const lineage = [parent(BASE, (first / 1e6).toFixed(6)), parent(MERGE, (second / 1e6).toFixed(6))];
        const plan = planRegistration({ ...sound, lineage }, known, policy);
        expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
        const stored = { ...known, [OWN]: { wallet: wallet(1), lineage_edges: lineage, contribution_splits: sound.contribution_splits } };
        const shares = resolveSplits({ models: stored, target_model_id: OWN, lineage_policy: policy });
        expect(plan.shares?.map(({ wallet: address, share }) => ({ wallet: address, share }))).toEqual(shares);
        const given = [...plan.parents.map(({ share }) => share), plan.local?.share].map((share) => BigInt(share ?? "0"));
        expect(given.reduce((sum, share) => sum + share, 0n)).toBe(10n ** 18n);
      }),
    );
  });

  it("of a model without parents and splits gives all to its wallet", () => {
    const plan = planRegistration({ model_id: OWN, wallet: sound.wallet }, known, "sequential");
    expect(plan).toMatchObject({ ok: true, parents: [], shares: [{ wallet: wallet(1), share: "1000000000000000000", percentage: "100" }] });
  });
});

describe("faults", () => {
  const cases: [string, object, [string, string, string][]][] = [
    ["a model id that is none", { model_id: "x" }, [["error", "DOCUMENT_SCHEMA", "model_id"]]],
    ["a wallet of another model", { wallet: { address: wallet(2), rail: "sepa" } }, [["error", "DOCUMENT_SCHEMA", "wallet.address"]]],
    [
      "a primary wallet with a typing error",
      { wallet: { address: wallet(1).replace("q", "z"), rail: "sepa" } },
      [["error", "ADDRESS_INVALID", "wallet.address"]],
    ],
    ["a primary wallet without a rail", { wallet: { address: wallet(1) } }, [["error", "WALLET_WITHOUT_RAIL", "wallet.rail"]]],
    ["a rail that is none", { wallet: { address: wallet(1), rail: "cash" } }, [["error", "WALLET_WITHOUT_RAIL", "wallet.rail"]]],
    [
      "another wallet with a typing error",
      { wallets: [{ address: wallet(9) }, { address: `${wallet(9)}q` }] },
      [["error", "ADDRESS_INVALID", "wallets[1].address"]],
    ],
    [
      "a split to a wallet with a typing error",
      { contribution_splits: [{ wallet: wallet(1).slice(0, -1), percentage: "100" }] },
      [["error", "ADDRESS_INVALID", "contribution_splits[0].wallet"]],
    ],
    [
      "101 percent of splits",
      {
        contribution_splits: [
          { wallet: wallet(1), percentage: "51" },
          { wallet: wallet(9), percentage: "50" },
        ],
      },
      [["error", "SPLIT_SUM", "contribution_splits"]],
    ],
    ["hosters above 50 percent", { hoster_share_pct: "50.1" }, [["error", "HOSTER_SHARE_RANGE", "hoster_share_pct"]]],
    [
      "no backup currency",
      { creator_currency_prefs: [{ code: "USD", is_backup: false }] },
      [["error", "CURRENCY_BACKUP", "creator_currency_prefs"]],
    ],
    [
      "a currency twice does not hide that there is no backup",
      { creator_currency_prefs: ["USD", "USD"].map((code) => ({ code, is_backup: false })) },
      [
        ["error", "PREFERENCE_DUPLICATE", "creator_currency_prefs[1].code"],
        ["error", "CURRENCY_BACKUP", "creator_currency_prefs"],
      ],
    ],
    [
      "a parent without a name",
      { lineage: [{ relationship: "merge", contribution_weight: "0.1" }] },
      [["error", "DOCUMENT_SCHEMA", "lineage[0]"]],
    ],
    ["a parent with two names", { lineage: [{ ...parent(BASE), parent_wallet: wallet(2) }] }, [["error", "DOCUMENT_SCHEMA", "lineage[0]"]]],
    [
      "a parent's wallet with a typing error",
      { lineage: [{ parent_wallet: wallet(2).slice(0, -1), relationship: "merge", contribution_weight: "0.1" }] },
      [["error", "ADDRESS_INVALID", "lineage[0].parent_wallet"]],
    ],
    [
      "one parent by id and by wallet",
      { lineage: [parent(BASE), { parent_wallet: wallet(2), relationship: "merge", contribution_weight: "0.1" }] },
      [["error", "PARENT_DUPLICATE", "lineage[1].parent_wallet"]],
    ],
    ["weights above 1", { lineage: [parent(BASE, "0.9"), parent(MERGE, "0.100001")] }, [["error", "WEIGHT_SUM", "lineage"]]],
    ["a weight out of range", { lineage: [parent(BASE, "-0.1")] }, [["error", "WEIGHT_RANGE", "lineage[0].contribution_weight"]]],
    [
      "itself as a parent",
      { lineage: [parent(OWN)] },
      [
        ["error", "PARENT_SELF", "lineage[0].parent_id"],
        ["error", "LINEAGE_CYCLE", "lineage[0].parent_id"],
      ],
    ],
    ["a parent that is not known", { lineage: [parent(id(7))] }, [["warning", "PARENT_UNKNOWN", "lineage[0].parent_id"]]],
  ];

  it.each(cases)("%s", (_, change, expected) => {
    expect(faults(change)).toEqual(expected);
    const errors = expected.filter(([severity]) => severity === "error");
    expect(planRegistration({ ...sound, ...change }, known, "declared").ok).toBe(errors.length === 0);
  });

  it("are all listed, each with what to do", () => {
    const lineage = [...(sound.lineage ?? []), parent(BASE, "2"), parent(id(7))];
    const plan = planRegistration({ ...sound, lineage, hoster_share_pct: "-1", wallet: { address: "omla1" } }, known, "sequential");
    expect(plan.faults.map(({ code }) => code)).toEqual([
      "ADDRESS_INVALID",
      "WALLET_WITHOUT_RAIL",
      "HOSTER_SHARE_RANGE",
      "PARENT_DUPLICATE",
      "WEIGHT_RANGE",
      "PARENT_UNKNOWN",
    ]);
    for (const { code, hint } of plan.faults) expect(hint).toBe(HINTS[code as ProtocolCode]);
    expect(plan).toMatchObject({ ok: false, local: null, shares: null });
    expect(plan.parents).toHaveLength(5);
    expect(plan.parents[0]).toMatchObject({ registered: true, share: null, total_percentage: null });
  });

  it("of the graph are found with the draft in its place among the known models", () => {
    const replaced = { ...known, [BASE]: { wallet: wallet(2), lineage_edges: [{ parent_id: OWN, contribution_weight: "0.1" }] } };
    const plan = planRegistration(sound, replaced, "sequential");
    expect(plan.faults).toMatchObject([{ severity: "error", code: "LINEAGE_CYCLE" }]);
    expect(plan.faults[0]?.path).toMatch(/^lineage\[[01]\]\.parent_(id|wallet)$/);
    expect(plan.faults[0]?.message).toContain(`${OWN} →`);
  });

  it("of size and depth follow the registry's limits", () => {
    const { models } = chainOf(5, "0.5");
    const draft = { ...sound, lineage: [parent("c0")] };
    const codes = (limits: object): string[] =>
      planRegistration(draft, models, "declared", limits).faults.map(({ code, path }) => `${code} ${path}`);
    expect(codes({ depth: 5, models: 6 })).toEqual([]);
    expect(codes({ depth: 4 })).toEqual(["LINEAGE_TOO_DEEP lineage"]);
    expect(codes({ models: 5 })).toEqual(["LINEAGE_TOO_LARGE lineage"]);
    expect(faults({}, "sequential", { parents: 2 })).toEqual([["error", "PARENTS_TOO_MANY", "lineage"]]);
    expect(faults({}, "sequential", { splits: 1 })).toEqual([["error", "SPLITS_TOO_MANY", "contribution_splits"]]);
  });

  it("of a stored ancestor keep its own path", () => {
    const broken = { ...known, [MERGE]: { wallet: wallet(3), lineage_edges: [{ parent_id: BASE, contribution_weight: "1.5" }] } };
    expect(planRegistration(sound, broken, "declared").faults).toMatchObject([
      { code: "WEIGHT_RANGE", path: `models.${MERGE}.lineage_edges[0].contribution_weight` },
    ]);
  });

  it.each([
    ["nothing", undefined, ""],
    ["a list", [], ""],
    ["no wallet", { model_id: OWN }, "wallet"],
    ["a wallet without an address", { model_id: OWN, wallet: {} }, "wallet.address"],
    ["a parent that is a text", { ...sound, lineage: ["x"] }, "lineage[0]"],
    ["a parent id that is a number", { ...sound, lineage: [{ parent_id: 1 }] }, "lineage[0].parent_id"],
    ["a split without a wallet", { ...sound, contribution_splits: [{ percentage: "1" }] }, "contribution_splits[0].wallet"],
  ])("of the draft's shape end the plan: %s", (_, draft, path) => {
    const plan = planRegistration(draft as never, known, "sequential");
    expect(plan).toMatchObject({ ok: false, model_id: null, address: null, parents: [], shares: null });
    expect(plan.faults).toMatchObject([{ severity: "error", code: "DOCUMENT_SCHEMA", path }]);
  });
});

describe("dead wallets", () => {
  const rails: Readonly<Record<string, string | null>> = { [wallet(2)]: "sepa", [wallet(3)]: null };
  const railOf = (address: string): string | null | undefined => rails[address];

  it("are told where the registry's rails are known: not known at all, or without a rail", () => {
    const draft = {
      ...sound,
      wallets: [{ address: wallet(8) }],
      contribution_splits: [wallet(1), wallet(2), wallet(3).toUpperCase(), wallet(8), wallet(9)].map((address) => ({
        wallet: address,
        percentage: "20",
      })),
    };
    const plan = planRegistration(draft, known, "sequential", {}, railOf);
    expect(plan.ok).toBe(true);
    expect(plan.faults.map(({ severity, code, path }) => [severity, code, path])).toEqual([
      ["warning", "WALLET_WITHOUT_RAIL", "contribution_splits[2].wallet"],
      ["warning", "WALLET_WITHOUT_RAIL", "contribution_splits[3].wallet"],
      ["warning", "WALLET_UNKNOWN", "contribution_splits[4].wallet"],
    ]);
    expect(Object.fromEntries((plan.shares ?? []).map((share) => [share.wallet, share.rail]))).toEqual({
      [wallet(1)]: "stripe",
      [wallet(2)]: "sepa",
      [wallet(3)]: null,
      [wallet(8)]: null,
      [wallet(9)]: null,
    });
  });

  it("are not guessed where nothing is known of rails", () => {
    const plan = planRegistration(sound, known, "sequential");
    expect(plan.shares?.every((share) => !("rail" in share))).toBe(true);
  });
});
