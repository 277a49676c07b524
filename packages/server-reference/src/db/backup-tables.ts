import type { ClientBase } from "pg";

export interface BackupTable {
  readonly name: string;
  /** Those that are stored; what the database computes by itself is left out. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

interface TableRow extends BackupTable {
  readonly needs: readonly string[];
}

const TABLES = `
  select c.relname as name,
         (select jsonb_agg(jsonb_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)) order by a.attnum)
            from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
         array(select distinct f.relname::text from pg_constraint k join pg_class f on f.oid = k.confrelid
                where k.conrelid = c.oid and k.contype = 'f' and f.oid <> c.oid) as needs
    from pg_class c where c.relnamespace = 'omla'::regnamespace and c.relkind = 'r' and c.relname <> 'schema_migrations' order by c.relname`;

/** Every table of the registry, each after those that its rows refer to. */
export async function readBackupTables(client: ClientBase): Promise<BackupTable[]> {
  const { rows } = await client.query<TableRow>(TABLES);
  const ordered: TableRow[] = [];
  const waiting = [...rows];
  while (waiting.length > 0) {
    const done = new Set(ordered.map(({ name }) => name));
    const next = waiting.findIndex(({ needs }) => needs.every((name) => done.has(name)));
    if (next < 0) throw new Error(`tables refer to each other in a circle: ${waiting.map(({ name }) => name).join(", ")}`);
    ordered.push(...waiting.splice(next, 1));
  }
  return ordered.map(({ name, columns }) => ({ name, columns }));
}

export interface SequenceState {
  readonly name: string;
  readonly value: string;
  readonly is_called: boolean;
}

/** Where every sequence stands. */
export async function sequencesOf(client: ClientBase): Promise<SequenceState[]> {
  const { rows: names } = await client.query<{ name: string }>(
    "select relname as name from pg_class where relnamespace = 'omla'::regnamespace and relkind = 'S' order by 1",
  );
  const states: SequenceState[] = [];
  for (const { name } of names) {
    const { rows } = await client.query<{ value: string; is_called: boolean }>(`select last_value as value, is_called from omla."${name}"`);
    const [state] = rows;
    if (state !== undefined) states.push({ name, ...state });
  }
  return states;
}
