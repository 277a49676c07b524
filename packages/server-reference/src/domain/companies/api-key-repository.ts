import type { AppContext } from "../../context.ts";
import type { Database, Tx } from "../../db/database.ts";
import { createLane, type Lane, type LaneOptions } from "../../db/lane.ts";

export interface StoredApiKey {
  readonly company_id: string;
  readonly live: boolean;
  readonly api_key_hash: string;
  /** Neither revoked nor expired, and the company is active. */
  readonly usable: boolean;
  /** Somebody has shown to read the company's address. */
  readonly confirmed: boolean;
}

/** Read anew for every request, so that a revocation counts at once everywhere; requests that wait at the same time share a statement. */
export function findApiKey(ctx: AppContext, keyId: string): Promise<StoredApiKey | undefined> {
  const lane = lanes.get(ctx.db) ?? createLane(bounds(ctx.db));
  lanes.set(ctx.db, lane);
  return lane.ask(keyId);
}

const lanes = new WeakMap<Database, Lane<string, StoredApiKey | undefined>>();

function bounds(db: Database): LaneOptions<string, StoredApiKey | undefined> {
  return { together: (keyIds) => findApiKeys(db, keyIds), mostUnderWay: 2, mostWeight: 64, weightOf: () => 1 };
}

async function findApiKeys(db: Database, keyIds: readonly string[]): Promise<(StoredApiKey | undefined)[]> {
  const query = { name: "find_api_keys", text: FIND_API_KEYS, values: [keyIds] };
  const { rows } = await db.query<StoredApiKey & { kid: string }>("service_role", query);
  const stored = new Map(rows.map(({ kid, ...key }) => [kid, key]));
  return keyIds.map((keyId) => stored.get(keyId));
}

const FIND_API_KEYS = `
  select k.kid, k.company_id, k.live, k.api_key_hash,
         k.revoked_at is null and c.is_active and (k.expires_at is null or k.expires_at > omla.now()) as usable,
         exists (select from omla.commercial_user_private p where p.company_id = k.company_id and p.email_confirmed_at is not null) as confirmed
    from omla.api_keys k join omla.commercial_users c on c.id = k.company_id where k.kid = any ($1::text[])`;

export interface NewApiKey {
  readonly keyId: string;
  readonly companyId: string;
  readonly live: boolean;
  readonly last4: string;
  readonly hash: string;
}

export async function insertApiKey(tx: Tx, key: NewApiKey): Promise<void> {
  await tx.query("insert into omla.api_keys (kid, company_id, live, last4, api_key_hash) values ($1, $2, $3, $4, $5)", [
    key.keyId,
    key.companyId,
    key.live,
    key.last4,
    key.hash,
  ]);
}

/** @returns whether such a key of the company was in use */
export async function revokeApiKey(tx: Tx, companyId: string, keyId: string): Promise<boolean> {
  const { rows } = await tx.query(
    "update omla.api_keys set revoked_at = omla.now() where kid = $1 and company_id = $2 and revoked_at is null returning kid",
    [keyId, companyId],
  );
  return rows.length === 1;
}

export interface ListedApiKey {
  readonly kid: string;
  readonly live: boolean;
  readonly last4: string;
  readonly created_at: Date;
  readonly expires_at: Date | null;
  readonly revoked_at: Date | null;
}

/** A test key is told of test keys alone. */
export async function listApiKeys(tx: Tx, companyId: string, live: boolean): Promise<ListedApiKey[]> {
  const { rows } = await tx.query<ListedApiKey>(
    "select kid, live, last4, created_at, expires_at, revoked_at from omla.api_keys where company_id = $1 and ($2 or not live) order by created_at, kid",
    [companyId, live],
  );
  return rows;
}
