import { encodeAddress } from "./address.ts";
import type { OmlaError } from "./errors.ts";
import { computeFlows } from "./explain.ts";
import { UUID_V4 } from "./forms.ts";
import { DEFAULT_LIMITS, type LineageLimits } from "./limits.ts";
import { type FindModel, type LineageModels, modelFinder } from "./lineage-walk.ts";
import {
  type DraftEdge,
  draftEdges,
  draftModel,
  hasShape,
  type RailOf,
  type RegistrationDraft,
  reportDead,
  reportFields,
  reportLineage,
} from "./registration-faults.ts";
import { type LineagePolicy, resolveSplits, sharePercentage, type WalletShare } from "./splits.ts";

export interface PlanFault {
  /** An error may not be stored; a warning may, but carries or pays nothing as things stand. */
  readonly severity: "error" | "warning";
  readonly code: string;
  readonly message: string;
  /** In the draft's own members, `lineage[1].contribution_weight`; of a stored ancestor, `models.<id>.…`. */
  readonly path: string;
  readonly hint: string;
}

/** Integers of 10^18 as strings, and percentages to show to people. */
export interface PlannedParent {
  readonly path: string;
  /** The parent's model id; for a parent outside the registry what names it. */
  readonly parent_id: string;
  readonly registered: boolean;
  readonly contribution_weight: string;
  /** What comes over this edge under the policy; null where the draft may not be stored. */
  readonly share: string | null;
  readonly percentage: string | null;
  /** What arrives at the parent over all ways, this edge included. It passes a part of it on to its own parents. */
  readonly total_share: string | null;
  readonly total_percentage: string | null;
}

export interface PlannedShare extends WalletShare {
  readonly percentage: string;
  /** Null where the wallet is known to have none or is not known; absent where nothing was said about rails. */
  readonly rail?: string | null;
}

/** Plain data: it can be printed, stored and sent as it is. */
export interface RegistrationPlan {
  /** Whether no fault is an error. */
  readonly ok: boolean;
  /** Null where the draft has not the shape of a registration; nothing else is then judged. */
  readonly model_id: string | null;
  /** The address of the primary wallet; null where the model id is no UUID v4. */
  readonly address: string | null;
  readonly lineage_policy: LineagePolicy;
  readonly faults: readonly PlanFault[];
  readonly parents: readonly PlannedParent[];
  /** What stays for the model's own splits; null where the draft may not be stored. */
  readonly local: { readonly share: string; readonly percentage: string } | null;
  /** Every wallet that would be paid, ascending; null where the draft may not be stored. */
  readonly shares: readonly PlannedShare[] | null;
}

/**
 * Checks a registration before it is signed, offline, and shows who would get what under the registry's lineage policy.
 *
 * All faults are listed with their paths, errors and warnings apart: fields, sets, the graph, then parents that are not known and
 * wallets that cannot be paid. A parent is known by its id or by the primary wallet that encodes it. A draft whose id is among
 * the known models takes that model's place.
 * @param knownModels - registered models, at least the lineage of the parents
 * @param limits - the registry's; {@link DEFAULT_LIMITS} member by member
 * @param railOf - the rail of a wallet, by canonical address; without it only the draft's own rail is judged
 * @returns the plan; it does not throw for a bad draft
 * @throws LINEAGE_POLICY
 * @see docs/spec/4-splits.md clauses 4.1 to 4.12
 */
export function planRegistration(
  draft: RegistrationDraft,
  knownModels: LineageModels,
  policy: LineagePolicy,
  limits: Partial<LineageLimits> = {},
  railOf?: RailOf,
): RegistrationPlan {
  const bounds = { ...DEFAULT_LIMITS, ...limits };
  const faults: PlanFault[] = [];
  const error = (fault: OmlaError): unknown => faults.push(planFault("error", fault));
  const warning = (fault: OmlaError): unknown => faults.push(planFault("warning", fault));
  if (!hasShape(draft, error)) return emptyPlan(policy, faults);
  reportFields(draft, bounds, error);
  const edges = draftEdges(draft, error);
  const find = withDraft(draft, edges, modelFinder(knownModels));
  const sound = reportLineage(draft.model_id, find, edges, bounds, error);
  const rails = railOf && withOwnRail(draft, railOf);
  reportDead(draft, edges, find, rails ?? (() => ""), warning);
  return {
    ok: faults.every(({ severity }) => severity !== "error"),
    model_id: draft.model_id,
    address: UUID_V4.test(draft.model_id) ? encodeAddress(draft.model_id) : null,
    lineage_policy: policy,
    faults,
    ...(sound ? planShares(draft, edges, find, policy, rails) : withoutShares(edges, find)),
  };
}

function emptyPlan(lineage_policy: LineagePolicy, faults: readonly PlanFault[]): RegistrationPlan {
  return { ok: false, model_id: null, address: null, lineage_policy, faults, parents: [], local: null, shares: null };
}

function planFault(severity: PlanFault["severity"], { code, message, path, hint }: OmlaError): PlanFault {
  return { severity, code, message, path: path ?? "", hint: hint ?? "" };
}

function withDraft(draft: RegistrationDraft, edges: readonly DraftEdge[], find: FindModel): FindModel {
  const model = draftModel(draft, edges);
  return (id) => (id === draft.model_id ? model : find(id));
}

/** The draft sets the rail of its primary wallet; its further wallets are known from now on, but have none yet. */
function withOwnRail({ wallet, wallets = [] }: RegistrationDraft, railOf: RailOf): RailOf {
  const primary = wallet.address.toLowerCase();
  const further = new Set(wallets.map(({ address }) => address.toLowerCase()));
  return (address) => {
    if (address === primary) return wallet.rail;
    const rail = railOf(address);
    return rail === undefined && further.has(address) ? null : rail;
  };
}

type Shares = Pick<RegistrationPlan, "parents" | "local" | "shares">;

function withoutShares(edges: readonly DraftEdge[], find: FindModel): Shares {
  const none = { share: null, percentage: null, total_share: null, total_percentage: null };
  return { parents: edges.map((edge, at) => ({ ...plannedParent(edge, at, find), ...none })), local: null, shares: null };
}

function plannedParent(
  edge: DraftEdge,
  position: number,
  find: FindModel,
): Pick<PlannedParent, "path" | "parent_id" | "registered" | "contribution_weight"> {
  const { parent_id, contribution_weight } = edge;
  return {
    path: `lineage[${position}]`,
    parent_id,
    registered: find(parent_id) !== undefined,
    contribution_weight: String(contribution_weight),
  };
}

function planShares(draft: RegistrationDraft, edges: readonly DraftEdge[], find: FindModel, policy: LineagePolicy, rails?: RailOf): Shares {
  const input = { models: find, target_model_id: draft.model_id, lineage_policy: policy };
  const { carried, arrived, walk } = computeFlows(input);
  const passed = edges.map((_, position) => carried.get(position)?.units ?? 0n);
  const parents = edges.map((edge, position) => {
    const index = walk.parents[position] ?? -1;
    const share = String(passed[position]);
    const total = String(index < 0 ? 0n : arrived[index]);
    const totals = { total_share: total, total_percentage: sharePercentage(total) };
    return { ...plannedParent(edge, position, find), share, percentage: sharePercentage(share), ...totals };
  });
  const local = String(10n ** 18n - passed.reduce((sum, units) => sum + units, 0n));
  const shares = resolveSplits(input).map(({ wallet, share }) => ({
    wallet,
    share,
    percentage: sharePercentage(share),
    ...(rails && { rail: rails(wallet) ?? null }),
  }));
  return { parents, local: { share: local, percentage: sharePercentage(local) }, shares };
}
