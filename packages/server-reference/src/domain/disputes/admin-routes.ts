import * as z from "zod";
import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { writeOnce } from "../../plugins/idempotency.ts";
import { boardOf } from "../../principal.ts";
import { ACT_FRESH, doc, READ } from "../admin/route-options.ts";
import { PAGE } from "../board/schema.ts";
import { withoutWords } from "../cases/without-words.ts";
import { boardView, decideDispute, listForBoard } from "./board-service.ts";
import { boardDispute, boardDisputeList, decideDisputeInput } from "./schema.ts";

const noun = "disputes";
const ID = z.strictObject({ id: z.uuid() });
const query = z.strictObject({ status: z.enum(["open", "all"]).default("open"), ...PAGE });

export function adminDisputeRoutes(app: App, ctx: AppContext): void {
  app.get(
    "/admin/v1/disputes",
    {
      config: READ,
      schema: { ...doc(noun, "Disputes, the longest waiting first"), querystring: query, response: { 200: boardDisputeList } },
    },
    async ({ query: { status, ...page } }) => ({
      disputes: await ctx.db.service((tx) => listForBoard(tx, { open: status === "open", ...page })),
    }),
  );
  app.get(
    "/admin/v1/disputes/:id",
    { config: READ, schema: { ...doc(noun, "One dispute with what was written and sent"), params: ID, response: { 200: boardDispute } } },
    async (request) => ctx.db.service((tx) => boardView(tx, request.params.id)),
  );
  app.post(
    "/admin/v1/disputes/:id/decide",
    {
      config: ACT_FRESH,
      schema: {
        ...doc(noun, "Accept figures, reject, or record a withdrawal"),
        params: ID,
        body: decideDisputeInput,
        response: { 200: boardDispute },
      },
    },
    async (request, reply) => {
      await ctx.queue.ready();
      const [member, { id }, input] = [boardOf(request.principal), request.params, request.body];
      return writeOnce(ctx, request, reply, async (tx) => {
        const body = await decideDispute(ctx, tx, member.memberId, id, input);
        return { status: 200, body, remembered: withoutWords(body) };
      });
    },
  );
}
