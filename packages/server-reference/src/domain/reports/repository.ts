import type { WalletShare } from "@omla/sdk/protocol";
import type { Tx } from "../../db/database.ts";
import type { ReceiptLine } from "./schema.ts";

/** A model as a report of one quarter sees it. */
export interface ReportedModel {
  readonly id: string;
  readonly address: string;
  readonly name: string;
  readonly license_version: string;
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
      (select m.id from omla.models m where m.id::text = r.reference),
      (select w.model_id from omla.wallets w where w.address = r.reference and w.is_primary),
      (select h.model_id from omla.model_hashes h where h.sha256 = r.reference order by h.is_active desc limit 1)) as id
      from unnest($1::text[]) as r (reference))
  select n.reference, m.id, omla.address_of(m.id) as address, m.name, m.license_version,
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

export interface SubmissionRow {
  readonly id: string;
  readonly version: number;
  readonly final: boolean;
  readonly content_sha256: string;
  readonly content: string;
  readonly filed_at: Date;
  readonly first_filed_at: Date;
}

/** The latest version of a company's report for a quarter; the company's row is locked, so that two filings take their turn. */
export async function findLatestSubmission(tx: Tx, companyId: string, quarter: string, live: boolean): Promise<SubmissionRow | undefined> {
  await tx.query("select 1 from omla.commercial_users where id = $1 for no key update", [companyId]);
  const { rows } = await tx.query<SubmissionRow>(
    `select id, version, final, content_sha256, content, filed_at, first_filed_at from omla.submissions
      where reporter_id = $1 and quarter = $2 and live = $3 order by version desc limit 1`,
    [companyId, quarter, live],
  );
  return rows[0];
}

export interface NewSubmission {
  readonly companyId: string;
  readonly quarter: string;
  readonly version: number;
  readonly final: boolean;
  readonly live: boolean;
  readonly policy: string;
  readonly contentSha256: string;
  readonly content: string;
  readonly filedAt: Date;
  readonly firstFiledAt: Date;
}

export async function insertSubmission(tx: Tx, row: NewSubmission): Promise<string> {
  const { rows } = await tx.query<{ id: string }>(
    `insert into omla.submissions (reporter_id, quarter, version, final, live, lineage_policy, content_sha256, content, filed_at, first_filed_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id`,
    [
      row.companyId,
      row.quarter,
      row.version,
      row.final,
      row.live,
      row.policy,
      row.contentSha256,
      row.content,
      row.filedAt,
      row.firstFiledAt,
    ],
  );
  const [inserted] = rows;
  if (inserted === undefined) throw new TypeError("an insert returns its row");
  return inserted.id;
}

/** What is stored of a line beside its figures. */
export interface NewLine extends Omit<ReceiptLine, "report_id" | "status" | "hoster_pool_usd" | "creator_pool_usd" | "name" | "address"> {
  readonly report_id: string;
  readonly pipeline: string | null;
  readonly license_version: string;
  readonly hoster_share_pct: string;
  readonly terms_sha256: string;
}

/** Writes all lines of a submission in one statement. */
export async function insertLines(tx: Tx, submissionId: string, submission: NewSubmission, lines: readonly NewLine[]): Promise<void> {
  await tx.query(INSERT_LINES, [
    submissionId,
    submission.companyId,
    submission.quarter,
    submission.live,
    submission.firstFiledAt,
    JSON.stringify(lines),
  ]);
}

const INSERT_LINES = `
  insert into omla.usage_reports (id, submission_id, reporter_id, model_id, quarter, live, filed_at, entry, pipeline, inferences, revenue_usd, run_cost_usd,
    weight, rate, royalty_basis, royalty_usd, deducted_fees_usd, net_royalty_usd, hoster_share_pct, license_version, terms_sha256)
  select l.report_id, $1, $2, l.model_id, $3, $4, $5, l.entry, l.pipeline, l.inferences, l.revenue_usd, l.run_cost_usd,
         l.weight, l.rate, l.royalty_basis, l.royalty_usd, l.deducted_fees_usd, l.net_royalty_usd, l.hoster_share_pct, l.license_version, l.terms_sha256
    from jsonb_to_recordset($6::jsonb) as l (report_id uuid, model_id uuid, entry text, pipeline text, inferences bigint, revenue_usd numeric, run_cost_usd numeric,
      weight numeric, rate numeric, royalty_basis text, royalty_usd numeric, deducted_fees_usd numeric, net_royalty_usd numeric,
      hoster_share_pct numeric, license_version text, terms_sha256 text)`;

/** Lines of earlier versions no longer count; what was paid stays on record under its payment. */
export async function supersedeLines(tx: Tx, companyId: string, quarter: string, live: boolean): Promise<void> {
  await tx.query(
    `update omla.usage_reports set status = 'superseded'
      where reporter_id = $1 and quarter = $2 and live = $3 and status not in ('superseded', 'rejected')`,
    [companyId, quarter, live],
  );
}

/** From the first report on every quarter is due, until the last one is marked final (decision 16). */
export async function updateDuty(tx: Tx, companyId: string, from: string, until: string | null): Promise<void> {
  await tx.query("update omla.commercial_users set reporting_from = $2, reporting_until = $3 where id = $1", [companyId, from, until]);
}

export interface Duty {
  readonly reporting_from: string | null;
  readonly reporting_until: string | null;
}

export async function findDuty(tx: Tx, companyId: string): Promise<Duty> {
  const { rows } = await tx.query<Duty>("select reporting_from, reporting_until from omla.commercial_users where id = $1", [companyId]);
  return rows[0] ?? { reporting_from: null, reporting_until: null };
}

/** Ids and standing of a submission's stored lines, by model. */
export async function findStoredLines(tx: Tx, submissionId: string): Promise<Map<string, { report_id: string; status: string }>> {
  const { rows } = await tx.query<{ model_id: string; report_id: string; status: string }>(
    "select model_id, id as report_id, status from omla.usage_reports where submission_id = $1",
    [submissionId],
  );
  return new Map(rows.map(({ model_id, ...line }) => [model_id, line]));
}
