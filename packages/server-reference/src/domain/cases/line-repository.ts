import type { Tx } from "../../db/database.ts";

/** A line that a case is about. */
export interface CaseLine {
  readonly report_id: string;
  readonly submission_id: string;
  readonly reporter_id: string;
  readonly company_name: string;
  readonly model_id: string;
  readonly model_name: string;
  readonly quarter: string;
  readonly live: boolean;
  readonly status: string;
  /** Where the line stands in its submission: `entries[0]`, `entries[1].models[2]`. */
  readonly entry: string;
  readonly inferences: number;
  readonly revenue_usd: string;
  readonly run_cost_usd: string;
  readonly royalty_usd: string;
  readonly net_royalty_usd: string;
  readonly lineage_policy: string;
}

const LINE = `
  select r.id as report_id, r.submission_id, r.reporter_id, c.company_name, r.model_id, m.name as model_name, r.quarter::text, r.live, r.status, r.entry,
         r.inferences::text, r.revenue_usd::text, r.run_cost_usd::text, r.royalty_usd::text, r.net_royalty_usd::text, s.lineage_policy
    from omla.usage_reports r join omla.submissions s on s.id = r.submission_id
    join omla.commercial_users c on c.id = r.reporter_id join omla.models m on m.id = r.model_id`;

export async function findCaseLine(tx: Tx, reportId: string): Promise<CaseLine | undefined> {
  const { rows } = await tx.query<Omit<CaseLine, "inferences"> & { inferences: string }>(`${LINE} where r.id = $1`, [reportId]);
  return rows[0] && { ...rows[0], inferences: Number(rows[0].inferences) };
}

/** The line of the latest version in the place of one: the same company, quarter and model. */
export async function findCurrentLine(tx: Tx, reportId: string): Promise<CaseLine | undefined> {
  const { rows } = await tx.query<{ id: string }>(
    `select c.id from omla.usage_reports r
       join omla.usage_reports c on c.reporter_id = r.reporter_id and c.quarter = r.quarter and c.model_id = r.model_id and c.live = r.live
        and c.status not in ('superseded', 'rejected')
      where r.id = $1`,
    [reportId],
  );
  return rows[0] && findCaseLine(tx, rows[0].id);
}

/** Addresses that a key stands behind: wallets of its own, and the primary wallets of its models. */
export async function findWalletsOf(tx: Tx, pubkey: string): Promise<string[]> {
  const { rows } = await tx.query<{ address: string }>(
    `select w.address::text from omla.wallets w left join omla.models m on m.id = w.model_id and w.is_primary
      where w.owner_pubkey = $1 or m.ed25519_pubkey = $1 or m.recovery_pubkey = $1`,
    [pubkey],
  );
  return rows.map(({ address }) => address);
}

/** Whether a key hosts a model, with a claim that was not revoked. */
export async function isHosterOf(tx: Tx, pubkey: string, modelId: string): Promise<boolean> {
  const { rows } = await tx.query(
    "select 1 from omla.hoster_claims where model_id = $1 and hoster_pubkey = $2 and verified_at is not null and revoked_at is null",
    [modelId, pubkey],
  );
  return rows.length > 0;
}

/** Hosters who may be paid through a line of the model. */
export async function findClaimsOn(tx: Tx, modelId: string, limit: number): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    "select id from omla.hoster_claims where model_id = $1 and verified_at is not null and revoked_at is null order by created_at, id limit $2",
    [modelId, limit],
  );
  return rows.map(({ id }) => id);
}

/** The models whose primary wallets are among these addresses; their creators are told. */
export async function findModelsOf(tx: Tx, addresses: readonly string[], limit: number): Promise<string[]> {
  const { rows } = await tx.query<{ model_id: string }>(
    "select distinct model_id from omla.wallets where address = any ($1::text[]) and is_primary order by 1 limit $2",
    [addresses, limit],
  );
  return rows.map(({ model_id }) => model_id);
}

/**
 * Ninety days of a dispute are counted once, from the first, also where the line is paid for by then: were its money to go back, they
 * would else begin anew. A later version of the line inherits the date.
 */
export async function keepFirstDispute(tx: Tx, reportId: string): Promise<void> {
  await tx.query(
    "update omla.usage_reports set disputed_at = coalesce(omla.first_dispute(id), omla.now_seconds()) where id = $1 and disputed_at is null",
    [reportId],
  );
}
