import { posix } from "node:path";
import type { Finding } from "./finding.ts";
import { importEdges, type ImportEdge } from "./import-graph.ts";
import { ALLOWANCES, BANS } from "./layer-rules.ts";
import { isCode, isShippedCode, projectFiles } from "./source-files.ts";

/** Every import of shipped code that its place does not allow, and a second importer of ky. */
export function findLayerFaults(root: string): Finding[] {
  const edges = importEdges(
    root,
    projectFiles(root).filter((file) => isCode(file) && file.startsWith("packages/")),
  );
  const shipped = edges.filter(({ from }) => isShippedCode(from));
  return [...shipped.flatMap(placeFault), ...shipped.flatMap(banFault), ...shipped.flatMap(barrelFault), ...importersOfKy(shipped)];
}

/** The project's own path for relative imports, the name for all others, so that `@omla/sdk/protocol` is not `packages/sdk/…`. */
function targetOf({ specifier, to }: ImportEdge): string {
  return specifier.startsWith(".") ? (to ?? specifier) : specifier;
}

function placeFault(edge: ImportEdge): Finding[] {
  const target = targetOf(edge);
  if (target.startsWith(".")) return [{ file: edge.from, line: edge.line, message: `imports ${target}, which does not exist` }];
  const row = ALLOWANCES.find(({ files }) => files.test(edge.from));
  if (row === undefined) return [{ file: edge.from, line: edge.line, message: "stands in no place that tools/tidy/layer-rules.ts knows" }];
  return row.may.some((pattern) => pattern.test(target))
    ? []
    : [{ file: edge.from, line: edge.line, message: `${row.place} may not import ${target}` }];
}

function banFault(edge: ImportEdge): Finding[] {
  const target = targetOf(edge);
  return BANS.filter(({ from, to }) => from.test(edge.from) && to.test(target)).map(({ because }) => ({
    file: edge.from,
    line: edge.line,
    message: `imports ${target}: ${because}`,
  }));
}

/** Siblings import files, never the `index.ts` of their own folder or of a folder above them. */
function barrelFault(edge: ImportEdge): Finding[] {
  const target = targetOf(edge);
  const ownIndex = posix.basename(target) === "index.ts" && `${posix.dirname(edge.from)}/`.startsWith(`${posix.dirname(target)}/`);
  const sourceRoot = /^packages\/[^/]+\/src\/index\.ts$/.test(target) && /\/(cli|bin|demo)\//.test(edge.from);
  return ownIndex && !sourceRoot
    ? [{ file: edge.from, line: edge.line, message: "imports its own index.ts; import the file that holds the name" }]
    : [];
}

function importersOfKy(edges: readonly ImportEdge[]): Finding[] {
  const importers = [...new Set(edges.filter(({ specifier }) => specifier === "ky").map(({ from }) => from))];
  return importers.slice(1).map((file) => ({ file, message: `imports ky, and so does ${importers[0]}: one file of the client does` }));
}
