import type { Tx } from "../../db/database.ts";

export interface Contact {
  readonly name: string;
  readonly email: string;
}

export async function findModelContact(tx: Tx, modelId: string): Promise<Contact | undefined> {
  const { rows } = await tx.query<Contact>(
    "select m.name, p.creator_email as email from omla.models m join omla.model_private p on p.model_id = m.id where m.id = $1 and p.creator_email is not null",
    [modelId],
  );
  return rows[0];
}

export async function findCompanyContact(tx: Tx, companyId: string): Promise<Contact | undefined> {
  const { rows } = await tx.query<Contact>(
    `select c.company_name as name, p.contact_email as email from omla.commercial_users c
       join omla.commercial_user_private p on p.company_id = c.id where c.id = $1`,
    [companyId],
  );
  return rows[0];
}

/** Who is told of a wallet: its model's creator, or whoever holds its own key; for seven days also under an address that was replaced. */
export async function findWalletContacts(tx: Tx, walletId: string): Promise<Contact[]> {
  return (await tx.query<Contact>("select name, email from omla.wallet_contacts where wallet_id = $1 order by email", [walletId])).rows;
}

/** A hoster, by its wallet and by the key that claimed. */
export async function findHosterContacts(tx: Tx, claimId: string): Promise<Contact[]> {
  const { rows } = await tx.query<Contact>(
    `select m.name, e.email from omla.hoster_claims h join omla.models m on m.id = h.model_id
       cross join lateral (select w.email from omla.wallet_contacts w where w.wallet_id = h.wallet_id
                            union select k.contact_email from omla.key_contacts k where k.pubkey = h.hoster_pubkey) e
      where h.id = $1 order by e.email`,
    [claimId],
  );
  return rows;
}

export interface ChangedWallet {
  readonly wallet_id: string;
  readonly model_id: string | null;
  readonly is_primary: boolean;
}

/** The wallet whose rail a document changed. */
export async function findChangedWallet(tx: Tx, digest: string): Promise<ChangedWallet> {
  const { rows } = await tx.query<ChangedWallet>(
    `select w.id as wallet_id, w.model_id, w.is_primary from omla.documents d
       join omla.wallets w on w.address = lower(d.body::jsonb -> 'change' ->> 'address') where d.digest = $1`,
    [digest],
  );
  const [wallet] = rows;
  if (wallet === undefined) throw new TypeError("a change of a rail names its wallet");
  return wallet;
}

export interface Complainant extends Contact {
  readonly receipt: string;
  readonly status: string;
  readonly resolution: string;
}

/** Who complained, where an address was left. */
export async function findComplainant(tx: Tx, complaintId: string): Promise<Complainant | undefined> {
  const { rows } = await tx.query<Complainant>(
    `select coalesce(m.name, c.company_name) as name, p.complainant_email as email, k.receipt, k.status, coalesce(p.resolution, '') as resolution
       from omla.complaints k join omla.complaint_private p on p.complaint_id = k.id
       left join omla.models m on m.id = k.model_id left join omla.commercial_users c on c.id = k.commercial_user_id
      where k.id = $1 and p.complainant_email is not null`,
    [complaintId],
  );
  return rows[0];
}
