import * as z from "zod";
import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { writeOnce } from "../../plugins/idempotency.ts";
import { boardOf } from "../../principal.ts";
import { ACT, ACT_FRESH, doc, READ } from "../admin/route-options.ts";
import { PAGE } from "../board/schema.ts";
import { withoutWords } from "../cases/without-words.ts";
import { boardView, decideAudit, listForBoard, requestByBoard } from "./board-service.ts";
import { auditAnswer, boardAudit, boardAuditList, decideAuditInput, requestAuditInput } from "./schema.ts";

const noun = "audits";
const ID = z.strictObject({ id: z.uuid() });
const query = z.strictObject({ status: z.enum(["open", "all"]).default("open"), ...PAGE });

export function adminUsageAuditRoutes(app: App, ctx: AppContext): void {
  app.get(
    "/admin/v1/audits",
    { config: READ, schema: { ...doc(noun, "Audits, the longest waiting first"), querystring: query, response: { 200: boardAuditList } } },
    async ({ query: { status, ...page } }) => ({
      audits: await ctx.db.service((tx) => listForBoard(tx, { open: status === "open", ...page })),
    }),
  );
  app.get(
    "/admin/v1/audits/:id",
    { config: READ, schema: { ...doc(noun, "One audit with its answer and files"), params: ID, response: { 200: boardAudit } } },
    async (request) => ctx.db.service((tx) => boardView(tx, request.params.id)),
  );
  app.post(
    "/admin/v1/audits",
    {
      config: ACT,
      schema: { ...doc(noun, "Ask a company for the evidence behind a line"), body: requestAuditInput, response: { 201: auditAnswer } },
    },
    async (request, reply) => {
      const { memberId } = boardOf(request.principal);
      await ctx.queue.ready();
      return writeOnce(ctx, request, reply, async (tx) => ({ status: 201, body: await requestByBoard(ctx, tx, memberId, request.body) }));
    },
  );
  app.post(
    "/admin/v1/audits/:id/decide",
    {
      config: ACT_FRESH,
      schema: {
        ...doc(noun, "Compel, waive, dismiss, or uphold with other figures"),
        params: ID,
        body: decideAuditInput,
        response: { 200: boardAudit },
      },
    },
    async (request, reply) => {
      await ctx.queue.ready();
      const [{ memberId }, { id }, input] = [boardOf(request.principal), request.params, request.body];
      return writeOnce(ctx, request, reply, async (tx) => {
        const body = await decideAudit(ctx, tx, memberId, id, input);
        return { status: 200, body, remembered: withoutWords(body) };
      });
    },
  );
}
