import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { html } from "../pages/html.ts";
import { layout } from "../pages/layout.ts";
import { ONBOARDING_PAGES, startOnboarding } from "./onboarding-service.ts";
import { onboardingAnswer, onboardingInput, webhookAnswer } from "./schema.ts";
import { readEvent } from "./webhook.ts";
import { hearEvent } from "./event-service.ts";

const tags = ["payments"];

export async function railRoutes(app: App, ctx: AppContext): Promise<void> {
  app.post(
    "/functions/v1/stripe-onboarding",
    {
      config: { access: "session", rate: "mutation" },
      schema: {
        tags,
        security: [{ session: [] }],
        summary: "A page of Stripe on which the owner of a wallet answers its questions; the wallet's signature must have chosen Stripe",
        body: onboardingInput,
        response: { 200: onboardingAnswer },
      },
    },
    async (request) => {
      const { principal } = request;
      const pubkey = principal.kind === "session" ? principal.claims.pubkey : undefined;
      return startOnboarding(ctx, pubkey, request.body);
    },
  );
  for (const [name, { title, text }] of Object.entries(PAGES)) {
    app.get(ONBOARDING_PAGES[name as keyof typeof PAGES], { schema: { hide: true } }, async (_request, reply) =>
      reply
        .header("cache-control", "no-store")
        .type("text/html; charset=utf-8")
        .send(layout(title, html`<h1>${title}</h1><p>${text}</p>`)),
    );
  }
  await app.register(async (raw) => {
    raw.removeAllContentTypeParsers();
    raw.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
    webhookRoute(raw, ctx);
  });
}

/** What is signed are the bytes as they came. */
function webhookRoute(app: App, ctx: AppContext): void {
  app.post(
    "/functions/v1/stripe-webhook",
    {
      bodyLimit: ctx.config.limits.reportBodyBytes,
      config: { rate: "webhook" },
      schema: {
        tags,
        summary: "What Stripe tells; signed with the endpoint's secret, each event counts once",
        response: { 200: webhookAnswer },
      },
    },
    async (request) => {
      const event = await readEvent(ctx, "stripe", request.body as Uint8Array | undefined, request.headers["stripe-signature"]);
      return { received: true as const, outcome: await hearEvent(ctx, "stripe", event) };
    },
  );
}

const PAGES = {
  return: {
    title: "Thank you",
    text: "Stripe checks your answers and tells this registry when you can be paid. If something is missing, ask for a new page with your key.",
  },
  refresh: {
    title: "This page of Stripe has expired",
    text: "It is good for a few minutes and one visit. Sign in with the key of your wallet and ask for a new one.",
  },
} as const;
