import { DOCUMENT_TYPES, type DocumentType } from "./documents.ts";
import { formatTimestamp } from "./timestamp.ts";

const DECIMALS = ["contribution_weight", "percentage", "hoster_share_pct"] as const;

/** Fields as a builder takes them: decimals also as numbers, times also as `Date`, what is absent also as undefined. */
export type Draft<T> = { [K in keyof Omit<T, "spec" | "signature" | "registration_signature">]: Lax<K, T[K]> | Absent<T, K> };
type Absent<T, K extends keyof T> = undefined extends T[K] ? undefined : never;
type Lax<K, V> = K extends (typeof DECIMALS)[number]
  ? V | number
  : K extends "issued_at" | "generated_at"
    ? V | Date
    : V extends readonly (infer Item)[]
      ? readonly Lax<"", Item>[]
      : V extends object
        ? { [M in keyof V]: Lax<M, V[M]> | Absent<V, M> }
        : V;

/**
 * An unsigned document of the fields: numbers lifted to decimal strings, dates to timestamps, absent members dropped.
 *
 * @see docs/spec/3-identity.md clause 3.29
 */
export function draftDocument(type: DocumentType, fields: object): Record<string, unknown> {
  const own: readonly string[] = DOCUMENT_TYPES[type];
  const unsigned = Object.entries(fields).filter(([member]) => !own.includes(member));
  return { ...(lift(Object.fromEntries(unsigned)) as object), spec: `omla-${type}/1` };
}

function lift(value: unknown, name = ""): unknown {
  if (typeof value === "number" && (DECIMALS as readonly string[]).includes(name)) return String(value);
  if (value instanceof Date) return formatTimestamp(value);
  if (Array.isArray(value)) return value.map((item) => lift(item));
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([member, of]) => [member, lift(of, member)]));
}
