import type { FastifyReply, FastifyRequest } from "fastify";
import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { once, tellRepeated } from "../../plugins/idempotency.ts";
import { limitByKey } from "../../plugins/rate-limit.ts";
import type { Rest, RestAnswer, RestRequest } from "../../postgrest/index.ts";
import { companyOf } from "../../principal.ts";
import { assertConfirmed } from "../companies/standing.ts";
import { applySigned, verifySigned } from "../documents/service.ts";
import { registerModel, verifyInput } from "../models/register-service.ts";
import type { RegistrationInput } from "../models/schema.ts";
import { announce } from "../notices/service.ts";
import { submitReport } from "../reports/service.ts";
import { send } from "./reply.ts";
import { readMutationBody, readReportRows, readPatch, readRegistration } from "./seed-writes.ts";
import { readBack, restRequest } from "./service.ts";
import { MUTATE, signatureRequired, signedAction } from "./signed-tables.ts";
import { signedWalletRow } from "./wallet-row.ts";

/** The writes of tables: those of signed documents go the documents' way, all others are the database's to allow. */
export function writeRoutes(app: App, ctx: AppContext, rest: Rest): void {
  app.route<{ Params: { table: string } }>({
    method: ["POST", "PUT", "PATCH", "DELETE"],
    url: "/rest/v1/:table",
    config: { access: "anyone", rate: "mutation" },
    schema: { hide: true },
    handler: async (request, reply) => {
      const { table } = request.params;
      const asked = restRequest(request, table);
      if (request.method === "PATCH" && signedAction(table, "PATCH") === MUTATE) {
        const changed = await changeBySignature(ctx, rest, asked, { request, reply });
        if (changed !== undefined) return send(request, reply, changed, undefined);
      }
      const refusal = signatureRequired(table, request.method);
      if (refusal !== undefined) throw refusal;
      return send(request, reply, await rest.table(asked), undefined);
    },
  });
  registrationRoute(app, ctx, rest);
  reportRoute(app, ctx, rest);
}

interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** The document says what changes; the filters only choose what is read back. */
async function changeBySignature(
  ctx: AppContext,
  rest: Rest,
  asked: RestRequest,
  { request, reply }: Exchange,
): Promise<RestAnswer | undefined> {
  const input =
    readMutationBody(asked.body) ?? (asked.target === "wallets" ? await signedWalletRow(ctx, asked, readPatch(asked.body)) : undefined);
  if (input === undefined) return undefined;
  const verified = await verifySigned(ctx, ["mutation"], input);
  await ctx.queue.ready();
  const done = await limitByKey(ctx, verified.document.signer, () =>
    once(ctx, request, asked.body, async (tx) => {
      const body = await applySigned(tx, verified);
      await announce(ctx, tx, verified.type, body);
      return { status: 200, body };
    }),
  );
  tellRepeated(reply, done);
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
      const done = await once(ctx, request, request.body, async (tx) => ({ status: 201, body: await registerModel(tx, verified) }));
      const written = await readBack(rest, restRequest(request, "models"), `id=eq.${done.body.model_id}`);
      return send(request, tellRepeated(reply, done), written, undefined);
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
      assertConfirmed(ctx, company);
      const asked = restRequest(request, "usage_reports");
      const input = readReportRows(asked.body, company.companyId);
      const done = await once(ctx, request, input, async (tx) => {
        const { receipt } = await submitReport(ctx, tx, company, input);
        return { status: 201, body: { submission_id: receipt.submission_id } };
      });
      const written = await readBack(rest, asked, `submission_id=eq.${done.body.submission_id}`);
      return send(request, tellRepeated(reply, done), written, undefined);
    },
  );
}
