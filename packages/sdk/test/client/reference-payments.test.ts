import { createClient, OmlaConflictError } from "@omla/sdk";
import { verifyStatement } from "@omla/sdk/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { receivePayment } from "../../../server-reference/src/domain/collections/receive-service.ts";
import type { CheckoutOrder } from "../../../server-reference/src/rails/collector.ts";
import { createTestApp, REGISTRY, type TestApp } from "../../../server-reference/test/helpers/app.ts";
import { registerModel, type SignedModel } from "../../../server-reference/test/helpers/factories.ts";

let server: TestApp;
let omla: ReturnType<typeof createClient>;
let company_id: string;
let creator: SignedModel;

beforeAll(async () => {
  server = await createTestApp();
  creator = await registerModel(server, { name: "Paid" });
  const { address } = creator;
  const visitor = createClient({ url: REGISTRY, fetch: inject, now: () => server.clock.now(), retries: 0 });
  const company = await visitor.companies.register({ company_name: "Payer", contact_email: "a@example.com", domains: [] });
  company_id = company.company_id;
  omla = createClient({ url: REGISTRY, apiKey: company.api_key, fetch: inject, now: () => server.clock.now(), retries: 0 });
  await omla.report({ quarter: "2026-Q2", entries: [{ model: address, inferences: 1, revenue_usd: "100.01", run_cost_usd: "0" }] });
}, 60_000);
afterAll(() => server.close());

async function inject(request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const payload = request.method === "GET" ? {} : { payload: await request.text() };
  const headers = Object.fromEntries(request.headers);
  const answer = await server.app.inject({ method: request.method as "GET", url: pathname + search, headers, ...payload });
  return new Response(answer.body, { status: answer.statusCode, headers: answer.headers as Record<string, string> });
}

/** A rail that opens pages and takes whole cents. */
function collectBy(orders: CheckoutOrder[]): void {
  const checkout = async (order: CheckoutOrder): Promise<{ url: string; externalId: string }> => {
    orders.push(order);
    return { url: `https://pay.example/${order.paymentId}`, externalId: `cs_${orders.length}` };
  };
  const stripe = {
    ...server.ctx.rails.get("sandbox"),
    name: "stripe",
    off: undefined,
    collector: { rail: "stripe", unitUsdMicros: 10_000n, checkout },
  };
  Object.assign(server.ctx, { rails: new Map<string, unknown>(server.ctx.rails).set("stripe", stripe) });
}

describe("against the reference registry", () => {
  it("a registry without cards gives the reference of a bank transfer", async () => {
    const refused: unknown = await omla.payments.pay().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(OmlaConflictError);
    expect(refused).toMatchObject({
      code: "COLLECTION_OFF",
      details: { reference: expect.stringMatching(/^OMLA-[0-9A-Z]{10}$/), amount_usd: "30.003000" },
    });
  });

  it("what is owed is paid on a page, and ends in a receipt and a certificate", async () => {
    expect(await omla.payments.receivables({ quarter: "2026-Q2" })).toMatchObject({
      open_usd: "30.003000",
      lines: [{ name: "Paid", status: "submitted" }],
    });
    const orders: CheckoutOrder[] = [];
    collectBy(orders);
    const page = await omla.payments.pay({ quarter: "2026-Q2", success_url: "https://payer.example/done" });
    expect(page).toMatchObject({
      url: `https://pay.example/${page.payment_id}`,
      amount_usd: "30.010000",
      lines: [{ amount_usd: "30.003000" }],
    });
    expect(await omla.payments.pay({ quarter: "2026-Q2", success_url: "https://payer.example/done" })).toEqual(page);
    expect(orders).toHaveLength(1);
    expect(orders[0]).toMatchObject({ method: "checkout", successUrl: "https://payer.example/done", cancelUrl: REGISTRY });

    const { ctx } = server;
    const money = {
      rail: "other",
      reference: "bank 1",
      method: "bank",
      payment: page.reference,
      amount: 30_010_000n,
      confirmedBy: "board",
    } as const;
    await ctx.db.service((tx) => receivePayment(ctx, tx, money));
    expect(await omla.payments.receivables()).toMatchObject({ company_id, open_usd: "0.000000", credit_usd: "0.007000", lines: [] });
    const receipts = [];
    for await (const receipt of omla.payments.receipts()) receipts.push(receipt);
    expect(receipts).toMatchObject([{ number: "R-000001", amount_usd: "30.010000", applied_usd: "30.003000", credit_usd: "0.007000" }]);

    server.clock.set("2026-07-01T00:00:00Z");
    const key = ctx.keys.list?.publicKey ?? "";
    const certificate = await omla.certificate({ quarter: "2026-Q2", keys: [key] });
    expect((await verifyStatement(certificate, { keys: [key] })).statement).toMatchObject({
      company_id,
      state: "COMPLIANT",
      settled_usd: "30.003000",
    });
  });

  it("a creator sees by the session of the wallet's key what is held for which form and threshold", async () => {
    const visitor = createClient({ url: REGISTRY, fetch: inject, now: () => server.clock.now(), retries: 0 });
    const { access_token } = await visitor.signIn(creator.keys);
    const mine = createClient({ url: REGISTRY, accessToken: access_token, fetch: inject, now: () => server.clock.now(), retries: 0 });
    expect(await mine.payments.heldForTax()).toEqual([
      { wallet: creator.address, held_usd: "0.000000", hold: null, threshold_usd: "600.000000", paid_usd: "0.000000", form: null },
    ]);
    await expect(omla.payments.heldForTax()).rejects.toMatchObject({ code: expect.any(String) });
  });

  it("nothing was paid out yet, and nothing more is due", async () => {
    const payments = [];
    for await (const payment of omla.payments.list({ quarter: "2026-Q2" })) payments.push(payment);
    expect(payments).toEqual([]);
    await expect(omla.payments.pay()).rejects.toMatchObject({ code: "NOTHING_DUE" });
  });
});
