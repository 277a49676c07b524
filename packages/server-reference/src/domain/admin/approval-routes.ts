import * as z from "zod";
import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { writeOnce } from "../../plugins/idempotency.ts";
import { boardOf } from "../../principal.ts";
import { approvalAnswer, approvalList, approveInput, executedAnswer } from "../approvals/schema.ts";
import { approve, listProposals, showProposal, withdraw } from "../approvals/service.ts";
import { PAGE } from "../board/schema.ts";
import { ACT, ACT_FRESH, doc, READ } from "./route-options.ts";

const ID = z.strictObject({ id: z.uuid() });
const listQuery = z.strictObject({ status: z.enum(["open", "all"]).default("open"), ...PAGE });

/** What one member proposed and another one carries out. */
export function adminApprovalRoutes(app: App, ctx: AppContext): void {
  app.get(
    "/admin/v1/approvals",
    {
      config: READ,
      schema: { ...doc("approvals", "Proposals that wait for a second member"), querystring: listQuery, response: { 200: approvalList } },
    },
    async ({ query: { status, ...page } }) => ({ approvals: await listProposals(ctx, { open: status === "open", ...page }) }),
  );
  app.get(
    "/admin/v1/approvals/:id",
    { config: READ, schema: { ...doc("approvals", "One proposal"), params: ID, response: { 200: approvalAnswer } } },
    async (request) => showProposal(ctx, request.params.id),
  );
  app.post(
    "/admin/v1/approvals/:id/approve",
    {
      config: ACT_FRESH,
      schema: {
        ...doc("approvals", "Approve and carry out another member's proposal"),
        params: ID,
        body: approveInput,
        response: { 200: executedAnswer },
      },
    },
    async (request, reply) => {
      await ctx.queue.ready();
      const [member, { id }, { content_sha256 }] = [boardOf(request.principal), request.params, request.body];
      return writeOnce(ctx, request, reply, async (tx) => ({ status: 200, body: await approve(ctx, tx, member, id, content_sha256) }));
    },
  );
  app.post(
    "/admin/v1/approvals/:id/withdraw",
    { config: ACT, schema: { ...doc("approvals", "Withdraw an open proposal"), params: ID, response: { 200: approvalAnswer } } },
    async (request, reply) =>
      writeOnce(ctx, request, reply, async (tx) => ({
        status: 200,
        body: await withdraw(tx, boardOf(request.principal), request.params.id),
      })),
  );
}
