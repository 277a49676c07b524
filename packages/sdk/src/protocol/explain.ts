import { FULL_PERCENTAGE } from "./lineage-sets.ts";
import { edgesOf, idsOf, type LineageWalk } from "./lineage-walk.ts";
import { formatDecimal, readDecimal } from "./money.ts";
import { type UnitColumn, unitsAt, unitsText } from "./share-units.ts";
import { orderedLineage, passUnits, shareLocally, sharePercentage, type SplitsInput } from "./splits.ts";

/** A model at which the wallet is paid. Units are integers of 10^18, as strings. */
export interface ExplainedPart {
  readonly model_id: string;
  /** Units that arrive at the model, over all ways together. */
  readonly arrived: string;
  /** Units that it passes on to its parents. */
  readonly passed_up: string;
  /** Units that stay and are split. */
  readonly local: string;
  /** Position of the split; null where the model has none and the wallet is its primary one. */
  readonly split: number | null;
  /** 100 for a primary wallet. */
  readonly percentage: string;
  /** What the wallet gets here. */
  readonly share: string;
  /** Units within `share` that rounding left over; only a first split gets them. */
  readonly rounding: string;
}

/** An edge on the way from the target to a model at which the wallet is paid. */
export interface ExplainedEdge {
  readonly child_id: string;
  readonly parent_id: string;
  /** From 0. */
  readonly position: number;
  readonly contribution_weight: string;
  /** Part of what arrives at the child that the policy lets over this edge; up to twelve places. */
  readonly flow: string;
  /** Units that come over it, rounded down. */
  readonly share: string;
}

export interface SplitExplanation {
  readonly wallet: string;
  readonly share: string;
  readonly percentage: string;
  readonly parts: readonly ExplainedPart[];
  readonly edges: readonly ExplainedEdge[];
}

/** What came over each edge that leads to a registered parent, and what arrived at each model. */
export interface Flows {
  readonly walk: LineageWalk;
  readonly order: readonly number[];
  readonly ids: readonly string[];
  readonly carried: ReadonlyMap<number, { readonly units: bigint; readonly flow: number }>;
  readonly arrived: readonly bigint[];
  readonly local: UnitColumn;
}

/**
 * Why a wallet gets its share: the models at which it is paid, and the edges over which the units come there.
 *
 * Ways are not listed one by one (a ladder of diamonds has more of them than anybody can read): units are added up per model and
 * per edge, so the answer is at most as large as the lineage. Both lists go by distance from the target, edges then by position;
 * edges that carry nothing are left out.
 * @throws what {@link resolveSplits} throws
 * @see docs/spec/4-splits.md clause 4.1
 */
export function explainSplits(input: SplitsInput & { readonly wallet: string }): SplitExplanation {
  const wallet = input.wallet.toLowerCase();
  const flows = computeFlows(input);
  const paid = new Set<number>();
  const parts: ExplainedPart[] = [];
  const local = flows.walk.models.map((_, index) => unitsText(unitsAt(flows.local, index)));
  shareLocally(flows.walk, flows.local, (model, split, address, units) => {
    if (address.toLowerCase() !== wallet || (units.high === 0 && units.low === 0)) return;
    paid.add(model);
    parts.push(explainPart(flows, model, split, local[model] as string, unitsText(units)));
  });
  const share = String(parts.reduce((sum, part) => sum + BigInt(part.share), 0n));
  return { wallet, share, percentage: sharePercentage(share), parts, edges: explainEdges(flows, waysTo(flows, paid)) };
}

export function computeFlows(input: SplitsInput): Flows {
  const { walk, order } = orderedLineage(input);
  const carried = new Map<number, { units: bigint; flow: number }>();
  const arrived = new Array<bigint>(walk.models.length).fill(0n);
  arrived[0] = 10n ** 18n;
  const local = passUnits(walk, order, input.lineage_policy, (edge, passed, flow) => {
    const units = BigInt(unitsText(passed));
    const parent = walk.parents[edge] as number;
    arrived[parent] = (arrived[parent] as bigint) + units;
    carried.set(edge, { units, flow });
  });
  return { walk, order, ids: idsOf(walk), carried, arrived, local };
}

function explainPart(flows: Flows, model: number, split: number, local: string, share: string): ExplainedPart {
  const declared = split < 0 ? undefined : flows.walk.models[model]?.contribution_splits?.[split];
  const units = declared === undefined ? FULL_PERCENTAGE : readDecimal(declared.percentage, 6);
  const exact = (BigInt(local) * BigInt(units)) / BigInt(FULL_PERCENTAGE);
  return {
    model_id: flows.ids[model] as string,
    arrived: String(flows.arrived[model]),
    passed_up: String((flows.arrived[model] as bigint) - BigInt(local)),
    local,
    split: declared === undefined ? null : split,
    percentage: formatDecimal(BigInt(units), 6),
    share,
    rounding: String(BigInt(share) - exact),
  };
}

/** The models from which units flow to one of the paid ones, those included. */
function waysTo({ walk, order, carried }: Flows, paid: ReadonlySet<number>): Set<number> {
  const ways = new Set(paid);
  for (const child of [...order].reverse()) {
    for (let edge = walk.starts[child] as number; edge < (walk.starts[child + 1] as number); edge += 1) {
      if ((carried.get(edge)?.units ?? 0n) > 0n && ways.has(walk.parents[edge] as number)) ways.add(child);
    }
  }
  return ways;
}

function explainEdges({ walk, ids, carried }: Flows, ways: ReadonlySet<number>): ExplainedEdge[] {
  return walk.models.flatMap((model, child) =>
    edgesOf(model).flatMap((edge, position) => {
      const index = (walk.starts[child] as number) + position;
      const over = carried.get(index);
      if (over === undefined || over.units === 0n || !ways.has(walk.parents[index] as number)) return [];
      const { parent_id, contribution_weight } = edge;
      const flow = formatDecimal(BigInt(over.flow), 12);
      return [
        {
          child_id: ids[child] as string,
          parent_id,
          position,
          contribution_weight: String(contribution_weight),
          flow,
          share: String(over.units),
        },
      ];
    }),
  );
}
