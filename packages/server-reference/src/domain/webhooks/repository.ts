import type { Tx } from "../../db/database.ts";

/** Whose endpoint it is. */
export interface Owner {
  readonly companyId: string | null;
  readonly pubkey: string | null;
}

export interface Endpoint {
  readonly id: string;
  readonly company_id: string | null;
  readonly owner_pubkey: string | null;
  readonly url: string;
  readonly events: readonly string[];
  readonly model_ids: readonly string[] | null;
  readonly created_at: Date;
  readonly failing_since: Date | null;
  readonly disabled_at: Date | null;
}

const COLUMNS = "id, company_id, owner_pubkey::text, url, events, model_ids, created_at, failing_since, disabled_at";
const OWNED = "(company_id = $1 or owner_pubkey = $2)";

export async function insertEndpoint(
  tx: Tx,
  { companyId, pubkey }: Owner,
  endpoint: { readonly url: string; readonly events: readonly string[]; readonly modelIds: readonly string[] | null },
): Promise<Endpoint> {
  const { rows } = await tx.query<Endpoint>(
    `insert into omla.webhook_endpoints (company_id, owner_pubkey, url, events, model_ids) values ($1, $2, $3, $4, $5::uuid[]) returning ${COLUMNS}`,
    [companyId, pubkey, endpoint.url, endpoint.events, endpoint.modelIds],
  );
  const [stored] = rows;
  if (stored === undefined) throw new TypeError("an insert returns its row");
  return stored;
}

export async function findEndpoints(tx: Tx, { companyId, pubkey }: Owner): Promise<Endpoint[]> {
  const query = `select ${COLUMNS} from omla.webhook_endpoints where ${OWNED} order by created_at, id`;
  return (await tx.query<Endpoint>(query, [companyId, pubkey])).rows;
}

export async function findEndpoint(tx: Tx, { companyId, pubkey }: Owner, id: string): Promise<Endpoint | undefined> {
  const query = `select ${COLUMNS} from omla.webhook_endpoints where ${OWNED} and id = $3 for update`;
  return (await tx.query<Endpoint>(query, [companyId, pubkey, id])).rows[0];
}

/** @returns whether there was one */
export async function deleteEndpoint(tx: Tx, { companyId, pubkey }: Owner, id: string): Promise<boolean> {
  const query = `delete from omla.webhook_endpoints where ${OWNED} and id = $3 returning id`;
  return (await tx.query(query, [companyId, pubkey, id])).rows.length === 1;
}

export async function insertSecret(tx: Tx, endpointId: string, sealed: string): Promise<void> {
  await tx.query("insert into omla.webhook_secrets (endpoint_id, sealed) values ($1, $2)", [endpointId, sealed]);
}

/** The secrets before the newest sign for some hours more, so that a receiver can change over; older ones end now. */
export async function expireSecrets(tx: Tx, endpointId: string, hours: number): Promise<void> {
  await tx.query("delete from omla.webhook_secrets where endpoint_id = $1 and expires_at is not null", [endpointId]);
  await tx.query("update omla.webhook_secrets set expires_at = omla.now() + $2::int * interval '1 hour' where endpoint_id = $1", [
    endpointId,
    hours,
  ]);
}
