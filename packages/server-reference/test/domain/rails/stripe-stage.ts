import { randomUUID } from "node:crypto";
import type { AddressInfo } from "node:net";
import { privateDigest } from "@omla/sdk/protocol";
import { silentLog } from "../../../src/log.ts";
import { createRails } from "../../../src/rails/create-rails.ts";
import { createStripeRail } from "../../../src/rails/stripe/stripe-rail.ts";
import { type FakeStripe, startFakeStripe } from "../../fake-stripe/start-fake-stripe.ts";
import { createTestApp, type TestApp } from "../../helpers/app.ts";
import { START } from "../../helpers/clock.ts";
import { type ModelFields, signModel, type SignedModel } from "../../helpers/factories.ts";
import { sessionOf } from "../../helpers/session.ts";
import type { Delivered, Delivery } from "../../fake-stripe/webhooks.ts";

/** A registry that pays and is paid over the local Stripe, listening for its webhooks. */
export interface StripeStage extends TestApp {
  readonly stripe: FakeStripe;
  /** Both clocks go on. */
  pass(hours: number): Promise<void>;
  /** Sends what Stripe has to tell to this registry. */
  hear(delivery?: Partial<Delivery>): Promise<Delivered[]>;
  /** A model whose signature chose Stripe without naming an account. */
  model(fields?: ModelFields): Promise<SignedModel>;
  /** Opens the account of a wallet, and answers Stripe's questions. @returns its id */
  onboard(model: SignedModel, ready?: boolean): Promise<string>;
}

export async function createStripeStage(options: { readonly rates?: boolean } = {}): Promise<StripeStage> {
  const stripe = await startFakeStripe(START);
  // What these tests provoke is told to the operator; here nobody reads it.
  const test = await createTestApp({ ...options, overrides: { log: silentLog } });
  const { secretKey, webhookSecret, url: apiBase } = stripe;
  const rails = new Map(createRails(test.ctx.config, test.clock));
  rails.set("stripe", createStripeRail({ secretKey, webhookSecret, apiBase, timeoutMs: 2_000 }));
  Object.assign(test.ctx, { rails });
  await test.app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = test.app.server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/functions/v1/stripe-webhook`;
  const stage: StripeStage = {
    ...test,
    stripe,
    pass: async (hours) => {
      test.clock.advance({ hours });
      await stripe.advance(hours);
    },
    hear: (delivery = {}) => stripe.deliver({ url, ...delivery }),
    model: (fields) => registerPayee(test, fields),
    onboard: (model, ready = true) => onboard(stage, model, ready),
    close: async () => {
      await test.close();
      await stripe.stop();
    },
  };
  return stage;
}

async function registerPayee(test: TestApp, fields: ModelFields = {}): Promise<SignedModel> {
  const part = { rail_identifier: "opened by the registry", contact_email: "creator@example.org", salt: randomUUID() };
  const model = await signModel({ private_sha256: await privateDigest(part), ...fields });
  const answer = await test.post("/functions/v1/register-model", { document: model.document, private: part });
  if (answer.statusCode !== 201) throw new Error(`register-model answered ${answer.statusCode}: ${answer.body}`);
  return model;
}

async function onboard(stage: StripeStage, model: SignedModel, ready: boolean): Promise<string> {
  const session = await sessionOf(stage, model.keys);
  const answer = await stage.post("/functions/v1/stripe-onboarding", { wallet: model.address }, session);
  if (answer.statusCode !== 200) throw new Error(`onboarding answered ${answer.statusCode}: ${answer.body}`);
  const accounts = await stage.stripe.objects("account");
  const account = accounts.find(({ metadata }) => (metadata as Record<string, string>)["omla_wallet"] === model.address);
  await stage.stripe.onboard(account?.id ?? "", ready);
  return account?.id ?? "";
}
