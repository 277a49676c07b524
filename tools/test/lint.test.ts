import { ESLint } from "eslint";
import { expect, test } from "vitest";
import { PROJECT } from "./project.ts";

const eslint = new ESLint({ cwd: PROJECT });

/** The rules that a text would break if it stood in that file of the project. */
async function brokenRules(file: string, text: string): Promise<string[]> {
  const [result] = await eslint.lintText(text, { filePath: `${PROJECT}/${file}` });
  return (result?.messages ?? []).map(({ ruleId, message }) => ruleId ?? message);
}

const PROTOCOL = "packages/sdk/src/protocol/errors.ts";
const TEST = "tools/test/project.ts";

test.each([
  ["any", "@typescript-eslint/no-explicit-any", PROTOCOL, "export const a: any = 1;"],
  ["a non-null assertion", "@typescript-eslint/no-non-null-assertion", PROTOCOL, "export const a = (b: string | null): string => b!;"],
  [
    "a forgotten await",
    "@typescript-eslint/no-floating-promises",
    PROTOCOL,
    "export function a(b: () => Promise<void>): void {\n  b();\n}",
  ],
  [
    "a node module in the protocol",
    "no-restricted-imports",
    PROTOCOL,
    'import { readFileSync } from "node:fs";\nexport const a = readFileSync;',
  ],
  ["Buffer in the protocol", "no-restricted-globals", PROTOCOL, "export const a: unknown = Buffer;"],
  ["process in the client", "no-restricted-globals", "packages/sdk/src/index.ts", "export const a: unknown = process;"],
  ["the clock in the protocol", "no-restricted-syntax", PROTOCOL, "export const a = (): number => Date.now();"],
  ["another clock in the protocol", "no-restricted-syntax", PROTOCOL, "export const a = (): Date => new Date();"],
  ["chance in the protocol", "no-restricted-syntax", PROTOCOL, "export const a = (): number => Math.random();"],
  ["a default export", "no-restricted-syntax", PROTOCOL, "const a = 1;\nexport default a;"],
  ["a default export under another spelling", "no-restricted-syntax", PROTOCOL, "const a = 1;\nexport { a as default };"],
  ["an export of everything", "no-restricted-syntax", PROTOCOL, 'export * from "./bytes.ts";'],
  [
    "zod by its heavy name",
    "no-restricted-syntax",
    "packages/server-reference/src/config.ts",
    'import { z } from "zod";\nexport const a = z;',
  ],
  [
    "markup from a string in the badge",
    "no-restricted-syntax",
    "packages/widget/src/state.ts",
    "export const a = (b: Element, c: string): void => {\n  b.innerHTML = c;\n};",
  ],
  [
    "Lit's unsafe directives in the badge",
    "no-restricted-syntax",
    "packages/widget/src/state.ts",
    'import { unsafeHTML } from "lit/directives/unsafe-html.js";\nexport const a = unsafeHTML;',
  ],
  [
    "a forgotten await in a test",
    "@typescript-eslint/no-floating-promises",
    TEST,
    'import { expect } from "vitest";\nexpect(Promise.resolve(1)).resolves.toBe(1);',
  ],
  [
    "a disabled rule that was not needed",
    "Unused eslint-disable directive (no problems were reported from 'no-console').",
    PROTOCOL,
    "// eslint-disable-next-line no-console -- not needed\nexport const a = 1;",
  ],
])("finds %s", async (_fault, rule, file, text) => {
  expect(await brokenRules(file, `${text}\n`)).toContain(rule);
});

test("lets pass what the house allows", async () => {
  expect(await brokenRules(PROTOCOL, "export const parse = (at: string): Date => new Date(at);\n")).toEqual([]);
  expect(
    await brokenRules("packages/server-reference/src/config.ts", 'import * as z from "zod";\nexport const name = z.string();\n'),
  ).toEqual([]);
  expect(await brokenRules(TEST, "export const first = (list: string[]): string => list[0]!;\n")).toEqual([]);
});
