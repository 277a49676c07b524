import type { Tx } from "../../db/database.ts";

/** A line that can be distributed now: funded, cleared, not held. */
export interface PayableLine {
  readonly report_id: string;
  readonly reporter_id: string;
  readonly model_id: string;
  readonly quarter: string;
  readonly version: number;
  /** Micro-dollars. */
  readonly net: string;
  readonly lineage_policy: "sequential" | "declared";
  readonly rate: string;
  /** In force at the end of the quarter. */
  readonly hoster_share_pct: string;
  readonly license_version: string;
  /** As pinned when it was filed. */
  readonly terms_sha256: string;
  /** Whether the quarter was over when it was filed, so that nothing may have changed since. */
  readonly filed_after: boolean;
}

/** A dispute or an audit that is open holds its line; `r` is the line. */
export const HELD = "exists (select from omla.line_holds h where h.report_id = r.id and h.released_at is null)";

/** A line is distributed once. */
const DISTRIBUTED = "exists (select from omla.payout_lines p where p.report_id = r.id and p.part = 'distribution')";

/** A funded line can be distributed when all money on it has cleared and nothing holds it; written out, since functions are not inlined. */
export const PAYABLE: string = `not ${HELD} and not ${DISTRIBUTED} and coalesce((select f.cleared from omla.line_funding f where f.report_id = r.id), true)`;

export interface LineWindow {
  readonly until: string;
  readonly reportId: string | null;
  readonly after: { readonly quarter: string; readonly reportId: string };
  readonly limit: number;
}

/** The next lines in the order of (quarter, report_id). Without a name: planned for the window that is asked for. */
export async function findPayableLines(tx: Tx, { until, reportId, after, limit }: LineWindow): Promise<PayableLine[]> {
  const values = [until, reportId, after.quarter, after.reportId, limit];
  const { rows } = await tx.query<PayableLine>({ text: FIND_PAYABLE_LINES, values });
  return rows;
}

const FIND_PAYABLE_LINES = `
  select r.id as report_id, r.reporter_id, r.model_id, r.quarter::text, s.version, (r.net_royalty_usd * 1000000)::numeric(38, 0)::text as net,
         s.lineage_policy, trim_scale(r.rate)::text as rate, m.license_version, r.terms_sha256::text,
         s.filed_at >= omla.quarter_end(r.quarter) as filed_after,
         trim_scale(coalesce((select h.hoster_share_pct from omla.hoster_shares h
            where h.model_id = m.id and h.effective_from <= greatest(omla.last_instant(r.quarter), m.created_at)
              and (h.effective_until is null or h.effective_until > greatest(omla.last_instant(r.quarter), m.created_at))), 0))::text as hoster_share_pct
    from omla.usage_reports r
    join omla.submissions s on s.id = r.submission_id
    join omla.models m on m.id = r.model_id
   where r.live and r.status = 'funded' and r.quarter::text collate "C" <= $1 and ($2::uuid is null or r.id = $2)
     and (r.quarter::text collate "C", r.id) > ($3, $4::uuid)
     and ${PAYABLE}
   order by r.quarter::text collate "C", r.id limit $5`;

export interface ClaimRow {
  readonly model_id: string;
  readonly hoster_id: string;
  readonly verified: boolean;
  readonly revoked: boolean;
  readonly inferences: number;
  /** Micro-dollars accrued while unverified and not settled; negative where an amendment took back what was settled already. */
  readonly owed: string;
  readonly wallet: string;
}

/** The claims on some models as they stand, with their volume of a quarter. */
export async function findClaims(tx: Tx, modelIds: readonly string[], quarter: string): Promise<ClaimRow[]> {
  const { rows } = await tx.query<Omit<ClaimRow, "inferences"> & { inferences: string }>(FIND_CLAIMS, [modelIds, quarter]);
  return rows.map((row) => ({ ...row, inferences: Number(row.inferences) }));
}

const FIND_CLAIMS = `
  select c.model_id, c.id as hoster_id, c.verified_at is not null as verified, c.revoked_at is not null as revoked, w.address::text as wallet,
         coalesce((select v.inferences from omla.hoster_volume_reports v
                    where v.claim_id = c.id and v.quarter = $2 order by v.revision desc limit 1), 0)::text as inferences,
         coalesce((select d.micros from omla.hoster_debts d where d.claim_id = c.id), 0)::text as owed
    from omla.hoster_claims c join omla.wallets w on w.id = c.wallet_id where c.model_id = any ($1::uuid[]) order by c.id`;

export interface EarlierPortion {
  readonly report_id: string;
  readonly wallet: string;
  readonly kind: "creator" | "hoster" | "hoster_owed" | "correction";
  readonly amount: string;
  /** How it was paid: what is taken back is taken back in the same currency, less the same fee. */
  readonly currency: string;
  readonly route: "native" | "backup_with_fee" | "backup_direct";
  readonly fee_pct: string;
}

/** How the newest of the positive rows of a group was paid. */
const PAID_BY = ["currency", "route"]
  .map((name) => `(array_agg(d.${name} order by d.amount > 0 desc, s.version desc))[1] as ${name}`)
  .join(", ");
const PAID_LESS = "trim_scale((array_agg(d.fee_pct order by d.amount > 0 desc, s.version desc))[1])::text as fee_pct";

/** What earlier versions of amended lines distributed and did not take back, added up by wallet and kind. */
export async function findEarlierPortions(tx: Tx, reportIds: readonly string[]): Promise<EarlierPortion[]> {
  const { rows } = await tx.query<EarlierPortion>(
    `select c.id as report_id, w.address::text as wallet, d.kind, sum(d.amount)::text as amount, ${PAID_BY}, ${PAID_LESS}
       from omla.usage_reports c
       join omla.usage_reports e on e.reporter_id = c.reporter_id and e.model_id = c.model_id and e.quarter = c.quarter and e.live and e.id <> c.id
       join omla.submissions s on s.id = e.submission_id
       join omla.distributions d on d.report_id = e.id
       join omla.wallets w on w.id = d.wallet_id
      where c.id = any ($1::uuid[]) and not exists (select from omla.payout_lines p where p.report_id = e.id and p.part = 'correction')
      group by 1, 2, 3 having sum(d.amount) <> 0 order by 1, 2, 3`,
    [reportIds],
  );
  return rows;
}

export interface EarlierReimbursement {
  readonly report_id: string;
  readonly claim_id: string;
  readonly kind: "accrued" | "volume" | "settled";
  readonly amount: string;
}

/** What the version that an amended line takes the place of did to claims. */
export async function findEarlierReimbursements(tx: Tx, reportIds: readonly string[]): Promise<EarlierReimbursement[]> {
  const { rows } = await tx.query<EarlierReimbursement>(
    `select c.id as report_id, b.claim_id, b.kind, (b.amount_usd * 1000000)::numeric(38, 0)::text as amount
       from omla.usage_reports c
       join omla.usage_reports e on e.reporter_id = c.reporter_id and e.model_id = c.model_id and e.quarter = c.quarter and e.live and e.id <> c.id
       join omla.standing_reimbursements b on b.report_id = e.id
      where c.id = any ($1::uuid[]) order by 1, 2, 3`,
    [reportIds],
  );
  return rows;
}

export interface DroppedLine {
  readonly report_id: string;
  readonly reporter_id: string;
  readonly quarter: string;
}

/** Distributed lines that an amendment left out, or the board rejected: the ledger says by a balance that theirs is to be taken back. */
export async function findDroppedLines(tx: Tx, until: string, reportId: string | null): Promise<DroppedLine[]> {
  const { rows } = await tx.query<DroppedLine>(
    `select r.id as report_id, r.reporter_id, r.quarter::text
       from omla.usage_reports r
      where r.live and r.status in ('superseded', 'rejected') and r.quarter::text collate "C" <= $1 and ($2::uuid is null or r.id = $2)
        and exists (select from omla.payout_lines p where p.report_id = r.id and p.part = 'distribution')
        and not exists (select from omla.payout_lines p where p.report_id = r.id and p.part = 'correction')
        and (select sum(e.amount) from omla.ledger_entries e where e.account = 'accrued:' || r.id and e.currency = 'USD') <> 0
      order by r.quarter::text collate "C", r.id`,
    [until, reportId],
  );
  return rows;
}

export interface RemitterRow {
  readonly reporter_id: string;
  readonly currencies: readonly string[];
  readonly fees: readonly { readonly from: string; readonly to: string; readonly fee_pct: string }[];
}

/** What companies can pay in, and what they charge for a conversion. */
export async function findRemitters(tx: Tx, companyIds: readonly string[]): Promise<RemitterRow[]> {
  const { rows } = await tx.query<RemitterRow>(
    `select i.id as reporter_id,
            coalesce((select json_agg(c.code order by c.position) from omla.remitter_currencies c
                       where c.remitter_kind = 'commercial_user' and c.remitter_id = i.id), '[]') as currencies,
            coalesce((select json_agg(json_build_object('from', f.from_code, 'to', f.to_code, 'fee_pct', trim_scale(f.fee_pct)::text))
                        from omla.remitter_conversion_fees f where f.remitter_kind = 'commercial_user' and f.remitter_id = i.id), '[]') as fees
       from unnest($1::uuid[]) as i (id)`,
    [companyIds],
  );
  return rows;
}

export interface WalletPreferences {
  readonly wallet: string;
  readonly wallet_id: string;
  /** Null where its model declared none, or it belongs to no model. */
  readonly preferences: readonly { readonly code: string; readonly is_backup: boolean }[] | null;
}

/** Wallets by address, with the preferences of the models that they belong to. */
export async function findPreferences(tx: Tx, wallets: readonly string[]): Promise<WalletPreferences[]> {
  const { rows } = await tx.query<WalletPreferences>(
    `select w.address::text as wallet, w.id as wallet_id,
            (select json_agg(json_build_object('code', c.code, 'is_backup', c.is_backup) order by c.position)
               from omla.creator_currency_prefs c where c.model_id = w.model_id and c.effective_until is null) as preferences
       from omla.wallets w where w.address = any ($1::text[])`,
    [wallets],
  );
  return rows;
}

/** What each dropped line distributed by itself; what its other versions did stands on them. */
export async function findOwnPortions(tx: Tx, reportIds: readonly string[]): Promise<EarlierPortion[]> {
  const { rows } = await tx.query<EarlierPortion>(
    `select d.report_id, w.address::text as wallet, 'correction' as kind, sum(d.amount)::text as amount, ${PAID_BY}, ${PAID_LESS}
       from omla.distributions d
       join omla.wallets w on w.id = d.wallet_id
       join omla.usage_reports r on r.id = d.report_id
       join omla.submissions s on s.id = r.submission_id
      where d.report_id = any ($1::uuid[]) group by 1, 2 having sum(d.amount) <> 0 order by 1, 2`,
    [reportIds],
  );
  return rows;
}
