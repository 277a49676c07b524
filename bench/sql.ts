import { interleavedRatio, type Row } from "./measure.ts";
import { type BenchClient, fillLineage, PLAIN_PASS, startRegistry } from "./sql-registry.ts";

const MODELS = 10_000;

/** The stored split resolution against a plain pass in plpgsql over the same tables, which checks nothing, round trips included, and its growth. */
export async function sqlBench(): Promise<Row[]> {
  const registry = await startRegistry();
  try {
    return await registry.admin.run(async (client) => {
      await client.query(PLAIN_PASS);
      const large = await fillLineage(client, MODELS);
      const small = await fillLineage(client, MODELS / 10);
      await assertEqual(client, small);
      const ours = (target: string) => () => client.query("select * from public.resolve_splits($1)", [target]);
      const peer = () => client.query("select * from plain_pass($1)", [large]);
      const { rows } = await client.query<{ version: string }>("select current_setting('server_version') as version");
      const row = { size: "10^4 models", peerVersion: `PostgreSQL ${rows[0]?.version ?? ""}` };
      return [
        {
          ...row,
          name: "resolve_splits in SQL",
          peer: "plpgsql single pass",
          ratio: await interleavedRatio(ours(large), peer, { rounds: 11 }),
          goal: 1,
        },
        {
          ...row,
          name: "resolve_splits in SQL, growth",
          peer: "itself at 10^3",
          ratio: await interleavedRatio(ours(large), ours(small), { rounds: 11 }),
          goal: 15,
        },
      ];
    });
  } finally {
    await registry.stop();
  }
}

/** A peer that computes something else would prove nothing. */
async function assertEqual(client: BenchClient, target: string): Promise<void> {
  const ours = await client.query("select wallet_address as wallet, share from public.resolve_splits($1) order by 1", [target]);
  const peer = await client.query("select wallet, share::text from plain_pass($1) order by 1", [target]);
  if (JSON.stringify(ours.rows) !== JSON.stringify(peer.rows)) throw new Error("the plain pass gives other shares");
}
