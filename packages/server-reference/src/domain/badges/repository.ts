import type { Tx } from "../../db/database.ts";
import type { BadgeState } from "./badge-view.ts";

/** The state that a model's badge shows, by any of the model's addresses' canonical form. */
export async function findBadgeState(tx: Tx, address: string): Promise<BadgeState> {
  const { rows } = await tx.query<{ state: BadgeState }>(
    `select case when m.is_active then coalesce(s.state, 'REGISTERED') else 'INACTIVE' end as state
       from omla.wallets w join omla.models m on m.id = w.model_id left join omla.compliance_state s on s.model_id = m.id
      where w.address = $1 and w.is_primary`,
    [address],
  );
  return rows[0]?.state ?? "UNREGISTERED";
}
