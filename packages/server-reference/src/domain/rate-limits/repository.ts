import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";

export interface HitCount {
  readonly hits: number;
  readonly retryAfterSeconds: number;
}

/** Counts one hit in a window that begins with its first hit; one statement, so that two processes count together. */
export async function countHit(ctx: AppContext, key: string, windowSeconds: number): Promise<HitCount> {
  const query = { name: "count_hit", text: COUNT_HIT, values: [key, windowSeconds] };
  const { rows } = await ctx.db.query<{ hits: number; seconds: number }>("service_role", query);
  const [row] = rows;
  if (row === undefined) throw new TypeError("an upsert returns its row");
  return { hits: row.hits, retryAfterSeconds: row.seconds };
}

const COUNT_HIT = `
  insert into omla.rate_limits as r (key, hits, reset_at) values ($1, 1, omla.now() + $2::int * interval '1 second')
  on conflict (key) do update
    set hits = case when r.reset_at <= omla.now() then 1 else r.hits + 1 end,
        reset_at = case when r.reset_at <= omla.now() then excluded.reset_at else r.reset_at end
  returning hits, ceil(greatest(0, extract(epoch from reset_at - omla.now())))::int as seconds`;

/** What was counted in the window that is open, without counting. */
export async function peekHits(ctx: AppContext, key: string): Promise<HitCount> {
  const { rows } = await ctx.db.service((tx) =>
    tx.query<{ hits: number; seconds: number }>(
      "select hits, ceil(extract(epoch from reset_at - omla.now()))::int as seconds from omla.rate_limits where key = $1 and reset_at > omla.now()",
      [key],
    ),
  );
  return { hits: rows[0]?.hits ?? 0, retryAfterSeconds: rows[0]?.seconds ?? 0 };
}

/** Forgets windows that are over. */
export async function deleteEndedWindows(tx: Tx): Promise<void> {
  await tx.query("delete from omla.rate_limits where reset_at < omla.now() - interval '1 hour'");
}
