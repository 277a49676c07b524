import type { FastifyReply, FastifyRequest } from "fastify";
import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { claimOf, repeatedAnswer, tellRepeated } from "../../plugins/idempotency.ts";
import { companyOf } from "../../principal.ts";
import { assertConfirmed } from "../companies/standing.ts";
import { dueAnswer, whatIsDue } from "./due-service.ts";
import { createFilingDesk, type FilingDesk } from "./filing-desk.ts";
import { type ReportInput, receipt, reportInput } from "./schema.ts";
import { type FilingAct, quoteReport } from "./service.ts";

const tags = ["reports"];
const security = [{ company: [] }];

export function reportRoutes(app: App, ctx: AppContext): void {
  const bodyLimit = ctx.config.limits.reportBodyBytes;
  const desk = createFilingDesk(ctx);
  app.post(
    "/functions/v1/quote",
    {
      bodyLimit,
      config: { access: "company", rate: "quote" },
      schema: {
        tags,
        security,
        summary: "The figures of a report before it is filed; writes nothing",
        body: reportInput,
        response: { 200: receipt },
      },
    },
    async (request) => quoteReport(ctx, companyOf(request.principal), request.body),
  );
  app.post(
    "/functions/v1/submit-report",
    {
      bodyLimit,
      config: { access: "company", rate: "report" },
      schema: {
        tags,
        security,
        summary: "File a quarter; no entries make the nil report",
        body: reportInput,
        response: { 200: receipt, 201: receipt },
      },
    },
    async (request, reply) => handIn(ctx, desk, "submit", request, reply),
  );
  app.post(
    "/functions/v1/amend-report",
    {
      bodyLimit,
      config: { access: "company", rate: "report" },
      schema: {
        tags,
        security,
        summary: "File a new version of a quarter; only the difference flows",
        body: reportInput,
        response: { 201: receipt },
      },
    },
    async (request, reply) => handIn(ctx, desk, "amend", request, reply),
  );
  app.post(
    "/functions/v1/due",
    {
      config: { access: "company", rate: "quote" },
      schema: { tags, security, summary: "What is due when: reports and payments", response: { 200: dueAnswer } },
    },
    async (request) => ctx.db.service((tx) => whatIsDue(ctx, tx, companyOf(request.principal))),
  );
}

/** Files for the company that asks, once per idempotency key. */
export async function handIn(
  ctx: AppContext,
  desk: FilingDesk,
  act: FilingAct,
  request: FastifyRequest<{ Body: ReportInput }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const company = companyOf(request.principal);
  assertConfirmed(ctx, company);
  const claim = await claimOf(request, request.body);
  const filed = await desk.file(act, company, request.body, claim);
  if (!("earlier" in filed)) return reply.code(filed.created ? 201 : 200).send(filed.receipt);
  if (claim === undefined) throw new TypeError("nothing is remembered without a key");
  const answer = repeatedAnswer(filed.earlier, claim);
  return tellRepeated(reply, answer).code(answer.status).send(answer.body);
}
