import { OmlaError } from "@omla/sdk/protocol";
import type { ClientBase } from "pg";
import { OWNER_ROLE } from "./role.ts";

interface Privileges {
  readonly login: string;
  readonly is_superuser: boolean;
  readonly bypasses_rls: boolean;
  readonly owned: string[];
  readonly mighty_roles: string[];
}

/** Hosted PostgreSQL gives service_role BYPASSRLS; it may read all rows here anyway, and no role may write past the functions. */
const PRIVILEGES = `
  select session_user::text as login, r.rolsuper as is_superuser, r.rolbypassrls as bypasses_rls,
         array(select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relowner = r.oid and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
               union all select n.nspname::text from pg_namespace n where n.nspowner = r.oid
               union all select d.datname::text from pg_database d where d.datdba = r.oid and d.datname = current_database()
               union all select p.proname::text from pg_proc p where p.proowner = r.oid limit 10) as owned,
         array(select g.rolname::text from pg_roles g where g.oid <> r.oid and pg_has_role(r.oid, g.oid, 'member')
                and (g.rolsuper or g.rolcreaterole or g.rolname = '${OWNER_ROLE}' or (g.rolbypassrls and g.rolname <> 'service_role'))) as mighty_roles
    from pg_roles r where r.rolname = session_user`;

/**
 * Refuses a login that could go around row-level security: a superuser, one with BYPASSRLS, an owner, or a member of such a role.
 *
 * @throws {OmlaError} DATABASE_PRIVILEGED
 */
export async function assertUnprivileged(client: ClientBase): Promise<void> {
  const { rows } = await client.query<Privileges>(PRIVILEGES);
  const reasons = rows.flatMap(reasonsAgainst);
  if (reasons.length === 0) return;
  throw new OmlaError("DATABASE_PRIVILEGED", `the database login ${rows[0]?.login ?? ""} ${reasons.join(" and ")}`, {
    hint: 'Let DATABASE_URL log in as omla_app, which "omla-server migrate" makes; keep the owner\'s login for migrations.',
    details: { login: rows[0]?.login, reasons },
  });
}

function reasonsAgainst(row: Privileges): string[] {
  return [
    ...(row.is_superuser ? ["is a superuser"] : []),
    ...(row.bypasses_rls ? ["has BYPASSRLS"] : []),
    ...(row.owned.length > 0 ? [`owns ${row.owned.join(", ")}`] : []),
    ...(row.mighty_roles.length > 0 ? [`is a member of ${row.mighty_roles.join(", ")}`] : []),
  ];
}
