import { cleanText } from "./clean-text.ts";
import { fetchText, type Fetch } from "./fetch-text.ts";
import { callRegistry } from "./registry-client.ts";
import type { RegistryRecord } from "./registry-record.ts";

/** One receiver of a model's royalties; `percentage` from 0 to 100. */
export interface SplitRow {
  readonly wallet: string;
  readonly percentage: number;
}

/** One model that another is built on, with the part of its royalties that goes there, from 0 to 1. */
export interface ParentRow {
  readonly name: string;
  readonly relationship: string;
  readonly weight: number;
  readonly registered: boolean;
}

/** What the panel shows beside the verdict; undefined where the registry did not give it. */
export interface PanelData {
  readonly splits: readonly SplitRow[] | undefined;
  readonly parents: readonly ParentRow[] | undefined;
  /** Rate of the royalty, from 0 to 1. */
  readonly rate: number | undefined;
}

const MAX_FACTS_BYTES = 64 * 1024;

/** Asks for splits, lineage and rate; each may fail without the others. */
export async function loadPanelData(fetch: Fetch, registry: string, record: RegistryRecord): Promise<PanelData> {
  const call = (name: string): Promise<unknown> => callRegistry(fetch, registry, name, { target_model_id: record.model_id });
  const facts = fetchText(fetch, `${registry}/.well-known/omla`, { credentials: "omit", redirect: "error" }, MAX_FACTS_BYTES);
  const [splits, parents, rate] = await Promise.all([
    orNothing(call("resolve_splits").then(readSplits)),
    orNothing(call("lineage_graph").then((graph) => readParents(graph, record.model_id))),
    orNothing(facts.then((text) => readRate(JSON.parse(text ?? ""), record.asset_kind))),
  ]);
  return { splits, parents, rate };
}

function orNothing<T>(coming: Promise<T>): Promise<T | undefined> {
  return coming.catch(() => undefined);
}

function readRate(facts: unknown, kind: unknown): number | undefined {
  return typeof kind === "string" ? readFraction(member(member(facts, "rates"), kind)) : undefined;
}

function readSplits(rows: unknown): SplitRow[] | undefined {
  const splits = list(rows)?.map((row) => ({
    wallet: cleanText(member(row, "wallet_address"), 90),
    percentage: Number(member(row, "percentage")),
  }));
  const isWhole = splits?.every(({ percentage }) => percentage >= 0 && percentage <= 100);
  return isWhole ? splits?.sort((a, b) => b.percentage - a.percentage) : undefined;
}

function readParents(graph: unknown, modelId: string): ParentRow[] | undefined {
  const nodes = new Map(list(member(graph, "nodes"))?.map((node) => [member(node, "model_id"), node]));
  return list(member(graph, "edges"))
    ?.filter((edge) => member(edge, "child_id") === modelId)
    .map((edge) => {
      const node = nodes.get(member(edge, "parent_id"));
      return {
        name: cleanText(member(node, "name") ?? member(node, "wallet") ?? member(edge, "parent_id"), 48),
        relationship: cleanText(member(edge, "relationship"), 20),
        weight: readFraction(member(edge, "contribution_weight")) ?? 0,
        registered: member(edge, "registered") !== false,
      };
    });
}

function readFraction(value: unknown): number | undefined {
  const fraction = typeof value === "string" ? Number(value) : Number.NaN;
  return fraction >= 0 && fraction <= 1 ? fraction : undefined;
}

function list(value: unknown): unknown[] | undefined {
  return Array.isArray(value) ? value.slice(0, 1000) : undefined;
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
