import type { Tx } from "../../db/database.ts";

/** What everybody may know of a model, as the public views show it to strangers. */
export interface ModelFacts {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly asset_kind: string;
  readonly license_version: string;
  readonly ed25519_pubkey: string;
  readonly model_hash: string;
  readonly is_active: boolean;
  readonly document_digest: string;
  readonly registered_at: Date;
  readonly state: string;
  readonly state_since: Date;
  readonly locations: readonly string[];
}

export async function findModelFacts(tx: Tx, address: string): Promise<ModelFacts | undefined> {
  const { rows } = await tx.query<ModelFacts>(FACTS, [address]);
  return rows[0];
}

const FACTS = `
  select m.id, m.name, m.description, m.asset_kind, m.license_version, m.ed25519_pubkey, m.model_hash, m.is_active, m.document_digest,
         m.created_at as registered_at, coalesce(s.state, 'REGISTERED') as state, coalesce(s.state_since, m.created_at) as state_since,
         array(select l.url from public.model_locations l where l.model_id = m.id order by l.position) as locations
    from public.wallets w join public.models m on m.id = w.model_id left join public.compliance_state s on s.model_id = m.id
   where w.address = $1 and w.is_primary`;

/** A neighbour in the lineage; outside models have a reference instead of an address. */
export interface Relative {
  readonly name: string;
  readonly address: string | null;
  readonly relationship: string;
  readonly contribution_weight: string;
}

export async function findParents(tx: Tx, modelId: string): Promise<Relative[]> {
  const { rows } = await tx.query<Relative>(
    `select coalesce(p.name, e.parent_ref) as name, w.address, e.relationship, trim_scale(e.contribution_weight)::text as contribution_weight
       from public.lineage_edges e left join public.models p on p.id = e.parent_id left join public.wallets w on w.model_id = p.id and w.is_primary
      where e.child_id = $1 order by e.position`,
    [modelId],
  );
  return rows;
}

const MOST_CHILDREN = 50;

export async function findChildren(tx: Tx, modelId: string): Promise<Relative[]> {
  const { rows } = await tx.query<Relative>(
    `select c.name, w.address, e.relationship, trim_scale(e.contribution_weight)::text as contribution_weight
       from public.lineage_edges e join public.models c on c.id = e.child_id left join public.wallets w on w.model_id = c.id and w.is_primary
      where e.parent_id = $1 order by c.created_at, c.id limit ${MOST_CHILDREN}`,
    [modelId],
  );
  return rows;
}

export interface SharedOut {
  readonly address: string;
  readonly rail: string | null;
  readonly percentage: string;
  /** The model whose primary wallet it is. */
  readonly name: string | null;
}

export async function findSharedOut(tx: Tx, modelId: string): Promise<SharedOut[]> {
  const { rows } = await tx.query<SharedOut>(
    `select s.wallet_address as address, s.wallet_rail as rail, trim_scale(s.percentage)::text as percentage, m.name
       from public.resolve_splits($1) s left join public.wallets w on w.address = s.wallet_address and w.is_primary
       left join public.models m on m.id = w.model_id order by s.percentage desc, s.wallet_address`,
    [modelId],
  );
  return rows;
}
