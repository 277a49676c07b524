import type { Tx } from "../../db/database.ts";
import type { CompanyInput } from "./schema.ts";

export interface CompanyRow {
  readonly id: string;
  readonly company_name: string;
  readonly domains: string[];
  readonly created_at: Date;
}

export async function insertCompany(tx: Tx, input: CompanyInput): Promise<CompanyRow> {
  const { rows } = await tx.query<CompanyRow>(
    "insert into omla.commercial_users (company_name, domains) values ($1, $2) returning id, company_name, domains, created_at",
    [input.company_name, [...new Set(input.domains)]],
  );
  const [company] = rows;
  if (company === undefined) throw new TypeError("an insert returns its row");
  await tx.query("insert into omla.commercial_user_private (company_id, contact_email) values ($1, $2)", [company.id, input.contact_email]);
  return company;
}

/** @returns whether this is new; undefined where the address is no longer the one that the mail went to */
export async function confirmEmail(tx: Tx, companyId: string, emailSha256: string): Promise<{ readonly isNew: boolean } | undefined> {
  if (!(await hasEmail(tx, companyId, emailSha256))) return undefined;
  const { rows } = await tx.query(
    `update omla.commercial_user_private set email_confirmed_at = omla.now_seconds()
      where company_id = $1 and email_confirmed_at is null returning company_id`,
    [companyId],
  );
  return { isNew: rows.length === 1 };
}

/** Whether the address of a company is still the one that a mail went to; it stays so until the transaction ends. */
export async function hasEmail(tx: Tx, companyId: string, emailSha256: string): Promise<boolean> {
  const { rows } = await tx.query(
    `select from omla.commercial_user_private
      where company_id = $1 and encode(sha256(convert_to(contact_email, 'UTF8')), 'hex') = $2 for update`,
    [companyId, emailSha256],
  );
  return rows.length === 1;
}

const MOST_COMPANIES = 10;

/** The active companies of an e-mail address. */
export async function findCompaniesByEmail(tx: Tx, email: string): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `select c.id from omla.commercial_users c join omla.commercial_user_private p on p.company_id = c.id
      where lower(p.contact_email) = lower($1) and c.is_active order by p.email_confirmed_at is null, c.created_at desc limit ${MOST_COMPANIES}`,
    [email],
  );
  return rows.map(({ id }) => id);
}
