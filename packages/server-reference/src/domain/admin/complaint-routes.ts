import * as z from "zod";
import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { writeOnce } from "../../plugins/idempotency.ts";
import { boardOf } from "../../principal.ts";
import { approvalAnswer } from "../approvals/schema.ts";
import { propose } from "../approvals/service.ts";
import { NOTE, PAGE } from "../board/schema.ts";
import { browseComplaints, decideComplaint, inspectComplaint, targetOfOpen } from "../complaints/board-service.ts";
import { complaintDetail, complaintList, complaintQuery, decidedComplaint } from "../complaints/schema.ts";
import { blacklistContent } from "../compliance/blacklist-action.ts";
import { ACT, ACT_FRESH, doc, READ } from "./route-options.ts";

const noun = "complaints";
const params = z.strictObject({ id: z.uuid() });
const decision = z
  .strictObject({ note: NOTE.describe("Why; the complainant and the audit log read it") })
  .meta({ id: "ComplaintDecision" });

/** Complaints: read, resolve, dismiss, uphold. */
export function adminComplaintRoutes(app: App, ctx: AppContext): void {
  app.get(
    "/admin/v1/complaints",
    {
      config: READ,
      schema: {
        ...doc(noun, "Complaints, the oldest first"),
        querystring: z.strictObject({ ...complaintQuery, ...PAGE }),
        response: { 200: complaintList },
      },
    },
    async (request) => ({ complaints: await browseComplaints(ctx, request.query) }),
  );
  app.get(
    "/admin/v1/complaints/:id",
    { config: READ, schema: { ...doc(noun, "One complaint with its evidence"), params, response: { 200: complaintDetail } } },
    async (request) => inspectComplaint(ctx, request.params.id),
  );
  for (const [verb, status] of [
    ["resolve", "resolved"],
    ["dismiss", "dismissed"],
  ] as const) {
    app.post(
      `/admin/v1/complaints/:id/${verb}`,
      { config: ACT, schema: { ...doc(noun, `Close it as ${status}`), params, body: decision, response: { 200: decidedComplaint } } },
      async (request, reply) => {
        await ctx.queue.ready();
        const [member, { id }, { note }] = [boardOf(request.principal), request.params, request.body];
        return writeOnce(ctx, request, reply, async (tx) => ({
          status: 200,
          body: await decideComplaint(ctx, tx, member, { id, status, note }),
        }));
      },
    );
  }
  app.post(
    "/admin/v1/complaints/:id/uphold",
    {
      config: ACT_FRESH,
      schema: {
        ...doc(noun, "Propose to list its target; a second member decides"),
        params,
        body: blacklistContent,
        response: { 202: approvalAnswer },
      },
    },
    async (request, reply) => {
      const [member, { id }] = [boardOf(request.principal), request.params];
      return writeOnce(ctx, request, reply, async (tx) => {
        const proposal = { action: "subject.blacklist", subject: await targetOfOpen(tx, id), content: request.body } as const;
        return { status: 202, body: await propose(ctx, tx, member, proposal) };
      });
    },
  );
}
