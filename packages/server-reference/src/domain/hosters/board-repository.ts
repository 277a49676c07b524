import type { Tx } from "../../db/database.ts";

export interface ClaimFilter {
  readonly status: "unverified" | "verified" | "revoked" | "all";
  readonly model_id?: string | undefined;
  readonly limit: number;
  readonly offset: number;
}

export interface ClaimRow {
  readonly id: string;
  readonly model_id: string;
  readonly model_name: string;
  readonly name: string;
  readonly hoster_pubkey: string;
  readonly wallet: string;
  readonly claimed_at: string;
  readonly verified_at: string | null;
  readonly verified_by: string | null;
  readonly revoked_at: string | null;
  /** What it reported for its newest quarters. */
  readonly volumes: { readonly quarter: string; readonly inferences: number }[];
}

const CLAIMS = `
  select c.id, c.model_id, m.name as model_name, c.name, c.hoster_pubkey, w.address as wallet, omla.iso(c.created_at) as claimed_at,
         omla.iso(c.verified_at) as verified_at, c.verified_by, omla.iso(c.revoked_at) as revoked_at,
         coalesce((select jsonb_agg(jsonb_build_object('quarter', v.quarter, 'inferences', v.inferences) order by v.quarter desc)
                     from (select distinct on (quarter) quarter, inferences from omla.hoster_volume_reports where claim_id = c.id
                            order by quarter desc, revision desc limit 8) v), '[]') as volumes
    from omla.hoster_claims c join omla.models m on m.id = c.model_id join omla.wallets w on w.id = c.wallet_id`;

/** The oldest first. */
export async function listClaims(tx: Tx, { status, model_id, limit, offset }: ClaimFilter): Promise<ClaimRow[]> {
  const { rows } = await tx.query<ClaimRow>(
    `${CLAIMS}
      where case $1 when 'unverified' then c.verified_at is null and c.revoked_at is null when 'verified' then c.verified_at is not null and c.revoked_at is null
                    when 'revoked' then c.revoked_at is not null else true end
        and ($2::uuid is null or c.model_id = $2)
      order by c.created_at, c.id limit $3 offset $4`,
    [status, model_id ?? null, limit, offset],
  );
  return rows;
}

export async function findClaim(tx: Tx, id: string): Promise<ClaimRow | undefined> {
  return (await tx.query<ClaimRow>(`${CLAIMS} where c.id = $1`, [id])).rows[0];
}

/** As reviewer. @throws PT404 HOSTER_CLAIM_NOT_FOUND */
export async function reviewClaim(tx: Tx, id: string, verified: boolean, actor: string, note: string): Promise<void> {
  await tx.query("select omla.review_hoster_claim($1, $2, $3, $4)", [id, verified, actor, note]);
}
