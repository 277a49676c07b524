import type { CodeRow, ConstraintCode } from "./constraint-code.ts";
import { MONEY_CODES } from "./constraint-codes-of-money.ts";
import { REGISTRY_CODES } from "./constraint-codes-of-the-registry.ts";

/** Each code with the constraints and unique indexes of the schema that stand behind it. A test holds it against the catalogue. */
const CODES: Readonly<Record<string, CodeRow>> = { ...REGISTRY_CODES, ...MONEY_CODES };

const BY_CONSTRAINT: ReadonlyMap<string, ConstraintCode> = new Map(
  Object.entries(CODES).flatMap(([code, { constraints, ...row }]) => words(constraints).map((name) => [name, { code, ...row }] as const)),
);

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}

/** What the breach of a named constraint means; undefined for a name that is not of this schema. */
export function constraintCode(constraint: string): ConstraintCode | undefined {
  return BY_CONSTRAINT.get(constraint);
}

/** What to do about a code that a function of the database raises without a hint of its own. */
export function codeHint(code: string): string | undefined {
  return CODES[code]?.hint;
}

/** Every constraint that has a code. */
export function knownConstraints(): string[] {
  return [...BY_CONSTRAINT.keys()];
}
