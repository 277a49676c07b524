import { assertAddress, encodeAddress } from "./address.ts";
import { assertPreferences, type DeclaredParent, parentKey, parentMember } from "./document-sets.ts";
import { listOf, objectOf } from "./document-rules.ts";
import { DOCUMENT_SCHEMA } from "./codes/documents.ts";
import { PARENT_UNKNOWN, WALLET_UNKNOWN, WALLET_WITHOUT_RAIL } from "./codes/lineage.ts";
import { HOSTER_SHARE_RANGE } from "./codes/values.ts";
import { OmlaError, protocolError } from "./errors.ts";
import { checkFields, type FieldRules, optional, TEXT } from "./file-rules.ts";
import { RAILS, UUID_V4 } from "./forms.ts";
import type { LineageLimits } from "./limits.ts";
import { checkLineage } from "./lineage.ts";
import type { ContributionSplit, FindModel, LineageModel } from "./lineage-walk.ts";
import { type DecimalInput, parsePart, shown } from "./money.ts";
import type { CurrencyPreference } from "./payout-currency.ts";
import type { JsonValue } from "./strict-subset.ts";

/** What decides money in a registration that is not signed yet; a whole registration fits, other members are not looked at. */
export interface RegistrationDraft {
  readonly model_id: string;
  readonly wallet: { readonly address: string; readonly rail?: string | null | undefined };
  readonly wallets?: readonly { readonly address: string }[] | undefined;
  readonly lineage?: readonly DraftParent[] | undefined;
  readonly contribution_splits?: readonly ContributionSplit[] | undefined;
  readonly hoster_share_pct?: DecimalInput | undefined;
  readonly creator_currency_prefs?: readonly CurrencyPreference[] | undefined;
}

export type DraftParent = Omit<DeclaredParent, "contribution_weight"> & { readonly contribution_weight: DecimalInput };

/** The rail of a wallet by its canonical address: null where it has none, undefined where the wallet is not known. */
export type RailOf = (wallet: string) => string | null | undefined;

/** A parent of a draft by the id that it stands for; a reference outside the registry is its own key. */
export interface DraftEdge {
  readonly parent_id: string;
  /** Which member names it; empty where none does. */
  readonly member: string;
  readonly contribution_weight: DecimalInput;
  readonly relationship: string;
}

export type Report = (fault: OmlaError) => void;

const ANY_NUMBER = 10_000;
const optionalText = optional(TEXT);
const PARENT = objectOf({ parent_id: optionalText, parent_wallet: optionalText, parent_ref: optionalText });

/** Only what the checks below stand on; the rest is judged by them. */
const SHAPE: FieldRules = {
  model_id: TEXT,
  wallet: objectOf({ address: TEXT }),
  wallets: optional(listOf(objectOf({ address: TEXT }), ANY_NUMBER)),
  lineage: optional(listOf(PARENT, ANY_NUMBER)),
  contribution_splits: optional(listOf(objectOf({ wallet: TEXT }), ANY_NUMBER)),
  creator_currency_prefs: optional(listOf(objectOf({ code: TEXT }), ANY_NUMBER)),
};

/** Whether the draft has the members that a plan needs; reports the first that it has not. */
export function hasShape(draft: unknown, report: Report): draft is RegistrationDraft {
  return collect(report, () => checkFields(DOCUMENT_SCHEMA, draft as JsonValue, Object.entries(SHAPE))) !== undefined;
}

/** Runs a check that throws and reports what it throws. */
function collect<T>(report: Report, check: () => T): T | undefined {
  try {
    return check();
  } catch (fault) {
    if (!(fault instanceof OmlaError)) throw fault;
    report(fault);
    return undefined;
  }
}

/** The declared parents as edges; one that names no parent keeps its place under a key of its own. */
export function draftEdges(draft: RegistrationDraft, report: Report): DraftEdge[] {
  return (draft.lineage ?? []).map((parent, position) => {
    const path = `lineage[${position}]`;
    const member = collect(report, () => parentMember(parent, path)) ?? "";
    const key = member === "" ? undefined : collect(report, () => parentKey(parent, member, `${path}.${member}`));
    const { contribution_weight, relationship } = parent;
    return { parent_id: key ?? path, member: key === undefined ? "" : member, contribution_weight, relationship };
  });
}

/** Reports faults of the draft's fields, in the order of its members. */
export function reportFields(draft: RegistrationDraft, limits: LineageLimits, report: Report): void {
  if (!UUID_V4.test(draft.model_id)) report(protocolError(DOCUMENT_SCHEMA, "must be a UUID v4 in lower case", "model_id"));
  collect(report, () => assertPrimary(draft));
  const { rail } = draft.wallet;
  if (!(RAILS as readonly unknown[]).includes(rail))
    report(protocolError(WALLET_WITHOUT_RAIL, `${shown(rail)} is not a rail`, "wallet.rail"));
  draft.wallets?.forEach(({ address }, at) => collect(report, () => assertAddress(address, `wallets[${at}].address`)));
  draft.contribution_splits
    ?.slice(0, limits.splits)
    .forEach(({ wallet }, at) => collect(report, () => assertAddress(wallet, `contribution_splits[${at}].wallet`)));
  collect(report, () => parsePart(draft.hoster_share_pct ?? "0", 50, HOSTER_SHARE_RANGE, "hoster_share_pct"));
  if (draft.creator_currency_prefs !== undefined) reportPreferences(draft.creator_currency_prefs, report);
}

function assertPrimary({ model_id, wallet }: RegistrationDraft): void {
  const address = assertAddress(wallet.address, "wallet.address");
  const primary = UUID_V4.test(model_id) ? encodeAddress(model_id) : address;
  if (address !== primary) throw protocolError(DOCUMENT_SCHEMA, `must encode the model id: ${primary}`, "wallet.address");
}

/** A currency that is named twice does not hide a missing backup. */
function reportPreferences(prefs: readonly CurrencyPreference[], report: Report): void {
  const path = "creator_currency_prefs";
  const distinct = prefs.filter(({ code }, at) => prefs.findIndex((other) => other.code === code) === at);
  collect(report, () => assertPreferences(prefs, path));
  if (distinct.length < prefs.length) collect(report, () => assertPreferences(distinct, path));
}

/** Reports what may not be stored, with paths in the draft's own members where the draft is at fault. */
export function reportLineage(id: string, find: FindModel, edges: readonly DraftEdge[], limits: LineageLimits, report: Report): boolean {
  const faults = checkLineage({ models: find, target_model_id: id, limits });
  for (const fault of faults) {
    const path = draftPath(fault.path ?? "", `models.${id}.`, edges);
    report(new OmlaError(fault.code, fault.message, { path, hint: fault.hint, details: fault.details }));
  }
  return faults.length === 0;
}

function draftPath(path: string, prefix: string, edges: readonly DraftEdge[]): string {
  if (path === "models") return "lineage";
  if (!path.startsWith(prefix)) return path;
  return path
    .slice(prefix.length)
    .replace("lineage_edges", "lineage")
    .replace(/\[(\d+)\]\.parent_id$/, (_, at: string) => `[${at}].${edges[Number(at)]?.member}`);
}

/** Reports what may be stored but will carry or pay nothing yet: parents outside the registry, wallets without a rail. */
export function reportDead(draft: RegistrationDraft, edges: readonly DraftEdge[], find: FindModel, railOf: RailOf, report: Report): void {
  edges.forEach(({ parent_id, member }, at) => {
    if (member === "" || member === "parent_ref" || find(parent_id) !== undefined) return;
    report(protocolError(PARENT_UNKNOWN, `${shown(parent_id)} is not registered here`, `lineage[${at}].${member}`));
  });
  draft.contribution_splits?.forEach(({ wallet }, at) => {
    const rail = railOf(wallet.toLowerCase());
    if (typeof rail === "string") return;
    const code = rail === null ? WALLET_WITHOUT_RAIL : WALLET_UNKNOWN;
    report(protocolError(code, `${shown(wallet)} ${rail === null ? "has no rail" : "is not known"}`, `contribution_splits[${at}].wallet`));
  });
}

/** The draft as a model of the lineage. */
export function draftModel(draft: RegistrationDraft, edges: readonly DraftEdge[]): LineageModel {
  return { wallet: draft.wallet.address, lineage_edges: edges, contribution_splits: draft.contribution_splits };
}
