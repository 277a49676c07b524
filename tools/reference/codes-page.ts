import { HINTS } from "../../packages/sdk/src/protocol/hints.ts";
import { refusalsOf } from "./refusals.ts";
import { table } from "./table.ts";

/** Which clauses say when a code is raised; the longest prefix holds. */
const CLAUSES: Readonly<Record<string, string>> = {
  ADDRESS: "[3.38](../spec/3-identity.md)",
  ALLOCATION: "[4.16](../spec/4-splits.md)",
  AMOUNT: "[2.2, 2.5](../spec/2-money.md)",
  CANONICAL: "[3.10, 3.11](../spec/3-identity.md)",
  CLAIM: "[3.22](../spec/3-identity.md)",
  COMPLIANCE: "[6.1](../spec/6-compliance.md)",
  CONFIG: "[7.12](../spec/7-blacklist.md)",
  COUNT: "[3.24](../spec/3-identity.md)",
  CURRENCY: "[5.2](../spec/5-payout-currency.md)",
  DECIMAL: "[2.22](../spec/2-money.md)",
  DOCUMENT: "[3.18](../spec/3-identity.md)",
  FEE: "[5.5](../spec/5-payout-currency.md)",
  HEARTBEAT: "[7.25](../spec/7-blacklist.md)",
  HOSTER: "[2.22](../spec/2-money.md)",
  KEY: "[3.1–3.4](../spec/3-identity.md)",
  KEYSET: "[7.22, 7.23](../spec/7-blacklist.md)",
  LIMIT: "[9.6](../spec/9-errors.md)",
  LINEAGE: "[4.7, 4.8](../spec/4-splits.md)",
  LINEAGE_POLICY: "[4.3, 4.22](../spec/4-splits.md)",
  LIST: "[7.26](../spec/7-blacklist.md)",
  MODEL: "[2.14](../spec/2-money.md)",
  PARENT: "[4.9](../spec/4-splits.md)",
  PARENTS: "[4.8](../spec/4-splits.md)",
  PREFERENCE: "[5.2](../spec/5-payout-currency.md)",
  QUARTER: "[2.13](../spec/2-money.md)",
  RATE: "[2.7](../spec/2-money.md)",
  ROYALTY: "[2.12](../spec/2-money.md)",
  SIDECAR: "[8.1–8.5](../spec/8-sidecar.md)",
  SIGNATURE: "[3.5–3.8](../spec/3-identity.md)",
  SIGNATURE_MEMBER: "[3.14](../spec/3-identity.md)",
  SPLIT: "[4.10](../spec/4-splits.md)",
  SPLITS: "[4.8](../spec/4-splits.md)",
  TIMESTAMP: "[3.17](../spec/3-identity.md)",
  WALLET: "[3.33](../spec/3-identity.md)",
  WEIGHT: "[4.9](../spec/4-splits.md)",
};

/** The page of all codes: those of the protocol, then those of the registry's API. */
export function codesPage(root: string): string {
  const protocol = Object.entries(HINTS)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, hint]) => [`\`${code}\``, hint, clauseOf(code)]);
  const api = refusalsOf(root).map(({ code, status, hint }) => [`\`${code}\``, `${status}`, hint]);
  return [
    "# Codes",
    "",
    "Every refusal carries a stable code, a message, a hint and, where a field is at fault, its path ([clauses 9.1–9.3](../spec/9-errors.md)).",
    "Branch on the code, never on the message. This page is made from the code by `npm run docs:reference`.",
    "",
    "## Of the protocol",
    "",
    "Raised by `@omla/sdk/protocol`, and handed on by everything that stands on it.",
    "",
    ...table(["code", "what to do", "clause"], protocol),
    ...(api.length === 0 ? [] : ["", "## Of a registry's API", "", ...table(["code", "status", "what to do"], api)]),
    "",
  ].join("\n");
}

/** The codes of the protocol that no clause is named for. */
export function codesWithoutClause(): string[] {
  return Object.keys(HINTS).filter((code) => clauseOf(code) === "");
}

function clauseOf(code: string): string {
  const prefixes = code.split("_").map((_, index, words) => words.slice(0, words.length - index).join("_"));
  return CLAUSES[prefixes.find((candidate) => candidate in CLAUSES) ?? ""] ?? "";
}
