import type { Tx } from "../../db/database.ts";

export interface LocationFilter {
  readonly model_id?: string | undefined;
  readonly verified: "true" | "false" | "all";
  readonly limit: number;
  readonly offset: number;
}

export interface LocationRow {
  readonly model_id: string;
  readonly model_name: string;
  readonly address: string;
  readonly url: string;
  readonly since: string;
  readonly verified_at: string | null;
}

const LOCATIONS = `
  select l.model_id, m.name as model_name, omla.address_of(m.id) as address, l.url, omla.iso(l.effective_from) as since, omla.iso(l.verified_at) as verified_at
    from omla.model_locations l join omla.models m on m.id = l.model_id
   where l.effective_until is null and m.is_active`;

/** Where models say that their weights stand; the oldest first. */
export async function listLocations(tx: Tx, { model_id, verified, limit, offset }: LocationFilter): Promise<LocationRow[]> {
  const { rows } = await tx.query<LocationRow>(
    `${LOCATIONS} and ($1::uuid is null or l.model_id = $1) and ($2 = 'all' or (l.verified_at is not null) = ($2 = 'true'))
     order by l.effective_from, l.model_id, l.position limit $3 offset $4`,
    [model_id ?? null, verified, limit, offset],
  );
  return rows;
}

export async function findLocation(tx: Tx, modelId: string, url: string): Promise<LocationRow | undefined> {
  return (await tx.query<LocationRow>(`${LOCATIONS} and l.model_id = $1 and l.url = $2`, [modelId, url])).rows[0];
}

/** As reviewer. @throws PT404 LOCATION_NOT_FOUND */
export async function judgeLocation(
  tx: Tx,
  { modelId, url, isThere, actor, how }: { modelId: string; url: string; isThere: boolean; actor: string; how: string },
): Promise<void> {
  await tx.query("select omla.judge_location($1, $2, $3, $4, $5)", [modelId, url, isThere, actor, how]);
}
