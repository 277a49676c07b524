import { expect } from "vitest";
import type { TestDatabase } from "../helpers/database.ts";
import { fillRegistry, HOT_QUERIES } from "./hot-queries.ts";

interface PlanNode {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Index Name"?: string;
  readonly Plans?: readonly PlanNode[];
}

/** Tables that stay small whatever a registry holds. */
const SMALL = new Set(["currency_registry", "asset_kinds", "registry_settings", "key_rotations"]);

/**
 * Fills a registry and expects each hot query to be carried by its index, and no growing table to be read from end to end.
 *
 * A small table is rightly read whole, so below some ten thousand models scans are made dear: what then still scans has no index.
 */
export async function expectPlans(database: TestDatabase, models: number, scans: "on" | "off"): Promise<void> {
  const sample = await database.owner((client) => fillRegistry(client, models));
  for (const { name, role, claims = {}, text, index } of HOT_QUERIES) {
    const fill = (value: string): string => value.replaceAll(/\$(\w+)/g, (_, key: string) => sample[key] ?? "");
    const filledClaims = Object.fromEntries(Object.entries(claims).map(([key, value]) => [key, fill(String(value))]));
    const { rows } = await database.db.transaction(role, filledClaims, async (tx) => {
      await tx.query(`set local enable_seqscan = ${scans}`);
      return tx.query<{ "QUERY PLAN": [{ Plan: PlanNode }] }>(`explain (format json) ${fill(text)}`);
    });
    const nodes = nodesOf(rows[0]?.["QUERY PLAN"][0].Plan);
    const scanned = nodes
      .filter((node) => node["Node Type"] === "Seq Scan" && !SMALL.has(node["Relation Name"] ?? ""))
      .map((node) => node["Relation Name"]);
    const indexes = nodes.flatMap((node) => node["Index Name"] ?? []);
    expect({ name, scanned }).toEqual({ name, scanned: [] });
    expect({ name, indexes: indexes.join() }).toEqual({ name, indexes: expect.stringMatching(new RegExp(index)) });
  }
}

function nodesOf(plan: PlanNode | undefined): PlanNode[] {
  return plan === undefined ? [] : [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}
