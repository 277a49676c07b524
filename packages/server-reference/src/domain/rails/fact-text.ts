import type { RailFact } from "../../rails/rail-event.ts";

/** Members of a fact that are amounts: whole numbers that JSON would cut. */
const AMOUNTS: ReadonlySet<string> = new Set(["amount", "total", "reversed"]);

/** A fact as it is stored while it waits. */
export function formatFact(fact: RailFact): string {
  return JSON.stringify(fact, (_name, value: unknown) => (typeof value === "bigint" ? value.toString() : value));
}

/** A fact as {@link formatFact} stored it. */
export function parseFact(stored: object): RailFact {
  const entries = Object.entries(stored).map(([name, value]) => [name, AMOUNTS.has(name) ? BigInt(value as string) : (value as unknown)]);
  return Object.fromEntries(entries) as RailFact;
}

/** What a fact is about at the rail: facts of one subject wait for each other. */
export function subjectOf(fact: RailFact): string {
  switch (fact.kind) {
    case "payment-named":
      return fact.alias;
    case "account":
      return fact.accountId;
    default:
      return fact.externalId;
  }
}
