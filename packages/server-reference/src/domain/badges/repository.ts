import type { Tx } from "../../db/database.ts";
import type { Badge } from "./badge-view.ts";

/** The standing that a model's badge shows, by any of the model's addresses' canonical form. */
export async function findBadge(tx: Tx, address: string): Promise<Badge> {
  const { rows } = await tx.query<Badge>(
    `select m.asset_kind, case when m.is_active then coalesce(s.state, 'REGISTERED') else 'INACTIVE' end as state
       from omla.wallets w join omla.models m on m.id = w.model_id left join omla.compliance_state s on s.model_id = m.id
      where w.address = $1 and w.is_primary`,
    [address],
  );
  return rows[0] ?? { state: "UNREGISTERED", asset_kind: "model" };
}
