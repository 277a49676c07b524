import { type ComplianceState, isComplianceState } from "./state.ts";

/** What a registry says of one registered model. What is `unknown` here is cleaned where it is shown. */
export interface RegistryRecord {
  readonly model_id: string;
  readonly address: string;
  readonly ed25519_pubkey: string;
  readonly state: ComplianceState;
  readonly as_of: string;
  readonly state_since?: unknown;
  readonly name?: unknown;
  readonly license_version?: unknown;
  readonly asset_kind?: unknown;
}

/** A record, null for "not registered", undefined for what answers nothing that was asked. */
export type RegistryAnswer = RegistryRecord | null | undefined;

const ADDRESS = /^omla1[0-9a-z]{20,90}$/;
const HASH = /^[0-9a-f]{64}$/;

/** Whether a text can be an address; its checksum is the registry's business. */
export function isAddressLike(text: unknown): text is string {
  return typeof text === "string" && ADDRESS.test(text);
}

/** Whether a text is a SHA-256. */
export function isHash(text: unknown): text is string {
  return typeof text === "string" && HASH.test(text);
}

/** Reads the rows of `verify_many` by what was asked. A registry can lie: a record about another model than the one asked is no answer. */
export function readAnswers(rows: unknown): Map<unknown, RegistryAnswer> {
  return new Map((rows as Record<string, unknown>[]).map((row) => [row["query"], readAnswer(row)]));
}

function readAnswer(row: Record<string, unknown>): RegistryAnswer {
  const { registered, query, model_id, address, state, as_of } = row;
  if (registered === false) return null;
  const isAsked = query === model_id || query === address || isHash(query);
  const isWhole = isAsked && isAddressLike(address) && isComplianceState(state) && isTime(as_of);
  return registered === true && isWhole ? (row as unknown as RegistryRecord) : undefined;
}

/** Whether a stranger's value is a time that can be shown, after 1970. */
export function isTime(value: unknown): value is string {
  return typeof value === "string" && Date.parse(value) > 0;
}
