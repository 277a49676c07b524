import type { ApiError } from "../../api-error.ts";
import { restError } from "./errors.ts";

export const MUTATE = "/functions/v1/mutate";
const HOSTER = "/functions/v1/hoster-claim";

/** Tables whose rows come from signed documents alone, with the action that takes one. */
const SIGNED_TABLES: Readonly<Record<string, string>> = {
  models: "/functions/v1/register-model",
  model_metadata: MUTATE,
  model_files: MUTATE,
  model_locations: MUTATE,
  wallets: MUTATE,
  lineage_edges: MUTATE,
  contribution_splits: MUTATE,
  creator_currency_prefs: MUTATE,
  documents: MUTATE,
  key_rotations: "/functions/v1/rotate-key",
  hoster_claims: HOSTER,
  hoster_volume_reports: "/functions/v1/hoster-report",
};

/**
 * The refusal of a plain write to what must be signed; undefined for other tables.
 *
 * @see docs/spec/3-identity.md clause 3.32
 */
export function signatureRequired(table: string, method: string): ApiError | undefined {
  const action = signedAction(table, method);
  return action === undefined ? undefined : signatureRefusal(table, action);
}

/** The action that takes the document for a write; undefined for a table that needs none. */
export function signedAction(table: string, method: string): string | undefined {
  const action = Object.hasOwn(SIGNED_TABLES, table) ? SIGNED_TABLES[table] : undefined;
  return table === "models" && method !== "POST" ? MUTATE : action;
}

export function signatureRefusal(table: string, where: string): ApiError {
  return restError("SIGNATURE_REQUIRED", `${table} is written by signed documents only: send one to ${where}.`, undefined, {
    action: where,
  });
}
