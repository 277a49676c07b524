import type { Tx } from "../../db/database.ts";

/** The form that counts for a wallet now. */
export interface FormOnFile {
  readonly kind: string;
  readonly jurisdiction: string;
  readonly expires_at: string | null;
}

export interface StandingRow {
  readonly wallet: string;
  /** Micro-dollars. */
  readonly held: string;
  readonly threshold_usd: string;
  readonly paid_usd: string;
  readonly form: FormOnFile | null;
}

const MAX_WALLETS = 1_000;

/** The wallets of a key, ascending, with what counts for their taxes in the year of a moment. */
export async function findStandings(tx: Tx, pubkey: string, now: Date): Promise<StandingRow[]> {
  const { rows } = await tx.query<StandingRow>(FIND_STANDINGS, [pubkey, now, MAX_WALLETS]);
  return rows;
}

/** Where the owner is taxed is said by the form on file, or else by the one that was closed last and not withdrawn. */
const FIND_STANDINGS = `
  with year as (
    select extract(year from $2::timestamptz at time zone 'UTC')::int as year
  ), mine as materialized (
    select w.id, w.address from omla.wallets w left join omla.models m on m.id = w.model_id and w.is_primary
     where $1 in (w.owner_pubkey, m.ed25519_pubkey, m.recovery_pubkey) order by w.address collate "C" limit $3
  ), latest as (
    select distinct on (f.wallet_id) f.wallet_id, f.kind, f.jurisdiction, f.expires_at, f.status, coalesce(f.status = 'on_file' and (f.expires_at is null or f.expires_at > $2), false) as counts
      from omla.tax_forms f join mine on mine.id = f.wallet_id
     order by f.wallet_id, f.status = 'on_file' desc, f.closed_at desc, f.filed_at desc
  )
  select mine.address::text as wallet,
         coalesce((select -sum(e.amount) from omla.ledger_entries e where e.account = 'held:tax:' || mine.address and e.currency = 'USD'), 0)::text as held,
         omla.tax_threshold(case when l.status <> 'withdrawn' then l.jurisdiction else '*' end, year.year)::numeric(38, 6)::text as threshold_usd,
         coalesce(p.paid_usd, 0)::numeric(38, 6)::text as paid_usd,
         case when l.counts then json_build_object('kind', l.kind, 'jurisdiction', l.jurisdiction, 'expires_at', omla.iso(l.expires_at)) end as form
    from mine cross join year
    left join latest l on l.wallet_id = mine.id
    left join omla.tax_paid((select array_agg(m.id) from mine m), (select y.year from year y)) p on p.wallet_id = mine.id
   order by mine.address collate "C"`;
