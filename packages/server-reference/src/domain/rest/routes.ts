import type { FastifyReply, FastifyRequest } from "fastify";
import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { clientNetwork } from "../../plugins/client-network.ts";
import { enforceRate, type RateName } from "../../plugins/rate-limit.ts";
import { createRest, type Rest } from "../../postgrest/index.ts";
import { type AnswerCache, createAnswerCache, etagOf } from "./answer-cache.ts";
import { RPC_FUNCTIONS } from "./functions.ts";
import { registerRawBody } from "./raw-body.ts";
import { answerRefusal, send } from "./reply.ts";
import { API_SCHEMA, restRequest } from "./service.ts";
import { writeRoutes } from "./write-routes.ts";

/** `/rest/v1`: every table and function of the exposed schema in PostgREST's dialect, and the writes that the seeds name. */
export async function restRoutes(app: App, ctx: AppContext): Promise<void> {
  const rest = createRest({ db: ctx.db, schema: API_SCHEMA });
  const cache = createAnswerCache(ctx.clock, ctx.config.answerCacheSeconds * 1_000);
  app.addHook("onResponse", (request, _reply, done) => {
    if (isWrite(request)) cache.clear();
    done();
  });
  reloadWhenTold(app, ctx, rest);
  await app.register((scope: App, _options, done) => {
    registerRawBody(scope);
    scope.setErrorHandler((error, _request, reply) => answerRefusal(error, reply));
    functionRoutes(scope, rest, cache);
    tableRoutes(scope, ctx, rest);
    writeRoutes(scope, ctx, rest);
    done();
  });
}

function isWrite({ method, routeOptions }: FastifyRequest): boolean {
  return method !== "GET" && method !== "HEAD" && method !== "OPTIONS" && routeOptions.url?.startsWith("/rest/v1/rpc/") !== true;
}

/** As PostgREST does: `notify pgrst` after a change of the schema, which `migrate` sends by itself. */
function reloadWhenTold(app: App, ctx: AppContext, rest: Rest): void {
  let stop = async (): Promise<void> => undefined;
  app.addHook("onReady", async () => {
    stop = await ctx.db.listen("pgrst", (payload) => {
      if (payload === "" || payload === "reload schema") rest.reload();
    });
  });
  app.addHook("onClose", async () => stop());
}

const KEPT_BY_ANYBODY = "public, max-age=60";

function functionRoutes(app: App, rest: Rest, cache: AnswerCache): void {
  const call = async (request: FastifyRequest, reply: FastifyReply, name: string): Promise<FastifyReply> => {
    const statementTimeoutMs = Object.hasOwn(RPC_FUNCTIONS, name) ? RPC_FUNCTIONS[name]?.timeoutMs : undefined;
    const ask = () => rest.routine({ ...restRequest(request, name), ...(statementTimeoutMs === undefined ? {} : { statementTimeoutMs }) });
    const question = questionOf(request);
    const known = question === undefined ? undefined : cache.get(question);
    if (known !== undefined) return send(request, reply, known, KEPT_BY_ANYBODY);
    const answer = await ask();
    if (question === undefined || answer.status !== 200 || answer.body === undefined) return send(request, reply, answer, KEPT_BY_ANYBODY);
    const kept = { ...answer, etag: etagOf(answer.body) };
    cache.set(question, kept);
    return send(request, reply, kept, KEPT_BY_ANYBODY);
  };
  for (const [name, { args, rate, summary, answer }] of Object.entries(RPC_FUNCTIONS)) {
    const [url, config, tags] = [`/rest/v1/rpc/${name}`, { access: "anyone", rate } as const, ["rpc"]];
    const said = { tags, summary, ...(answer === undefined ? {} : { response: { 200: answer } }) };
    app.get(url, { config, schema: said }, (request, reply) => call(request, reply, name));
    app.post(url, { config, schema: { ...said, body: args } }, (request, reply) => call(request, reply, name));
  }
  app.route<{ Params: { name: string } }>({
    method: ["GET", "POST", "PUT", "PATCH", "DELETE"],
    url: "/rest/v1/rpc/:name",
    config: { access: "anyone", rate: "read" },
    schema: { hide: true },
    handler: (request, reply) => call(request, reply, request.params.name),
  });
}

/** What a stranger asks by GET, in all that its answer depends on; undefined for every other request. */
function questionOf({ method, url, headers, principal }: FastifyRequest): string | undefined {
  if (method !== "GET" || principal.kind !== "anonymous") return undefined;
  const read = ["accept", "prefer", "range", "accept-profile", "content-profile"].map((name) => headers[name] ?? "");
  return [url, ...read].join("\n");
}

function tableRoutes(app: App, ctx: AppContext, rest: Rest): void {
  app.get<{ Params: { table: string } }>(
    "/rest/v1/:table",
    { config: { access: "anyone", rate: "read" }, schema: { tags: ["tables"], summary: "Rows of a table, in PostgREST's dialect" } },
    async (request, reply) => {
      if (/\b(i?like)\./.test(request.url)) await limited(ctx, request, "search");
      return send(request, reply, await rest.table(restRequest(request, request.params.table)), undefined);
    },
  );
}

async function limited(ctx: AppContext, request: FastifyRequest, rate: RateName): Promise<void> {
  if (ctx.config.limits.rates) await enforceRate(ctx, rate, clientNetwork(request.ip));
}
