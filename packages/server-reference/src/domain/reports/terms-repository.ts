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

/**
 * Finds what entries name: an address, a model id or a weight hash, already in canonical form.
 *
 * @returns reference → model; what is not registered is missing
 */
export async function findReportedModels(tx: Tx, references: readonly string[], quarter: string): Promise<Map<string, ReportedModel>> {
  const { rows } = await tx.query<ReportedModel & { reference: string }>(FIND_REPORTED_MODELS, [references, quarter]);
  return new Map(rows.map(({ reference, ...model }) => [reference, model]));
}

const FIND_REPORTED_MODELS = `
  with named as (
    select r.reference, coalesce(
      (select m.id from omla.models m where m.id = case when r.reference ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then r.reference::uuid end),
      (select w.model_id from omla.wallets w where w.address = r.reference and w.is_primary),
      (select h.model_id from omla.model_hashes h where h.sha256 = r.reference order by h.is_active desc limit 1)) as id
      from unnest($1::text[]) as r (reference))
  select n.reference, m.id, omla.address_of(m.id) as address, m.name, m.license_version, m.asset_kind,
         trim_scale(omla.royalty_rate(m.asset_kind, q.at))::text as rate,
         trim_scale(coalesce((select s.hoster_share_pct from omla.hoster_shares s
            where s.model_id = m.id and s.effective_from <= greatest(q.at, m.created_at)
              and (s.effective_until is null or s.effective_until > greatest(q.at, m.created_at))), 0))::text as hoster_share_pct
    from named n join omla.models m on m.id = n.id, (select omla.last_instant($2) as at) q`;

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
  const byModel = new Map<string, WalletShare[]>(modelIds.map((id) => [id, []]));
  for (const { model_id, wallet, share } of rows) byModel.get(model_id)?.push({ wallet, share });
  return byModel;
}

export interface HosterVolume {
  readonly model_id: string;
  readonly hoster_id: string;
  readonly verified: boolean;
  readonly revoked: boolean;
  readonly inferences: number;
}

/** The claims on some models with what each reported for a quarter. */
export async function findHosterVolumes(tx: Tx, modelIds: readonly string[], quarter: string): Promise<HosterVolume[]> {
  const { rows } = await tx.query<Omit<HosterVolume, "inferences"> & { inferences: string }>(FIND_HOSTER_VOLUMES, [modelIds, quarter]);
  return rows.map((row) => ({ ...row, inferences: Number(row.inferences) }));
}

const FIND_HOSTER_VOLUMES = `
  select c.model_id, c.id as hoster_id, c.verified_at is not null as verified, c.revoked_at is not null as revoked,
         coalesce((select v.inferences from omla.hoster_volume_reports v
                    where v.claim_id = c.id and v.quarter = $2 order by v.revision desc limit 1), 0)::text as inferences
    from omla.hoster_claims c where c.model_id = any ($1::uuid[])`;

export interface PayoutFacts {
  readonly remitter_currencies: readonly string[];
  readonly remitter_conversion_fees: readonly { readonly from: string; readonly to: string; readonly fee_pct: string }[];
  readonly preferences: ReadonlyMap<string, readonly { readonly code: string; readonly is_backup: boolean }[]>;
}

/** What decides the currency of each wallet: its model's preferences, and what the company can pay in. */
export async function findPayoutFacts(tx: Tx, companyId: string, wallets: readonly string[]): Promise<PayoutFacts> {
  const { rows } = await tx.query<{
    currencies: string[];
    fees: PayoutFacts["remitter_conversion_fees"];
    preferences: Record<string, { code: string; is_backup: boolean }[]>;
  }>(FIND_PAYOUT_FACTS, [companyId, wallets]);
  const [facts] = rows;
  if (facts === undefined) throw new TypeError("a query of aggregates gives one row");
  return {
    remitter_currencies: facts.currencies,
    remitter_conversion_fees: facts.fees,
    preferences: new Map(Object.entries(facts.preferences)),
  };
}

const FIND_PAYOUT_FACTS = `
  select coalesce((select json_agg(c.code order by c.position) from omla.remitter_currencies c
                    where c.remitter_kind = 'commercial_user' and c.remitter_id = $1), '[]') as currencies,
         coalesce((select json_agg(json_build_object('from', f.from_code, 'to', f.to_code, 'fee_pct', trim_scale(f.fee_pct)::text)) from omla.remitter_conversion_fees f
                    where f.remitter_kind = 'commercial_user' and f.remitter_id = $1), '[]') as fees,
         coalesce((select json_object_agg(w.address, p.prefs) from omla.wallets w, lateral (
                     select json_agg(json_build_object('code', c.code, 'is_backup', c.is_backup) order by c.position) as prefs
                       from omla.creator_currency_prefs c where c.model_id = w.model_id and c.effective_until is null) p
                    where w.address = any ($2::text[]) and p.prefs is not null), '{}') as preferences`;
