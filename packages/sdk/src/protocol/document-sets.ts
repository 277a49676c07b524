import { decodeAddress } from "./address.ts";
import { DECIMAL, FLAG, form, LINE_TEXT, listOf, MODEL_ID, objectOf, oneOf, URL_TEXT, WALLET } from "./document-rules.ts";
import { CURRENCY_BACKUP, DOCUMENT_SCHEMA, PREFERENCE_DUPLICATE } from "./codes/documents.ts";
import { joinPath, OmlaError, protocolError } from "./errors.ts";
import { COUNT, type FieldRule, optional, SHA256 } from "./file-rules.ts";
import { CURRENCY_CODE, LINE, MAX, RELATIONSHIPS, type Relationship } from "./forms.ts";
import { DEFAULT_LIMITS, type LineageLimits } from "./limits.ts";
import { edgeFaults, splitFaults } from "./lineage-sets.ts";
import type { CurrencyPreference } from "./payout-currency.ts";

/** One declared parent; exactly one of the three names it. */
export interface DeclaredParent {
  /** A model of this registry. */
  readonly parent_id?: string;
  /** Its primary wallet. */
  readonly parent_wallet?: string;
  /** A model outside the registry, in words or as a URL; it receives nothing. */
  readonly parent_ref?: string;
  readonly relationship: Relationship;
  /** 0 to 1, up to six places. */
  readonly contribution_weight: string;
}

export interface DeclaredSplit {
  readonly recipient: string;
  readonly wallet: string;
  /** Above 0, at most 100, up to six places. */
  readonly percentage: string;
}

/** One file of the weights. */
export interface ModelFile {
  readonly path: string;
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

const PARENT_MEMBERS = ["parent_id", "parent_wallet", "parent_ref"] as const;
/** Structure only: the limits of a set have codes of their own. */
const ANY_NUMBER = 10_000;

export const LINEAGE: FieldRule = listOf(
  objectOf({
    parent_id: optional(MODEL_ID),
    parent_wallet: optional(WALLET),
    parent_ref: optional(form(`a line of 1 to ${MAX.url} characters`, LINE, MAX.url)),
    relationship: oneOf(RELATIONSHIPS),
    contribution_weight: DECIMAL,
  }),
  ANY_NUMBER,
);
export const SPLITS: FieldRule = listOf(objectOf({ recipient: LINE_TEXT, wallet: WALLET, percentage: DECIMAL }), ANY_NUMBER);
export const PREFS: FieldRule = listOf(
  objectOf({ code: form("a currency code such as USD", CURRENCY_CODE), is_backup: FLAG }),
  MAX.prefs,
  1,
);
export const FILES: FieldRule = listOf(
  objectOf({ path: form(`a line of 1 to ${MAX.path} characters`, LINE, MAX.path), sha256: SHA256, size: COUNT }),
  MAX.files,
);
export const LOCATIONS: FieldRule = listOf(URL_TEXT, MAX.locations);

/**
 * Judges the declared parents of a model as one set.
 *
 * @throws {OmlaError} DOCUMENT_SCHEMA | PARENT_DUPLICATE | PARENT_SELF | PARENTS_TOO_MANY | WEIGHT_RANGE | WEIGHT_SUM
 * @see docs/spec/4-splits.md clause 4.9
 */
export function assertParents(
  modelId: string,
  parents: readonly DeclaredParent[],
  path: string,
  limits: LineageLimits = DEFAULT_LIMITS,
): void {
  const members = parents.map((parent, index) => parentMember(parent, `${path}[${index}]`));
  const edges = parents.map((parent, index) => ({ ...parent, parent_id: parentKey(parent, members[index] ?? "parent_id") }));
  const [fault] = edgeFaults(modelId, edges, limits, path);
  if (fault)
    throw withPath(
      fault,
      fault.path?.replace(/(\d+)\]\.parent_id$/, (_, index: string) => `${index}].${members[Number(index)]}`),
    );
}

/** The reference to a parent, which is one of three members. */
export type ParentReference = Pick<DeclaredParent, (typeof PARENT_MEMBERS)[number]>;

/** The one member that names the parent. @throws {OmlaError} DOCUMENT_SCHEMA */
export function parentMember(parent: ParentReference, path: string): (typeof PARENT_MEMBERS)[number] {
  const [member, second] = PARENT_MEMBERS.filter((name) => parent[name] !== undefined);
  if (member && !second) return member;
  throw protocolError(DOCUMENT_SCHEMA, "must name one parent: parent_id, parent_wallet or parent_ref", path);
}

/** A primary wallet stands for the model whose id it encodes. */
export function parentKey(parent: ParentReference, member: (typeof PARENT_MEMBERS)[number], path?: string): string {
  const text = parent[member] as string;
  if (member !== "parent_wallet") return text;
  const { address, model_id = address } = decodeAddress(text, path);
  return model_id;
}

/**
 * Judges the contribution splits of a model as one set; none at all is a set too.
 *
 * @throws {OmlaError} SPLITS_TOO_MANY | SPLIT_RANGE | SPLIT_SUM | SPLIT_DUPLICATE
 * @see docs/spec/4-splits.md clause 4.10
 */
export function assertSplits(splits: readonly DeclaredSplit[], path: string, limits: LineageLimits = DEFAULT_LIMITS): void {
  const [fault] = splitFaults(splits, limits, path);
  if (fault) throw fault;
}

/**
 * Judges currency preferences as one set.
 *
 * @throws {OmlaError} PREFERENCE_DUPLICATE | CURRENCY_BACKUP
 * @see docs/spec/5-payout-currency.md clause 5.1
 */
export function assertPreferences(prefs: readonly CurrencyPreference[], path: string): void {
  const again = prefs.findIndex(({ code }, index) => prefs.findIndex((other) => other.code === code) < index);
  if (again >= 0) throw protocolError(PREFERENCE_DUPLICATE, "a currency is named twice", joinPath(`${path}[${again}]`, "code"));
  const backups = prefs.filter(({ is_backup }) => is_backup).length;
  if (backups !== 1) throw protocolError(CURRENCY_BACKUP, `${backups} preferences are the backup, not one`, path);
}

function withPath(error: OmlaError, path: string | undefined): OmlaError {
  return new OmlaError(error.code, error.message, { path, details: error.details, hint: error.hint });
}
