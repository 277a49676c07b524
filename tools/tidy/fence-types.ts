import { join } from "node:path";
import ts from "typescript";
import type { Finding } from "./finding.ts";
import type { Fence } from "./markdown.ts";

/** Code of a page as one module, at a path that resolves packages as the page's folder does. */
export interface Snippet {
  readonly page: string;
  readonly path: string;
  readonly fences: readonly Fence[];
}

/** Type errors of the snippets, in the terms of their pages. */
export function checkTypes(root: string, snippets: readonly Snippet[]): Finding[] {
  if (snippets.length === 0) return [];
  const texts = new Map(snippets.map((snippet) => [join(root, snippet.path), snippet.fences.map(({ text }) => text).join("")]));
  const program = ts.createProgram({ rootNames: [...texts.keys()], options: optionsOf(root), host: hostWith(root, texts) });
  return snippets.flatMap((snippet) => {
    const source = program.getSourceFile(join(root, snippet.path));
    const diagnostics = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return diagnostics.map((diagnostic) => ({
      file: snippet.page,
      line: lineOnPage(snippet, source?.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line ?? 0),
      message: `TS${diagnostic.code} ${ts.flattenDiagnosticMessageText(diagnostic.messageText, " ")}`,
    }));
  });
}

function optionsOf(root: string): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(root, "tsconfig.base.json"), ts.sys.readFile) as { config?: { compilerOptions?: object } };
  const { options } = ts.convertCompilerOptionsFromJson(config?.compilerOptions ?? {}, root);
  return {
    ...options,
    types: ["node"],
    typeRoots: [join(root, "node_modules/@types")],
    moduleDetection: ts.ModuleDetectionKind.Force,
    allowJs: true,
    checkJs: true,
    noEmit: true,
    isolatedDeclarations: false,
    declaration: false,
    // A page shows a value without using it.
    noUnusedLocals: false,
  };
}

function hostWith(root: string, texts: ReadonlyMap<string, string>): ts.CompilerHost {
  const host = ts.createCompilerHost(optionsOf(root));
  const readFile = host.readFile.bind(host);
  const fileExists = host.fileExists.bind(host);
  host.readFile = (file) => texts.get(file) ?? readFile(file);
  host.fileExists = (file) => texts.has(file) || fileExists(file);
  const getSourceFile = host.getSourceFile.bind(host);
  host.getSourceFile = (file, target, ...rest) => {
    const text = texts.get(file);
    return text === undefined ? getSourceFile(file, target, ...rest) : ts.createSourceFile(file, text, target, true);
  };
  host.getCurrentDirectory = () => root;
  return host;
}

function lineOnPage({ fences }: Snippet, line: number): number {
  let rest = line;
  for (const fence of fences) {
    const length = fence.text.split("\n").length - 1;
    if (rest < length) return fence.line + rest;
    rest -= length;
  }
  return (fences.at(-1)?.line ?? 1) + rest;
}
