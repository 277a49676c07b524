import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { writeOnce } from "../../plugins/idempotency.ts";
import { partyOf } from "../cases/party.ts";
import { disputeAnswer, disputeList, disputeRef, openDisputeInput } from "./schema.ts";
import { listDisputes, openDispute, withdrawDispute } from "./service.ts";

const tags = ["disputes"];
const security = [{ company: [] }, { session: [] }];

export function disputeRoutes(app: App, ctx: AppContext): void {
  app.post(
    "/functions/v1/open-dispute",
    {
      bodyLimit: ctx.config.limits.evidenceBodyBytes,
      config: { access: "anyone", rate: "case" },
      schema: {
        tags,
        security,
        summary: "Dispute the figures of a line, as its company or as somebody who is paid through it",
        body: openDisputeInput,
        response: { 201: disputeAnswer },
      },
    },
    async (request, reply) => {
      const party = await partyOf(request.principal);
      await ctx.queue.ready();
      return writeOnce(ctx, request, reply, async (tx) => ({ status: 201, body: await openDispute(ctx, tx, party, request.body) }));
    },
  );
  app.post(
    "/functions/v1/withdraw-dispute",
    {
      config: { access: "anyone", rate: "case" },
      schema: { tags, security, summary: "Take an own dispute back", body: disputeRef, response: { 200: disputeAnswer } },
    },
    async (request, reply) => {
      const party = await partyOf(request.principal);
      await ctx.queue.ready();
      const { dispute_id } = request.body;
      return writeOnce(ctx, request, reply, async (tx) => ({ status: 200, body: await withdrawDispute(ctx, tx, party, dispute_id) }));
    },
  );
  app.get(
    "/functions/v1/disputes",
    {
      config: { access: "anyone", rate: "quote" },
      schema: {
        tags,
        security,
        summary: "The disputes that you opened, and as a company those about your lines",
        response: { 200: disputeList },
      },
    },
    async (request) => {
      const party = await partyOf(request.principal);
      return { disputes: await ctx.db.service((tx) => listDisputes(tx, party)) };
    },
  );
}
