import type { FastifyReply, FastifyRequest } from "fastify";
import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { clientNetwork } from "../../plugins/client-network.ts";
import { enforceRate, type RateName } from "../../plugins/rate-limit.ts";
import { createRest, type Rest, type RestAnswer, RestError, type RestRequest } from "../../postgrest/index.ts";
import { companyOf } from "../../principal.ts";
import { applySigned, verifySigned } from "../documents/service.ts";
import { announce } from "../notices/service.ts";
import { registerModel, verifyInput } from "../models/register-service.ts";
import type { RegistrationInput } from "../models/schema.ts";
import { submitReport } from "../reports/service.ts";
import { RPC_FUNCTIONS } from "./functions.ts";
import { registerRawBody } from "./raw-body.ts";
import { readMutationBody, readRegistration, readReportRows } from "./seed-writes.ts";
import { API_SCHEMA, readBack, restRequest } from "./service.ts";
import { MUTATE, signatureRequired, signedAction } from "./signed-tables.ts";

/** `/rest/v1`: every table and function of the exposed schema in PostgREST's dialect, and the writes that the seeds name. */
export async function restRoutes(app: App, ctx: AppContext): Promise<void> {
  const rest = createRest({ db: ctx.db, schema: API_SCHEMA });
  await app.register((scope: App, _options, done) => {
    registerRawBody(scope);
    scope.setErrorHandler((error, _request, reply) => answerRefusal(error, reply));
    functionRoutes(scope, rest);
    tableRoutes(scope, ctx, rest);
    registrationRoute(scope, ctx, rest);
    reportRoute(scope, ctx, rest);
    done();
  });
}

function functionRoutes(app: App, rest: Rest): void {
  const call = async (request: FastifyRequest, reply: FastifyReply, name: string): Promise<FastifyReply> =>
    send(request, reply, await rest.routine(restRequest(request, name)), "public, max-age=60");
  for (const [name, { args, rate, summary }] of Object.entries(RPC_FUNCTIONS)) {
    const [url, config, tags] = [`/rest/v1/rpc/${name}`, { access: "anyone", rate } as const, ["rpc"]];
    app.get(url, { config, schema: { tags, summary } }, (request, reply) => call(request, reply, name));
    app.post(url, { config, schema: { tags, summary, body: args } }, (request, reply) => call(request, reply, name));
  }
  app.route<{ Params: { name: string } }>({
    method: ["GET", "POST", "PUT", "PATCH", "DELETE"],
    url: "/rest/v1/rpc/:name",
    config: { access: "anyone", rate: "read" },
    schema: { hide: true },
    handler: (request, reply) => call(request, reply, request.params.name),
  });
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
  app.route<{ Params: { table: string } }>({
    method: ["POST", "PUT", "PATCH", "DELETE"],
    url: "/rest/v1/:table",
    config: { access: "anyone", rate: "mutation" },
    schema: { hide: true },
    handler: async (request, reply) => {
      const { table } = request.params;
      if (request.method === "PATCH" && signedAction(table, "PATCH") === MUTATE) {
        const changed = await changeBySignature(ctx, rest, restRequest(request, table));
        if (changed !== undefined) return send(request, reply, changed, undefined);
      }
      const refusal = signatureRequired(table, request.method);
      if (refusal !== undefined) throw refusal;
      return send(request, reply, await rest.table(restRequest(request, table)), undefined);
    },
  });
}

/** The document says what changes; the filters only choose what is read back. */
async function changeBySignature(ctx: AppContext, rest: Rest, asked: RestRequest): Promise<RestAnswer | undefined> {
  const input = readMutationBody(asked.body);
  if (input === undefined) return undefined;
  const verified = await verifySigned(ctx, ["mutation"], input);
  await ctx.queue.ready();
  await ctx.db.service(async (tx) => {
    await announce(ctx, tx, verified.type, await applySigned(tx, verified));
  });
  if (!/\breturn=representation\b/.test(asked.headers["prefer"] ?? "")) return { status: 204, headers: {}, body: undefined };
  return rest.table({ ...asked, method: "GET", body: "" });
}

/** A form of strangers, where the registry is configured for it. */
const REGISTRATION = { access: "anyone", rate: "register", turnstile: true } as const;

function registrationRoute(app: App, ctx: AppContext, rest: Rest): void {
  app.post(
    "/rest/v1/models",
    {
      bodyLimit: ctx.config.limits.reportBodyBytes,
      config: REGISTRATION,
      schema: { tags: ["tables"], summary: "Register a model by its signed document" },
      preValidation: async (request) => {
        request.body = readRegistration(typeof request.body === "string" ? request.body : "");
      },
    },
    async (request, reply) => {
      const verified = await verifyInput(ctx, request.body as RegistrationInput);
      await ctx.db.service((tx) => registerModel(tx, verified));
      return send(request, reply, await readBack(rest, restRequest(request, "models"), `id=eq.${verified.document.model_id}`), undefined);
    },
  );
}

function reportRoute(app: App, ctx: AppContext, rest: Rest): void {
  app.post(
    "/rest/v1/usage_reports",
    {
      bodyLimit: ctx.config.limits.reportBodyBytes,
      config: { access: "company", rate: "report" },
      schema: { tags: ["tables"], summary: "File the lines of a quarter", security: [{ company: [] }] },
    },
    async (request, reply) => {
      const company = companyOf(request.principal);
      const asked = restRequest(request, "usage_reports");
      const input = readReportRows(asked.body, company.companyId);
      const { receipt } = await ctx.db.service((tx) => submitReport(ctx, tx, company, input));
      return send(request, reply, await readBack(rest, asked, `submission_id=eq.${receipt.submission_id}`), undefined);
    },
  );
}

async function limited(ctx: AppContext, request: FastifyRequest, rate: RateName): Promise<void> {
  if (ctx.config.limits.rates) await enforceRate(ctx, rate, clientNetwork(request.ip));
}

function send(
  request: FastifyRequest,
  reply: FastifyReply,
  { status, headers, body }: RestAnswer,
  cacheable: string | undefined,
): FastifyReply {
  const isAnonymous = request.principal.kind === "anonymous";
  const cache = isAnonymous ? cacheable : "private, no-store";
  reply.code(status).headers(headers).header("vary", "authorization, apikey, accept, prefer, range");
  if (cache !== undefined) reply.header("cache-control", cache);
  return reply.send(body);
}

/** The dialect's refusals in its own form; all others as everywhere, which has the same members and a request id. */
function answerRefusal(error: unknown, reply: FastifyReply): FastifyReply {
  if (!(error instanceof RestError)) throw error;
  const body = JSON.stringify(error.toBody());
  return reply.code(error.status).header("cache-control", "no-store").type("application/json; charset=utf-8").send(body);
}
