import type { WalletShare } from "@omla/sdk/protocol";
import type { Tx } from "../../db/database.ts";

/** A model as a report of one quarter sees it. */
export interface ReportedModel {
  readonly id: string;
  readonly address: string;
  readonly name: string;
  readonly license_version: string;
  readonly asset_kind: string;
  readonly rate: string;
  readonly hoster_share_pct: string;
}

/** A claim on a model, with what it reported for the quarter. */
export interface HosterVolume {
  readonly model_id: string;
  readonly hoster_id: string;
  readonly verified: boolean;
  readonly revoked: boolean;
  readonly inferences: number;
}

/** What decides the currency of each wallet: its model's preferences, and what the company can pay in. */
export interface PayoutFacts {
  readonly remitter_currencies: readonly string[];
  readonly remitter_conversion_fees: readonly { readonly from: string; readonly to: string; readonly fee_pct: string }[];
  readonly preferences: ReadonlyMap<string, readonly { readonly code: string; readonly is_backup: boolean }[]>;
}

/** All that the figures of a report follow from, beside what it says itself. */
export interface ReportTerms {
  /** By the reference that named it; what is not registered is missing. */
  readonly models: ReadonlyMap<string, ReportedModel>;
  /** By model id. */
  readonly shares: ReadonlyMap<string, readonly WalletShare[]>;
  readonly volumes: readonly HosterVolume[];
  readonly payout: PayoutFacts;
}

/** As `omla.report_terms` gives them. */
export interface TermsRow extends Omit<PayoutFacts, "preferences"> {
  readonly models: readonly (ReportedModel & { readonly reference: string })[];
  readonly shares: readonly (WalletShare & { readonly model_id: string })[];
  readonly volumes: readonly HosterVolume[];
  readonly preferences: Readonly<Record<string, readonly { readonly code: string; readonly is_backup: boolean }[]>>;
}

/**
 * What a report is computed from, as it stood at the end of its quarter.
 *
 * @param named - addresses, model ids or weight hashes, in canonical form
 */
export async function findTerms(
  tx: Tx,
  { companyId, quarter, named, policy }: { companyId: string; quarter: string; named: readonly string[]; policy: string },
): Promise<ReportTerms> {
  const { rows } = await tx.query<{ terms: TermsRow }>("select omla.report_terms($1, $2, $3, $4) as terms", [
    companyId,
    quarter,
    named,
    policy,
  ]);
  const [row] = rows;
  if (row === undefined) throw new TypeError("a function gives one row");
  return termsOf(row.terms);
}

export function termsOf({ models, shares, volumes, preferences, remitter_currencies, remitter_conversion_fees }: TermsRow): ReportTerms {
  return {
    models: new Map(models.map(({ reference, ...model }) => [reference, model])),
    shares: byModel(shares),
    volumes,
    payout: { remitter_currencies, remitter_conversion_fees, preferences: new Map(Object.entries(preferences)) },
  };
}

/** Who gets which share of each model's royalty, as its lineage and splits stood at the end of a quarter. */
export async function findShares(
  tx: Tx,
  modelIds: readonly string[],
  quarter: string,
  policy: string,
): Promise<Map<string, WalletShare[]>> {
  const { rows } = await tx.query<WalletShare & { model_id: string }>(
    `select m.id as model_id, s.wallet, s.share::text as share
       from unnest($1::uuid[]) as m (id), lateral omla.resolve_lineage(omla.lineage_of(m.id, omla.last_instant($2)), $3) s`,
    [modelIds, quarter, policy],
  );
  const shares = byModel(rows);
  return new Map(modelIds.map((id) => [id, shares.get(id) ?? []]));
}

function byModel(rows: readonly (WalletShare & { readonly model_id: string })[]): Map<string, WalletShare[]> {
  const shares = new Map<string, WalletShare[]>();
  for (const { model_id, wallet, share } of rows) {
    const known = shares.get(model_id);
    if (known === undefined) shares.set(model_id, [{ wallet, share }]);
    else known.push({ wallet, share });
  }
  return shares;
}
