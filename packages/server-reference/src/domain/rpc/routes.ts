import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { databaseClaims } from "../../principal.ts";
import { RPC_FUNCTIONS, type RpcFunction } from "./functions.ts";
import { callFunction } from "./repository.ts";

const TIMEOUT_MS = 1_000;

export function rpcRoutes(app: App, ctx: AppContext): void {
  for (const [name, rpc] of Object.entries(RPC_FUNCTIONS)) rpcRoute(app, ctx, name, rpc);
}

function rpcRoute(app: App, ctx: AppContext, name: string, { args, rows, rate, summary }: RpcFunction): void {
  app.post(
    `/rest/v1/rpc/${name}`,
    { config: { access: "anyone", rate }, schema: { tags: ["rpc"], summary, body: args } },
    async (request, reply) => {
      const { role, claims } = databaseClaims(request.principal);
      const given = request.body as Readonly<Record<string, unknown>>;
      const answer = await ctx.db.transaction(role, claims, (tx) => callFunction(tx, name, given, rows), {
        readOnly: true,
        statementTimeoutMs: TIMEOUT_MS,
      });
      return reply.header("cache-control", "public, max-age=60").send(answer);
    },
  );
}
