import { type Draft, draftDocument } from "../document-draft.ts";
import { type DocumentHead, HOSTER_SHARE, LINE_TEXT, MODEL_ID, oneOf, PRIVATE, readDocument, SENT, WALLET } from "../document-rules.ts";
import {
  assertParents,
  assertPreferences,
  assertSplits,
  type DeclaredParent,
  type DeclaredSplit,
  FILES,
  LINEAGE,
  LOCATIONS,
  type ModelFile,
  PREFS,
  SPLITS,
} from "../document-sets.ts";
import { DOCUMENT_SCHEMA } from "../codes/documents.ts";
import { joinPath } from "../errors.ts";
import { checkFields, type FieldRule, type FieldRules, NUMBER_FROM_1, OBJECT, optional, SHA256 } from "../file-rules.ts";
import { MAX, METADATA_NAME, RAILS, type Rail } from "../forms.ts";
import type { LineageLimits } from "../limits.ts";
import type { CurrencyPreference } from "../payout-currency.ts";
import type { JsonValue } from "../strict-subset.ts";

/** What a mutation changes, with the new values; a set takes the place of the old one as a whole. */
export type Change =
  | { readonly kind: "wallet-rail"; readonly address: string; readonly rail: Rail; readonly private_sha256: string }
  | { readonly kind: "splits"; readonly contribution_splits: readonly DeclaredSplit[] }
  | { readonly kind: "lineage"; readonly lineage: readonly DeclaredParent[] }
  | { readonly kind: "currency-prefs"; readonly creator_currency_prefs: readonly CurrencyPreference[] }
  | { readonly kind: "hoster-share"; readonly hoster_share_pct: string }
  | { readonly kind: "metadata"; readonly metadata: { readonly [name: string]: JsonValue } }
  | { readonly kind: "locations"; readonly locations: readonly string[] }
  | { readonly kind: "files"; readonly files: readonly ModelFile[] }
  | { readonly kind: "deactivate"; readonly reason?: string };
export type ChangeKind = Change["kind"];

/** A change of a registered model, signed by its key, its recovery key, or for a wallet's rail by the wallet's owner. */
export interface Mutation extends DocumentHead<"mutation"> {
  readonly model_id: string;
  /** From 1; grows strictly per model. */
  readonly nonce: number;
  readonly change: Change;
  readonly signature?: string;
}

/** Names and values of the overlay; null takes a name away. */
const METADATA: FieldRule = [
  `an object of at most ${MAX.metadata} names such as training.data`,
  (value) => {
    if (OBJECT[1](value) !== true) return false;
    const names = Object.keys(value as object);
    return names.length <= MAX.metadata && names.every((name) => METADATA_NAME.test(name));
  },
];

const CHANGES: Readonly<Record<ChangeKind, FieldRules>> = {
  "wallet-rail": { address: WALLET, rail: oneOf(RAILS), private_sha256: SHA256, rail_identifier: PRIVATE },
  splits: { contribution_splits: SPLITS },
  lineage: { lineage: LINEAGE },
  "currency-prefs": { creator_currency_prefs: PREFS },
  "hoster-share": { hoster_share_pct: HOSTER_SHARE },
  metadata: { metadata: METADATA },
  locations: { locations: LOCATIONS },
  files: { files: FILES },
  deactivate: { reason: optional(LINE_TEXT) },
};

export const CHANGE_KINDS: readonly ChangeKind[] = Object.keys(CHANGES) as ChangeKind[];

/**
 * Reads a mutation of any kind.
 *
 * @throws {OmlaError} DOCUMENT_SCHEMA | ADDRESS_INVALID | HOSTER_SHARE_RANGE | CURRENCY_BACKUP | PREFERENCE_DUPLICATE |
 * a set's code of `docs/spec/4-splits.md`, with the path of the field
 * @see docs/spec/3-identity.md clause 3.20
 */
export function readMutation(value: unknown, path?: string, limits?: LineageLimits): Mutation {
  const rules = { ...SENT, model_id: MODEL_ID, nonce: NUMBER_FROM_1, change: OBJECT };
  const mutation = readDocument("mutation", value, rules, path) as unknown as Mutation;
  readChange(mutation, joinPath(path, "change"), limits);
  return mutation;
}

/** An unsigned mutation. @throws {OmlaError} as {@link readMutation} */
export function buildMutation(fields: Draft<Mutation>, limits?: LineageLimits): Mutation {
  return readMutation(draftDocument("mutation", fields), undefined, limits);
}

function readChange({ model_id, change }: Mutation, path: string, limits: LineageLimits | undefined): void {
  const check = (rules: FieldRules): void => {
    checkFields(DOCUMENT_SCHEMA, change as unknown as JsonValue, Object.entries(rules), path);
  };
  check({ kind: oneOf(CHANGE_KINDS) });
  check(CHANGES[change.kind]);
  if (change.kind === "lineage") assertParents(model_id, change.lineage, joinPath(path, "lineage"), limits);
  if (change.kind === "splits") assertSplits(change.contribution_splits, joinPath(path, "contribution_splits"), limits);
  if (change.kind === "currency-prefs") assertPreferences(change.creator_currency_prefs, joinPath(path, "creator_currency_prefs"));
}
