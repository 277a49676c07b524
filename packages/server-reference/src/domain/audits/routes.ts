import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { writeOnce } from "../../plugins/idempotency.ts";
import { companyOf } from "../../principal.ts";
import { partyOf } from "../cases/party.ts";
import { withoutWords } from "../cases/without-words.ts";
import { auditAnswer, auditList, requestAuditInput, respondAuditInput } from "./schema.ts";
import { listAudits, requestAudit, respondAudit } from "./service.ts";

const tags = ["audits"];

export function auditRoutes(app: App, ctx: AppContext): void {
  app.post(
    "/functions/v1/request-audit",
    {
      config: { access: "session", rate: "case" },
      schema: {
        tags,
        security: [{ session: [] }],
        summary: "Ask for the evidence behind a line that you are paid through; 14 days to answer",
        body: requestAuditInput,
        response: { 201: auditAnswer },
      },
    },
    async (request, reply) => {
      const party = await partyOf(request.principal);
      await ctx.queue.ready();
      return writeOnce(ctx, request, reply, async (tx) => {
        const body = await requestAudit(ctx, tx, party, request.body);
        return { status: 201, body, remembered: withoutWords(body) };
      });
    },
  );
  app.post(
    "/functions/v1/respond-audit",
    {
      bodyLimit: ctx.config.limits.evidenceBodyBytes,
      config: { access: "live company", rate: "case" },
      schema: {
        tags,
        security: [{ company: [] }],
        summary: "Answer an audit with evidence",
        body: respondAuditInput,
        response: { 200: auditAnswer },
      },
    },
    async (request, reply) => {
      const { companyId } = companyOf(request.principal);
      await ctx.queue.ready();
      return writeOnce(ctx, request, reply, async (tx) => {
        const body = await respondAudit(ctx, tx, companyId, request.body);
        return { status: 200, body, remembered: withoutWords(body) };
      });
    },
  );
  app.get(
    "/functions/v1/audits",
    {
      config: { access: "anyone", rate: "quote" },
      schema: {
        tags,
        security: [{ company: [] }, { session: [] }],
        summary: "The audits that you asked for, and as a company those of your lines",
        response: { 200: auditList },
      },
    },
    async (request) => {
      const party = await partyOf(request.principal);
      return { audits: await ctx.db.service((tx) => listAudits(tx, party)) };
    },
  );
}
