import { encodeAddress } from "../protocol/address.ts";
import { OmlaError } from "../protocol/errors.ts";
import type { LineageGraph } from "../protocol/lineage-graph.ts";
import type { ContributionSplit, LineageEdge, LineageModel } from "../protocol/lineage-walk.ts";
import { formatDecimal, parseDecimal } from "../protocol/money.ts";
import { formatTimestamp } from "../protocol/timestamp.ts";
import { expectArray, expectMembers } from "./answer.ts";
import type { Registry } from "./registry.ts";
import type { CallOptions } from "./call.ts";

interface SplitRow {
  readonly model_id: string;
  readonly percentage: string | number;
  readonly effective_from: string;
  readonly effective_until: string | null;
  readonly wallets: { readonly address: string } | null;
}

/** Ids in the address of one request. */
const IDS_AT_ONCE = 100;

/**
 * The lineage of some models: their ancestors, edges and splits. Models that the registry does not know are left out.
 *
 * @param asOf undefined for how it stands now
 */
export async function fetchTerms(
  registry: Registry,
  roots: readonly string[],
  asOf: Date | undefined,
  options?: CallOptions,
): Promise<ReadonlyMap<string, LineageModel>> {
  const edges = await fetchEdges(registry, roots, asOf, options);
  const splits = await fetchSplits(registry, [...edges.keys()], asOf, options);
  return new Map(
    [...edges].map(([id, lineage_edges]) => [id, { wallet: encodeAddress(id), lineage_edges, contribution_splits: splits.get(id) ?? [] }]),
  );
}

/** Edges by child, in declared order; a registered model without edges has an empty list. */
async function fetchEdges(
  registry: Registry,
  roots: readonly string[],
  asOf: Date | undefined,
  options?: CallOptions,
): Promise<ReadonlyMap<string, LineageEdge[]>> {
  const edges = new Map<string, LineageEdge[]>();
  for (const target_model_id of new Set(roots)) {
    if (edges.has(target_model_id)) continue;
    const at = asOf === undefined ? {} : { as_of: formatTimestamp(asOf) };
    const body = await registry.rpc("lineage_graph", { target_model_id, ...at }, options).catch(whereUnknown);
    if (body === undefined) continue;
    const graph = expectMembers<LineageGraph>(body, { nodes: "array", edges: "array" }, "the lineage");
    const isNew = new Set(
      graph.nodes.filter(({ model_id, registered }) => registered && !edges.has(model_id)).map(({ model_id }) => model_id),
    );
    for (const id of isNew) edges.set(id, []);
    for (const { child_id, parent_id, relationship, contribution_weight } of graph.edges) {
      if (isNew.has(child_id)) edges.get(child_id)?.push({ parent_id, relationship: relationship ?? undefined, contribution_weight });
    }
  }
  return edges;
}

/** A model that the registry does not know has no terms; everything else is a fault. */
function whereUnknown(error: unknown): undefined {
  if (error instanceof OmlaError && error.code === "MODEL_NOT_FOUND") return undefined;
  throw error;
}

async function fetchSplits(
  registry: Registry,
  ids: readonly string[],
  asOf: Date | undefined,
  options?: CallOptions,
): Promise<ReadonlyMap<string, ContributionSplit[]>> {
  const rows: SplitRow[] = [];
  for (let at = 0; at < ids.length; at += IDS_AT_ONCE) {
    const select = "model_id,percentage,effective_from,effective_until,wallets(address)";
    const query = { select, model_id: `in.(${ids.slice(at, at + IDS_AT_ONCE).join(",")})`, order: "position.asc" };
    const body = await registry.rows("contribution_splits", asOf === undefined ? { ...query, effective_until: "is.null" } : query, options);
    rows.push(
      ...expectArray(body, "the splits").map((row) => expectMembers<SplitRow>(row, { model_id: "string", wallets: "object" }, "a split")),
    );
  }
  const byModel = new Map<string, SplitRow[]>();
  for (const row of rows) byModel.set(row.model_id, [...(byModel.get(row.model_id) ?? []), row]);
  return new Map(
    [...byModel].map(([id, all]) => [
      id,
      inForce(all, asOf).map(({ percentage, wallets }) => ({
        wallet: wallets?.address ?? "",
        // PostgREST writes a whole number where the registry stored 100.
        percentage: formatDecimal(parseDecimal(percentage, 6), 6),
      })),
    ]),
  );
}

/** A model that was registered later than the moment asked for counts as it was registered. */
function inForce(rows: readonly SplitRow[], asOf: Date | undefined): readonly SplitRow[] {
  if (asOf === undefined) return rows;
  const at = Math.max(asOf.getTime(), Math.min(...rows.map(({ effective_from }) => Date.parse(effective_from))));
  return rows.filter(
    ({ effective_from, effective_until }) =>
      Date.parse(effective_from) <= at && (effective_until === null || Date.parse(effective_until) > at),
  );
}
