import type { Tx } from "../db/database.ts";
import type { Catalogue, Column, Relation, Routine } from "./catalogue.ts";
import { type Constraint, type NumberedRelation, primaryKeyOf, relationshipsOf, uniqueKeys } from "./relationships.ts";
import { viewColumns } from "./view-columns.ts";

const RELATIONS = `
select c.oid::text as oid, c.relname::text as name, n.nspname = $1 as exposed,
       json_agg(json_build_object('number', a.attnum, 'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
         'default', case when a.attgenerated <> '' then null
                         when a.attidentity <> '' then (select format('nextval(%L)', format('%I.%I', sn.nspname, s.relname))
                           from pg_depend o join pg_class s on s.oid = o.objid and s.relkind = 'S' join pg_namespace sn on sn.oid = s.relnamespace
                          where o.refobjid = c.oid and o.refobjsubid = a.attnum and o.deptype = 'i')
                         else pg_get_expr(d.adbin, d.adrelid) end) order by a.attnum) as columns,
       (select r.ev_action::text from pg_rewrite r where r.ev_class = c.oid and r.ev_type = '1' and c.relkind in ('v', 'm')) as rule
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
 where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname <> 'information_schema' and n.nspname not like 'pg\\_%'
   and (n.nspname = $1 or c.relkind in ('v', 'm'))
 group by c.oid, n.nspname order by c.relname collate "C"`;

const CONSTRAINTS = `
select k.conname::text as name, k.contype::text as type, k.conrelid::text as table, k.confrelid::text as target,
       to_json(k.conkey) as columns, to_json(k.confkey) as target_columns
  from pg_constraint k
 where k.contype in ('p', 'u', 'f') and k.conparentid = 0 order by k.conname collate "C"`;

const ROUTINES = `
select p.proname::text as name, p.provolatile <> 'v' as read_only, p.proretset as returns_set, p.prorettype::regtype::text as returns,
       t.typtype = 'c' as returns_composite, nullif(t.typrelid, 0)::text as returns_relation, p.pronargs as inputs, p.pronargdefaults as defaults,
       coalesce((select json_agg(json_build_object('name', coalesce(p.proargnames[i], ''), 'type', format_type(a.oid, null),
                                           'mode', coalesce(p.proargmodes[i]::text, 'i')) order by i)
          from unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) with ordinality as a (oid, i)), '[]') as args
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_type t on t.oid = p.prorettype
 where n.nspname = $1 and p.prokind = 'f' and p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)
 order by p.proname collate "C", p.oid`;

interface RelationRow {
  readonly oid: string;
  readonly name: string;
  readonly exposed: boolean;
  readonly columns: readonly { number: number; name: string; type: string; default: string | null }[];
  readonly rule: string | null;
}

interface RoutineRow {
  readonly name: string;
  readonly read_only: boolean;
  readonly returns_set: boolean;
  readonly returns: string;
  readonly returns_composite: boolean;
  readonly returns_relation: string | null;
  readonly inputs: number;
  readonly defaults: number;
  readonly args: readonly { name: string; type: string; mode: string }[];
}

/** Reads what the exposed schema holds; any role may. */
export async function loadCatalogue(tx: Tx, schema: string): Promise<Catalogue> {
  const rows = (await tx.query<RelationRow>(RELATIONS, [schema])).rows;
  const constraints = (await tx.query<Constraint>(CONSTRAINTS)).rows;
  const routineRows = (await tx.query<RoutineRow>(ROUTINES, [schema])).rows;
  const relations = relationsOf(rows, constraints);
  const byOid = new Map(rows.filter((row) => row.exposed).map((row) => [row.oid, row.name]));
  const routines = new Map<string, Routine[]>();
  for (const row of routineRows) {
    const rowsLike = row.returns_relation === null ? undefined : relations.get(byOid.get(row.returns_relation) ?? "");
    routines.set(row.name, [...(routines.get(row.name) ?? []), routineOf(row, rowsLike)]);
  }
  return { schema, relations, routines };
}

function relationsOf(rows: readonly RelationRow[], constraints: readonly Constraint[]): Map<string, Relation> {
  const origins = originsOf(rows);
  const numbered: NumberedRelation[] = rows
    .filter((row) => row.exposed)
    .map((row) => ({ name: row.name, columnsByOrigin: origins.get(row.oid) ?? new Map() }));
  const uniques = uniqueKeys(constraints);
  const primaryKeys = constraints.filter(({ type }) => type === "p");
  const relations = rows
    .filter((row) => row.exposed)
    .map((row, at): [string, Relation] => {
      const here = numbered[at] as NumberedRelation;
      const columns = new Map(
        row.columns.map((column): [string, Column] => [column.name, { ...column, default: column.default ?? undefined }]),
      );
      const relationships = relationshipsOf(here, numbered, constraints, uniques);
      return [row.name, { name: row.name, columns, primaryKey: primaryKeyOf(here, primaryKeys), relationships }];
    });
  return new Map(relations);
}

/** For each table and view: which of its columns shows a column of a table, the name by `table.number`. */
function originsOf(rows: readonly RelationRow[]): Map<string, Map<string, string>> {
  const views = new Map(rows.flatMap((row) => (row.rule === null ? [] : [[row.oid, row] as const])));
  const parsed = new Map([...views].map(([oid, row]) => [oid, viewColumns(row.rule ?? "")]));
  const origin = (table: string, column: number): string | undefined => {
    const view = views.get(table);
    if (view === undefined) return `${table}.${column}`;
    const name = view.columns.find(({ number }) => number === column)?.name;
    const inner = parsed.get(table)?.find((candidate) => candidate.name === name);
    return inner === undefined ? undefined : origin(inner.originTable, inner.originColumn);
  };
  return new Map(
    rows.map((row) => {
      const shown = new Map<string, string>();
      for (const { number, name } of row.columns) {
        const key = origin(row.oid, number);
        if (key !== undefined && !shown.has(key)) shown.set(key, name);
      }
      return [row.oid, shown];
    }),
  );
}

function routineOf(row: RoutineRow, relation: Relation | undefined): Routine {
  const inputs = row.args.filter(({ mode }) => mode === "i" || mode === "b" || mode === "v");
  const outputs = row.args.filter(({ mode }) => mode === "t" || mode === "o" || mode === "b");
  const required = inputs.length - row.defaults;
  const isRecord = row.returns_composite || row.returns === "record";
  return {
    name: row.name,
    args: inputs.map(({ name, type, mode }, at) => ({ name, type, isRequired: at < required, isVariadic: mode === "v" })),
    isReadOnly: row.read_only,
    returns: row.returns === "void" ? "void" : isRecord ? "record" : "scalar",
    returnsSet: row.returns_set,
    rows: relation ?? (isRecord && outputs.length > 0 ? outputRelation(row.name, outputs) : undefined),
  };
}

function outputRelation(name: string, outputs: readonly { name: string; type: string }[]): Relation {
  const columns = outputs.map((output): [string, Column] => [output.name, { ...output, default: undefined }]);
  return { name, columns: new Map(columns), primaryKey: [], relationships: [] };
}
