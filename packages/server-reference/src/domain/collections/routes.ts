import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { companyOf } from "../../principal.ts";
import { payReceivables } from "./pay-service.ts";
import { receiptPage } from "./receipt-page.ts";
import { receiptBody } from "./receipt-schema.ts";
import { listReceipts, showReceipt } from "./receipt-service.ts";
import { showReceivables } from "./receivables-service.ts";
import { payAnswer, payInput, receiptParams, receiptsAnswer, receiptsQuery, receivablesAnswer, receivablesQuery } from "./schema.ts";

const tags = ["payments"];
const security = [{ company: [] }];

export function collectionRoutes(app: App, ctx: AppContext): void {
  app.get(
    "/functions/v1/receivables",
    {
      config: { access: "company", rate: "quote" },
      schema: {
        tags,
        security,
        summary: "What is owed, line by line",
        querystring: receivablesQuery,
        response: { 200: receivablesAnswer },
      },
    },
    async (request) => ctx.db.service((tx) => showReceivables(ctx, tx, companyOf(request.principal), request.query.quarter)),
  );
  app.post(
    "/functions/v1/pay",
    {
      config: { access: "live company", rate: "report" },
      schema: { tags, security, summary: "Ask for a page where open lines are paid", body: payInput, response: { 200: payAnswer } },
    },
    // The same question has the same answer by itself, so it needs no idempotency key.
    async (request) => payReceivables(ctx, companyOf(request.principal).companyId, request.body),
  );
  receiptRoutes(app, ctx);
}

function receiptRoutes(app: App, ctx: AppContext): void {
  app.get(
    "/functions/v1/receipts",
    {
      config: { access: "live company", rate: "quote" },
      schema: {
        tags,
        security,
        summary: "Receipts of payments and refunds, ascending",
        querystring: receiptsQuery,
        response: { 200: receiptsAnswer },
      },
    },
    async ({ principal, query }) => ctx.db.service((tx) => listReceipts(tx, companyOf(principal).companyId, query.after, query.limit)),
  );
  app.get(
    "/functions/v1/receipts/:number",
    {
      config: { access: "live company", rate: "quote" },
      schema: {
        tags,
        security,
        summary: "One receipt; a page to print where text/html is accepted",
        params: receiptParams,
        response: { 200: receiptBody },
      },
    },
    async (request, reply) => {
      const receipt = await ctx.db.service((tx) => showReceipt(tx, companyOf(request.principal).companyId, request.params.number));
      reply.header("cache-control", "private, no-store").header("vary", "Accept");
      if (!prefersPage(request.headers.accept)) return reply.send(receipt);
      return reply
        .type("text/html; charset=utf-8")
        .serializer((page: string) => page)
        .send(receiptPage(receipt) as never);
    },
  );
}

/** JSON is the answer to whoever names it, or names nothing. */
function prefersPage(accept = ""): boolean {
  return accept.includes("text/html") && !accept.includes("application/json");
}
