import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { writeOnce } from "../../plugins/idempotency.ts";
import { companyOf } from "../../principal.ts";
import { assertConfirmed } from "../companies/standing.ts";
import { dueAnswer, whatIsDue } from "./due-service.ts";
import { receipt, reportInput } from "./schema.ts";
import { amendReport, quoteReport, submitReport } from "./service.ts";

const tags = ["reports"];
const security = [{ company: [] }];

export function reportRoutes(app: App, ctx: AppContext): void {
  const bodyLimit = ctx.config.limits.reportBodyBytes;
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
    async (request) => ctx.db.service((tx) => quoteReport(ctx, tx, companyOf(request.principal), request.body)),
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
    async (request, reply) => {
      const company = companyOf(request.principal);
      assertConfirmed(ctx, company);
      return writeOnce(ctx, request, reply, async (tx) => {
        const { created, receipt: body } = await submitReport(ctx, tx, company, request.body);
        return { status: created ? 201 : 200, body };
      });
    },
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
    async (request, reply) => {
      const company = companyOf(request.principal);
      assertConfirmed(ctx, company);
      return writeOnce(ctx, request, reply, async (tx) => ({
        status: 201,
        body: (await amendReport(ctx, tx, company, request.body)).receipt,
      }));
    },
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
