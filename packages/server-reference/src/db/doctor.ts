import type { Database, Tx } from "./database.ts";
import { readMigrations } from "./migration-files.ts";

export interface DatabaseFinding {
  readonly what: string;
  readonly fine: boolean;
  readonly detail: string;
}

/** Checks what the database itself must hold: its version and schema, the walls between roles, and rows that nobody signed. */
export async function examineDatabase(db: Database): Promise<DatabaseFinding[]> {
  const expected = (await readMigrations()).length;
  return db.service(
    async (tx) => [await examineServer(tx), await examineSchema(tx, expected), await examineWalls(tx), await examineRows(tx)],
    {
      readOnly: true,
      statementTimeoutMs: 0,
    },
  );
}

async function examineServer(tx: Tx): Promise<DatabaseFinding> {
  const { rows } = await tx.query<{ version: string; login: string; fsync: string }>(
    "select current_setting('server_version') as version, session_user::text as login, current_setting('fsync') as fsync",
  );
  const { version = "", login = "", fsync = "" } = rows[0] ?? {};
  return { what: "database", fine: fsync === "on", detail: `PostgreSQL ${version}, login ${login}, fsync ${fsync}` };
}

async function examineSchema(tx: Tx, expected: number): Promise<DatabaseFinding> {
  const { rows } = await tx.query<{ applied: number }>("select count(*)::int as applied from omla.schema_version()");
  const applied = rows[0]?.applied ?? 0;
  return { what: "schema", fine: applied === expected, detail: `${applied} of ${expected} migrations` };
}

const WALLS = `
  select 'row-level security is not forced on ' || relname as gap from pg_class
   where relnamespace = 'omla'::regnamespace and relkind in ('r', 'p') and not (relrowsecurity and relforcerowsecurity)
  union all
  select 'the view ' || relname || ' has rights of its own' from pg_class
   where relnamespace = 'public'::regnamespace and relkind = 'v' and relowner = 'omla_owner'::regrole
     and not coalesce(reloptions @> array['security_invoker=true'], false)
  union all
  select r.rolname || ' may write ' || t.name from pg_roles r, unnest(array['models', 'wallets', 'lineage_edges', 'contribution_splits', 'documents', 'audit_log']) as t (name)
   where r.rolname in ('omla_app', 'anon', 'authenticated', 'service_role', 'reviewer', 'payout')
     and has_any_column_privilege(r.oid, ('omla.' || t.name)::regclass, 'insert, update')
  union all
  select 'the trigger ' || tgname || ' is off' from pg_trigger t join pg_class c on c.oid = t.tgrelid
   where c.relnamespace = 'omla'::regnamespace and t.tgenabled <> 'O'
  order by 1`;

async function examineWalls(tx: Tx): Promise<DatabaseFinding> {
  const gaps = (await tx.query<{ gap: string }>(WALLS)).rows.map(({ gap }) => gap);
  return { what: "walls between roles", fine: gaps.length === 0, detail: gaps.length === 0 ? "all stand" : gaps.join("; ") };
}

const SHOWN_ROWS = 5;

async function examineRows(tx: Tx): Promise<DatabaseFinding> {
  const { rows } = await tx.query<{ relation: string; row_key: string }>(
    "select relation, row_key from omla.unsigned_rows() union all select relation, row_key from omla.unsigned_wallet_rails()",
  );
  const shown = rows.slice(0, SHOWN_ROWS).map(({ relation, row_key }) => `${relation} ${row_key}`);
  return {
    what: "signed rows",
    fine: rows.length === 0,
    detail: rows.length === 0 ? "every row says what was signed" : `${rows.length} do not say what was signed: ${shown.join(", ")}`,
  };
}
