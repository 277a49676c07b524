import { quarterEnd } from "../protocol/quarter.ts";
import { joinPath } from "../protocol/errors.ts";
import { DEFAULT_LIMITS } from "../protocol/limits.ts";
import type { ContributionSplit, LineageEdge, LineageModel } from "../protocol/lineage-walk.ts";
import { encodeAddress } from "../protocol/address.ts";
import { expectArray, expectMembers } from "./answer.ts";
import type { Registry } from "./registry.ts";
import type { CallOptions } from "./transport.ts";

interface EdgeRow {
  readonly child_id: string;
  readonly parent_id: string | null;
  readonly relationship: string;
  readonly contribution_weight: string | number;
}

interface SplitRow {
  readonly model_id: string;
  readonly percentage: string | number;
  readonly wallets: { readonly address: string } | null;
}

/** A parent without an id is outside the registry; its place in the order still counts. */
const OUTSIDE = "outside the registry";
/** Ids in one request's address. */
const IDS_AT_ONCE = 100;

/**
 * The lineage of some models as it stands at the end of a quarter, or now where that lies ahead: their ancestors, edges and splits.
 *
 * One request per generation and table.
 */
export async function fetchTerms(
  registry: Registry,
  roots: readonly string[],
  quarter: string,
  now: Date,
  options?: CallOptions,
): Promise<ReadonlyMap<string, LineageModel>> {
  const inForce = datedAt(quarterEnd(quarter), now);
  const models = new Map<string, LineageModel>();
  let generation = [...new Set(roots)];
  for (let depth = 0; generation.length > 0 && depth <= DEFAULT_LIMITS.depth; depth += 1) {
    const [edges, splits] = await Promise.all([
      rowsOf<EdgeRow>(
        registry,
        "lineage_edges",
        "child_id",
        generation,
        { ...inForce, select: "child_id,parent_id,relationship,contribution_weight" },
        options,
      ),
      rowsOf<SplitRow>(
        registry,
        "contribution_splits",
        "model_id",
        generation,
        { ...inForce, select: "model_id,percentage,wallets(address)" },
        options,
      ),
    ]);
    for (const id of generation)
      models.set(id, { wallet: encodeAddress(id), lineage_edges: edgesOf(edges, id), contribution_splits: splitsOf(splits, id) });
    generation = [...new Set(edges.flatMap(({ parent_id }) => (parent_id === null || models.has(parent_id) ? [] : [parent_id])))];
  }
  return models;
}

function datedAt(end: Date, now: Date): Readonly<Record<string, string>> {
  if (end > now) return { effective_until: "is.null" };
  const at = end.toISOString();
  return { effective_from: `lte.${at}`, or: `(effective_until.is.null,effective_until.gt.${at})` };
}

async function rowsOf<T>(
  registry: Registry,
  table: string,
  column: string,
  ids: readonly string[],
  query: Readonly<Record<string, string>>,
  options?: CallOptions,
): Promise<readonly T[]> {
  const rows: T[] = [];
  for (let at = 0; at < ids.length; at += IDS_AT_ONCE) {
    const filter = { ...query, [column]: `in.(${ids.slice(at, at + IDS_AT_ONCE).join(",")})`, order: "position.asc" };
    const body = expectArray(await registry.rows(table, filter, options), `the rows of ${table}`);
    rows.push(...body.map((row, index) => expectMembers<T>(row, { [column]: "string" }, joinPath(table, index))));
  }
  return rows;
}

function edgesOf(rows: readonly EdgeRow[], child: string): LineageEdge[] {
  return rows
    .filter(({ child_id }) => child_id === child)
    .map(({ parent_id, relationship, contribution_weight }) => ({ parent_id: parent_id ?? OUTSIDE, relationship, contribution_weight }));
}

function splitsOf(rows: readonly SplitRow[], model: string): ContributionSplit[] {
  return rows
    .filter(({ model_id }) => model_id === model)
    .map(({ percentage, wallets }) => ({ wallet: wallets?.address ?? "", percentage }));
}
