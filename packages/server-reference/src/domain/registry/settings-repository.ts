import type { AppContext } from "../../context.ts";

/** Tells the database what this process announces, so that callers behind PostgREST see the same. */
export async function writeRegistryFacts(ctx: AppContext): Promise<void> {
  const { publicUrl, lineagePolicy, limits } = ctx.config;
  const { models, depth, parents, splits } = limits;
  await ctx.db.service((tx) =>
    tx.query("select omla.configure_registry($1, $2, $3)", [publicUrl, lineagePolicy, JSON.stringify({ models, depth, parents, splits })]),
  );
}
