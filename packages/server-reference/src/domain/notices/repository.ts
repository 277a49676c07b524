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
