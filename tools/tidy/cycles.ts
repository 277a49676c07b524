import type { Finding } from "./finding.ts";
import { importEdges, type ImportEdge } from "./import-graph.ts";

/** Every group of files that import each other in a circle, by Tarjan's strongly connected components; type-only imports count. */
export function findCycles(root: string): Finding[] {
  return cyclicGroups(importEdges(root)).map((group) => ({ file: group[0] ?? "", message: `import cycle: ${group.join(" ⇄ ")}` }));
}

/** The components with more than one file, or with a file that imports itself. */
export function cyclicGroups(edges: readonly Pick<ImportEdge, "from" | "to">[]): string[][] {
  const targets = new Map<string, string[]>();
  for (const { from, to } of edges) {
    if (to !== undefined) targets.set(from, [...(targets.get(from) ?? []), to]);
  }
  return stronglyConnected(targets)
    .filter((group) => group.length > 1 || targets.get(group[0] ?? "")?.includes(group[0] ?? ""))
    .map((group) => group.sort());
}

function stronglyConnected(targets: ReadonlyMap<string, readonly string[]>): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const onStack = new Set<string>();
  const stack: string[] = [];
  const groups: string[][] = [];

  function visit(node: string): void {
    index.set(node, index.size);
    low.set(node, index.get(node) ?? 0);
    stack.push(node);
    onStack.add(node);
    for (const target of targets.get(node) ?? []) {
      if (!index.has(target)) visit(target);
      if (onStack.has(target)) low.set(node, Math.min(low.get(node) ?? 0, low.get(target) ?? 0));
    }
    if (low.get(node) === index.get(node)) groups.push(popGroup(node));
  }

  function popGroup(node: string): string[] {
    const group = stack.splice(stack.lastIndexOf(node));
    for (const member of group) onStack.delete(member);
    return group;
  }

  for (const node of targets.keys()) if (!index.has(node)) visit(node);
  return groups;
}
