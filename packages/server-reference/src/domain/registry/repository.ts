import type { Tx } from "../../db/database.ts";

/** The royalty rates in force now, by asset kind. */
export async function findRates(tx: Tx): Promise<Record<string, string>> {
  const { rows } = await tx.query<{ asset_kind: string; rate: string }>(
    "select asset_kind, trim_scale(omla.royalty_rate(asset_kind, omla.now()))::text as rate from omla.asset_kinds order by asset_kind",
  );
  return Object.fromEntries(rows.map(({ asset_kind, rate }) => [asset_kind, rate]));
}

export interface RegistryCounts {
  readonly models: number;
  readonly companies: number;
  readonly models_by_state: Readonly<Record<string, number>>;
}

export async function countRegistry(tx: Tx): Promise<RegistryCounts> {
  const { rows } = await tx.query<RegistryCounts>(`
    select (select count(*)::int from omla.models where is_active) as models,
           (select count(*)::int from omla.commercial_users where is_active) as companies,
           coalesce((select json_object_agg(state, n) from (
             select coalesce(s.state, 'REGISTERED') as state, count(*)::int as n
               from omla.models m left join omla.compliance_state s on s.model_id = m.id where m.is_active group by 1) g), '{}') as models_by_state`);
  const [counts] = rows;
  if (counts === undefined) throw new TypeError("a query of aggregates gives one row");
  return counts;
}

export interface ListedModel {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly state: string;
}

export async function findNewestModels(tx: Tx, limit: number): Promise<ListedModel[]> {
  const { rows } = await tx.query<ListedModel>(
    `select m.id, m.name, omla.address_of(m.id) as address, coalesce(s.state, 'REGISTERED') as state
       from omla.models m left join omla.compliance_state s on s.model_id = m.id
      where m.is_active order by m.created_at desc, m.id limit $1`,
    [limit],
  );
  return rows;
}

/** One model in each of the given states, the newest, where there is one. */
export async function findModelsInStates(tx: Tx, states: readonly string[]): Promise<ListedModel[]> {
  const { rows } = await tx.query<ListedModel>(
    `select distinct on (s.state) m.id, m.name, omla.address_of(m.id) as address, s.state
       from omla.compliance_state s join omla.models m on m.id = s.model_id
      where m.is_active and s.state = any ($1::text[]) order by s.state, m.created_at desc, m.id`,
    [states],
  );
  return rows;
}
