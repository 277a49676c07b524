import { join, posix } from "node:path";
import ts from "typescript";
import { lineAt } from "./finding.ts";
import { hasProjectPath, isCode, projectFiles, readProjectFile } from "./source-files.ts";

/** One `import`, `export … from` or `import()`, type-only ones included. */
export interface ImportEdge {
  readonly from: string;
  readonly line: number;
  /** As it is written: `./money.ts`, `@omla/sdk/protocol`, `node:fs`. */
  readonly specifier: string;
  /** The project's file it leads to; undefined for a module of somebody else. */
  readonly to: string | undefined;
}

/** Every import of every code file below `root`. */
export function importEdges(root: string, files: readonly string[] = projectFiles(root).filter(isCode)): ImportEdge[] {
  const packages = workspaceExports(root);
  return files.flatMap((from) =>
    importedNames(from, readProjectFile(root, from)).map(({ specifier, line }) => ({
      from,
      line,
      specifier,
      to: specifier.startsWith(".") ? relativeTarget(root, from, specifier) : packages.get(specifier),
    })),
  );
}

function importedNames(file: string, text: string): { specifier: string; line: number }[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  const found: { specifier: string; line: number }[] = [];
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier !== undefined) found.push({ specifier: specifier.text, line: lineAt(text, specifier.pos + 1) });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The module that a node names: `import`, `export … from`, `import()`, `import("…").Type`. */
function specifierOf(node: ts.Node): ts.StringLiteralLike | undefined {
  let named: ts.Node | undefined;
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) named = node.moduleSpecifier;
  else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) named = node.arguments[0];
  else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) named = node.argument.literal;
  return named !== undefined && ts.isStringLiteralLike(named) ? named : undefined;
}

function relativeTarget(root: string, from: string, specifier: string): string | undefined {
  const path = posix.join(posix.dirname(from), specifier.replace(/\?.*$/, ""));
  return [path, path.replace(/\.js$/, ".ts")].find((candidate) => hasProjectPath(root, candidate));
}

/** `@omla/sdk/protocol` → `packages/sdk/src/protocol/index.ts`, as the condition `omla-source` has it. */
function workspaceExports(root: string): Map<string, string> {
  const targets = new Map<string, string>();
  for (const manifest of projectFiles(root).filter((file) => /^packages\/[^/]+\/package\.json$/.test(file))) {
    const { name, exports = {} } = JSON.parse(readProjectFile(root, manifest)) as { name: string; exports?: Record<string, unknown> };
    for (const [entry, target] of Object.entries(exports)) {
      const source = (target as Record<string, string>)["omla-source"];
      if (source !== undefined) targets.set(posix.join(name, entry), join(posix.dirname(manifest), source).replaceAll("\\", "/"));
    }
  }
  return targets;
}
