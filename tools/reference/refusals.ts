import ts from "typescript";
import { isShippedCode, projectFiles, readProjectFile } from "../tidy/source-files.ts";

/** One refusal of the registry's API. */
export interface Refusal {
  readonly code: string;
  readonly status: string;
  readonly hint: string;
}

/** The rows of every table that the server hands to `errorsOf`, by code. */
export function refusalsOf(root: string): Refusal[] {
  const files = projectFiles(root).filter((file) => isShippedCode(file) && file.startsWith("packages/server-reference/src/"));
  const found = files.flatMap((file) => refusalsIn(file, readProjectFile(root, file)));
  const byCode = new Map(found.map((refusal) => [refusal.code, refusal]));
  return [...byCode.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
}

/** `CODE: { status: 404, hint: "…" }`, `{ status: 404, code: "CODE", hint: "…" }` (also as a constant of its own) and `new ApiError(404, "CODE", …, { hint: "…" })` anywhere in a file. */
export function refusalsIn(file: string, text: string): Refusal[] {
  const found: Refusal[] = [];
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  const constants = constantsOf(source);
  const visit = (node: ts.Node): void => {
    const refusal = ts.isNewExpression(node) ? thrown(node, constants) : isNamed(node) ? listed(node) : undefined;
    if (refusal !== undefined && /^[A-Z][A-Z0-9_]+$/.test(refusal.code)) found.push(refusal);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

type Named = ts.PropertyAssignment | ts.VariableDeclaration;

function isNamed(node: ts.Node): node is Named {
  return ts.isPropertyAssignment(node) || ts.isVariableDeclaration(node);
}

/** The texts that a file names at its top. */
function constantsOf(source: ts.SourceFile): Map<string, string> {
  const declared = source.statements.filter(ts.isVariableStatement).flatMap(({ declarationList }) => [...declarationList.declarations]);
  return new Map(
    declared.flatMap((declaration) => {
      const value = literal(declaration.initializer);
      return value === undefined ? [] : [[nameOf(declaration), value] as const];
    }),
  );
}

function listed(node: Named): Refusal | undefined {
  if (node.initializer === undefined || !ts.isObjectLiteralExpression(node.initializer)) return undefined;
  const members = literalsOf(node.initializer);
  return refusal(members.get("code") ?? nameOf(node), members.get("status"), members.get("hint"));
}

function thrown(
  { expression, arguments: given = [] as unknown as ts.NodeArray<ts.Expression> }: ts.NewExpression,
  constants: ReadonlyMap<string, string>,
): Refusal | undefined {
  const [status, code, , options] = given;
  if (!ts.isIdentifier(expression) || expression.text !== "ApiError" || options === undefined || !ts.isObjectLiteralExpression(options))
    return undefined;
  const named = code !== undefined && ts.isIdentifier(code) ? constants.get(code.text) : literal(code);
  return refusal(named, literal(status), literalsOf(options).get("hint"));
}

function refusal(code: string | undefined, status: string | undefined, hint: string | undefined): Refusal | undefined {
  return code === undefined || status === undefined || hint === undefined ? undefined : { code, status, hint };
}

function literalsOf(object: ts.ObjectLiteralExpression): Map<string, string> {
  return new Map(
    object.properties.filter(ts.isPropertyAssignment).flatMap((member) => {
      const value = literal(member.initializer);
      return value === undefined ? [] : [[nameOf(member), value] as const];
    }),
  );
}

function literal(node: ts.Expression | undefined): string | undefined {
  return node !== undefined && (ts.isNumericLiteral(node) || ts.isStringLiteralLike(node)) ? node.text : undefined;
}

function nameOf({ name }: Named): string {
  return ts.isIdentifier(name) || ts.isStringLiteralLike(name) ? name.text : "";
}
