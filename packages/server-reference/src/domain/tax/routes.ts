import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { taxStandings } from "./held-service.ts";
import { taxStandingsAnswer } from "./schema.ts";

export function taxRoutes(app: App, ctx: AppContext): void {
  app.get(
    "/functions/v1/held-for-tax",
    {
      config: { access: "session", rate: "read" },
      schema: {
        tags: ["payments"],
        security: [{ session: [] }],
        summary: "What the wallets of this session's key were paid this year, what is held from them, and for which form and threshold",
        response: { 200: taxStandingsAnswer },
      },
    },
    async ({ principal }, reply) => {
      const now = ctx.clock.now();
      const pubkey = principal.kind === "session" ? principal.claims.pubkey : undefined;
      const wallets = pubkey === undefined ? [] : await ctx.db.service((tx) => taxStandings(tx, pubkey, now));
      reply.header("cache-control", "private, no-store");
      return { year: now.getUTCFullYear(), wallets };
    },
  );
}
