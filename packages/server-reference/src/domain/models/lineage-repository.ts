import type { Tx } from "../../db/database.ts";

/** A stored model as split resolution sees it. */
export interface LineageModelRow {
  readonly id: string;
  readonly wallet: string;
  readonly lineage_edges: readonly { readonly parent_id: string; readonly relationship: string; readonly contribution_weight: string }[];
  readonly contribution_splits: readonly { readonly wallet: string; readonly percentage: string }[];
}

/** A model and its registered ancestors, with the edges and splits in force now. */
export async function findLineageModels(tx: Tx, modelId: string): Promise<LineageModelRow[]> {
  return (await tx.query<LineageModelRow>(FIND_LINEAGE_MODELS, [modelId])).rows;
}

const FIND_LINEAGE_MODELS = `
  with recursive up (id) as (
    select $1::uuid
    union
    select e.parent_id from up join omla.lineage_edges e on e.child_id = up.id and e.effective_until is null where e.parent_id is not null)
  select up.id, omla.address_of(up.id) as wallet,
         coalesce((select json_agg(json_build_object('parent_id', coalesce(e.parent_id::text, e.parent_ref), 'relationship', e.relationship,
                     'contribution_weight', trim_scale(e.contribution_weight)::text) order by e.position)
                     from omla.lineage_edges e where e.child_id = up.id and e.effective_until is null), '[]') as lineage_edges,
         coalesce((select json_agg(json_build_object('wallet', w.address, 'percentage', trim_scale(s.percentage)::text) order by s.position)
                     from omla.contribution_splits s join omla.wallets w on w.id = s.recipient_wallet_id
                    where s.model_id = up.id and s.effective_until is null), '[]') as contribution_splits
    from up`;
