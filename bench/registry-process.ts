// The registry as its users run it, with one route beside that only asks PostgreSQL for 1, over the same pool.
import { buildApp, createContext, loadConfig } from "@omla/server-reference";
import { reportPeers } from "./report-peers.ts";

const ctx = await createContext(
  loadConfig({
    ...process.env,
    DATABASE_URL: process.env["BENCH_DATABASE_URL"],
    OMLA_JWT_SECRET: "a-secret-of-the-bench-with-more-than-32-characters",
    OMLA_PUBLIC_URL: "https://registry.bench",
    OMLA_LOG_LEVEL: "error",
    // A single address asks more than any rate allows.
    OMLA_LIMIT_RATES: "off",
  }),
);
const app = await buildApp(ctx, {
  routes: (routes) => {
    reportPeers(routes, ctx);
    routes.get("/bench/select-1", { schema: { hide: true } }, async () => (await ctx.db.query("anon", "select 1 as one")).rows);
  },
});
process.stdout.write(`${await app.listen({ host: "127.0.0.1", port: 0 })}\n`);
