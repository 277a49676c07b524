import type { Tx } from "../../db/database.ts";
import type { RailName } from "../../rails/rail.ts";

/** A wallet whose owner wants an account at a rail. */
export interface Payee {
  readonly wallet_id: string;
  readonly address: string;
  readonly model_id: string | null;
  /** The signed choice of the rail; null where no signature chose it. */
  readonly choice: string | null;
  /** The account that the owner's signature names. */
  readonly signed_account: string | null;
  /** The account that the registry opened for this choice. */
  readonly account_id: string | null;
}

/** The wallet, if the key is its owner's or one of its model's. */
export async function findPayee(tx: Tx, rail: RailName, address: string, pubkey: string): Promise<Payee | undefined> {
  const { rows } = await tx.query<Payee>(
    `select w.id as wallet_id, w.address::text, w.model_id, p.choice::text, a.account_id,
            case when p.destination is distinct from a.account_id then p.destination end as signed_account
       from omla.wallets w
       left join omla.models m on m.id = w.model_id and w.is_primary
       left join omla.payable_rails p on p.wallet_id = w.id and p.rail = $1
       left join omla.rail_accounts a on a.wallet_id = w.id and a.rail = $1 and a.choice = p.choice
      where w.address = $2 and $3 in (w.owner_pubkey, m.ed25519_pubkey, m.recovery_pubkey)`,
    [rail, address, pubkey],
  );
  return rows[0];
}

/** Keeps the account of a choice. @returns the one that is kept: the first, where two asked at once */
export async function insertAccount(
  tx: Tx,
  { rail, walletId, choice, accountId }: { rail: RailName; walletId: string; choice: string; accountId: string },
): Promise<{ readonly account_id: string; readonly created: boolean }> {
  const { rowCount } = await tx.query(
    "insert into omla.rail_accounts (rail, wallet_id, choice, account_id) values ($1, $2, $3, $4) on conflict do nothing",
    [rail, walletId, choice, accountId],
  );
  if (rowCount === 1) return { account_id: accountId, created: true };
  const { rows } = await tx.query<{ account_id: string }>(
    "select account_id from omla.rail_accounts where rail = $1 and wallet_id = $2 and choice = $3",
    [rail, walletId, choice],
  );
  return { account_id: rows[0]?.account_id ?? accountId, created: false };
}

/** Takes the newest word on an account. @returns whether the account is known here */
export async function updateReadiness(tx: Tx, rail: RailName, accountId: string, ready: boolean, toldAt: Date): Promise<boolean> {
  await tx.query(
    "update omla.rail_accounts set is_ready = $3, told_at = $4 where rail = $1 and account_id = $2 and (told_at is null or told_at <= $4)",
    [rail, accountId, ready, toldAt],
  );
  const { rows } = await tx.query("select 1 from omla.rail_accounts where rail = $1 and account_id = $2", [rail, accountId]);
  return rows.length === 1;
}
