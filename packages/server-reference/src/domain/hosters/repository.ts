import type { Tx } from "../../db/database.ts";

/** One claim of a hoster with what it reported and earned. */
export interface HosterAccrual {
  readonly claim_id: string;
  readonly model_id: string;
  readonly model_name: string;
  readonly verified: boolean;
  readonly revoked: boolean;
  readonly volumes: readonly { readonly quarter: string; readonly inferences: number; readonly revision: number }[];
  /** Provisional: shown, never paid as such. */
  readonly accrued_usd: string;
  readonly by_volume_usd: string;
  readonly settled_usd: string;
}

/** What a hoster key has claimed, reported and earned. */
export async function findAccruals(tx: Tx, hosterPubkey: string): Promise<HosterAccrual[]> {
  return (await tx.query<HosterAccrual>(FIND_ACCRUALS, [hosterPubkey])).rows;
}

const FIND_ACCRUALS = `
  select c.id as claim_id, c.model_id, m.name as model_name, c.verified_at is not null as verified, c.revoked_at is not null as revoked,
         coalesce((select json_agg(json_build_object('quarter', v.quarter, 'inferences', v.inferences, 'revision', v.revision) order by v.quarter)
                     from (select distinct on (quarter) quarter, inferences, revision from omla.hoster_volume_reports
                            where claim_id = c.id order by quarter, revision desc) v), '[]') as volumes,
         omla.usd_text(coalesce(sum(r.amount_usd) filter (where r.kind = 'accrued'), 0) * 1000000) as accrued_usd,
         omla.usd_text(coalesce(sum(r.amount_usd) filter (where r.kind = 'volume'), 0) * 1000000) as by_volume_usd,
         omla.usd_text(coalesce(sum(r.amount_usd) filter (where r.kind = 'settled'), 0) * 1000000) as settled_usd
    from omla.hoster_claims c join omla.models m on m.id = c.model_id left join omla.standing_reimbursements r on r.claim_id = c.id
   where c.hoster_pubkey = $1
   group by c.id, m.name order by c.created_at, c.id`;
