const [ROOT, PARENT, GRAND, OUTSIDE] = [
  "3f2b8c1e-5d4a-4f6b-9a70-1c2d3e4f5a6b",
  "58b8413f-8ef5-4163-8ef3-50e708d01bfe",
  "d3f1b773-a6e3-4f4b-ab15-22b8a15f09c8",
  "19054b85-a889-402d-a383-45f35aa82cdf",
] as const;
const ROOT_WALLET = "omla18u4cc8jaff8khxnsrsknun66dv5n87l9";
const PARENT_WALLET = "omla1tzuyz0uw74qk8rhn2rns35qmlch02tma";
const GRAND_WALLET = "omla1wescua72zs89uq7q9mdycpd92sdys9zw";
const STRANGE_WALLET = "omla190j4ygpufs857pcrkqmal0gqu5e346us";

const edge = (parent_id: string, relationship: string, contribution_weight: string): object => ({
  parent_id,
  relationship,
  contribution_weight,
});
const model = (wallet: string, ...lineage_edges: object[]): object => ({ wallet, lineage_edges, contribution_splits: [] });

/** A diamond without its tip: the root has two parents, of which one descends from the other. */
const MODELS = {
  [ROOT]: model(ROOT_WALLET, edge(GRAND, "merge", "0.25"), edge(PARENT, "fine-tune", "0.40"), edge(OUTSIDE, "distill", "0.1")),
  [PARENT]: model(PARENT_WALLET, edge(GRAND, "quantize", "1")),
  [GRAND]: model(GRAND_WALLET.toUpperCase()),
};

export function lineageGraphCases(): object[] {
  const node = (model_id: string, wallet: string | null, depth: number): object => ({
    model_id,
    wallet,
    registered: wallet !== null,
    depth,
  });
  const arrow = (child_id: string, parent_id: string, relationship: string, contribution_weight: string, position: number): object => ({
    child_id,
    parent_id,
    relationship,
    contribution_weight,
    position,
    registered: parent_id !== OUTSIDE,
  });
  return [
    {
      name: "a model without parents",
      models: { [GRAND]: model(GRAND_WALLET) },
      target_model_id: GRAND,
      code: "OK",
      expected: { nodes: [node(GRAND, GRAND_WALLET, 0)], edges: [] },
    },
    {
      name: "the longest path decides the depth; nodes by depth and id, edges in declared order",
      models: MODELS,
      target_model_id: ROOT,
      code: "OK",
      expected: {
        nodes: [node(ROOT, ROOT_WALLET, 0), node(OUTSIDE, null, 1), node(PARENT, PARENT_WALLET, 1), node(GRAND, GRAND_WALLET, 2)],
        edges: [
          arrow(ROOT, GRAND, "merge", "0.25", 0),
          arrow(ROOT, PARENT, "fine-tune", "0.40", 1),
          arrow(ROOT, OUTSIDE, "distill", "0.1", 2),
          arrow(PARENT, GRAND, "quantize", "1", 0),
        ],
      },
    },
    {
      name: "only what lies above the target",
      models: MODELS,
      target_model_id: PARENT,
      code: "OK",
      expected: {
        nodes: [node(PARENT, PARENT_WALLET, 0), node(GRAND, GRAND_WALLET, 1)],
        edges: [arrow(PARENT, GRAND, "quantize", "1", 0)],
      },
    },
    {
      name: "a target that is not among the models",
      models: MODELS,
      target_model_id: OUTSIDE,
      code: "MODEL_NOT_FOUND",
      path: "target_model_id",
    },
    {
      name: "a cycle",
      models: { [ROOT]: model(ROOT_WALLET, edge(PARENT, "merge", "0.1")), [PARENT]: model(PARENT_WALLET, edge(ROOT, "merge", "0.1")) },
      target_model_id: ROOT,
      code: "LINEAGE_CYCLE",
    },
  ];
}

/** What a plan of a registration warns of, and what it refuses; each fault by severity, code and path. */
export function registrationPlanCases(): object[] {
  const draft = (changes: object = {}): object => ({
    model_id: ROOT,
    wallet: { address: ROOT_WALLET, rail: "stripe" },
    lineage: [{ parent_id: PARENT, relationship: "fine-tune", contribution_weight: "0.40" }],
    contribution_splits: [
      { recipient: "creator", wallet: ROOT_WALLET, percentage: "70" },
      { recipient: "funder", wallet: GRAND_WALLET, percentage: "30" },
    ],
    ...changes,
  });
  const known = { [PARENT]: model(PARENT_WALLET), [GRAND]: model(GRAND_WALLET) };
  const rails = { [GRAND_WALLET]: "sepa", [PARENT_WALLET]: null };
  const of = (name: string, changes: object, ok: boolean, ...faults: [severity: string, code: string, path: string][]): object => ({
    name,
    draft: draft(changes),
    models: known,
    lineage_policy: "sequential",
    rails,
    expected: { ok, faults: faults.map(([severity, code, path]) => ({ severity, code, path })) },
  });
  const one = (wallet: string): object => ({ contribution_splits: [{ recipient: "x", wallet, percentage: "100" }] });
  return [
    of("nothing to say", {}, true),
    of(
      "a parent that is not registered here",
      { lineage: [{ parent_id: OUTSIDE, relationship: "merge", contribution_weight: "0.1" }] },
      true,
      ["warning", "PARENT_UNKNOWN", "lineage[0].parent_id"],
    ),
    of(
      "a parent outside the registry by intent",
      { lineage: [{ parent_ref: "a paper", relationship: "merge", contribution_weight: "0.1" }] },
      true,
    ),
    of("a split to a wallet that has no rail yet", one(PARENT_WALLET), true, [
      "warning",
      "WALLET_WITHOUT_RAIL",
      "contribution_splits[0].wallet",
    ]),
    of("a split to a wallet that nobody knows", one(STRANGE_WALLET), true, ["warning", "WALLET_UNKNOWN", "contribution_splits[0].wallet"]),
    of("no rail of its own", { wallet: { address: ROOT_WALLET, rail: "cheque" } }, false, ["error", "WALLET_WITHOUT_RAIL", "wallet.rail"]),
    of("101 percent", { contribution_splits: [{ recipient: "x", wallet: ROOT_WALLET, percentage: "101" }] }, false, [
      "error",
      "SPLIT_RANGE",
      "contribution_splits[0].percentage",
    ]),
    of(
      "a descent from itself",
      { lineage: [{ parent_id: ROOT, relationship: "merge", contribution_weight: "0.1" }] },
      false,
      ["error", "PARENT_SELF", "lineage[0].parent_id"],
      ["error", "LINEAGE_CYCLE", "lineage[0].parent_id"],
    ),
  ];
}
