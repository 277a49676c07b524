import type { Finding } from "./finding.ts";
import { lineAt } from "./finding.ts";
import { isCode, isShippedCode, projectFiles, readProjectFile } from "./source-files.ts";

interface Rule {
  readonly pattern: RegExp;
  readonly message: string;
  readonly files: (file: string) => boolean;
}

const everywhere = (file: string): boolean =>
  /\.(ts|mts|js|mjs|json|md|sql|ya?ml|sh|html|css|toml)$|^\.ci\/|^\.npmrc$/.test(file) && file !== "pnpm-lock.yaml";
const tests = (file: string): boolean => isCode(file) && /\.test\.ts$/.test(file);
const serverExceptConfig = (file: string): boolean =>
  isShippedCode(file) &&
  file.startsWith("packages/server-reference/src/") &&
  !/\/src\/(config|settings)(\.ts|\/)|\/src\/(cli|bin)\//.test(file);
/** Split in two, so that this file does not hold what it looks for. */
const word = (...parts: string[]): string => parts.join("");

const RULES: readonly Rule[] = [
  {
    pattern: new RegExp(
      `(?<![\\w./-])/${word("wo", "rk")}/|/tmp/${word("om", "la")}/|/tmp/${word("ba", "sh")}|/home/[a-z]+/|/Users/[A-Za-z]+/|[A-Z]:\\\\Users\\\\`,
    ),
    message: "names a place on somebody's machine",
    files: everywhere,
  },
  {
    pattern: new RegExp(`\\b(${word("TO", "DO")}|${word("FIX", "ME")}|${word("HA", "CK")})\\b`),
    message: "is unfinished: finish it, or open an issue",
    files: everywhere,
  },
  {
    pattern: /\b(test|it|describe)\.(only|skip|todo|fails)\b|\b[xf](it|describe)\(/,
    message: "a test that does not run proves nothing",
    files: tests,
  },
  { pattern: /expect\([^()]*(\([^()]*\))*[^()]*\);?$/m, message: "expects nothing: a matcher is missing", files: tests },
  { pattern: /\btoMatch(Inline)?Snapshot\b/, message: "write the expected value down", files: tests },
  {
    pattern:
      /\/\/\s*eslint-disable(?!-next-line [\w@/-]+(, [\w@/-]+)* -- \S)|\/\*\s*eslint-disable(?!-)|@ts-(ignore|nocheck|expect-error)(?!.{12})/,
    message: "switches a check off without its reason (`eslint-disable-next-line RULE -- why`)",
    files: isCode,
  },
  { pattern: /^(?!\s*(\*|\/\/)).*\bprocess\.env\b/m, message: "the environment is read in config.ts alone", files: serverExceptConfig },
];

/** Text that must not be committed, by line. */
export function findForbiddenText(root: string): Finding[] {
  return projectFiles(root).flatMap((file) => {
    const rules = RULES.filter(({ files }) => files(file));
    if (rules.length === 0) return [];
    const text = readProjectFile(root, file);
    return rules.flatMap(({ pattern, message }) => {
      const at = text.search(pattern);
      return at < 0 ? [] : [{ file, line: lineAt(text, at), message }];
    });
  });
}
