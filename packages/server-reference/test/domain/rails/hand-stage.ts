import { buildMutation, formatTimestamp, privateDigest, signDocument } from "@omla/sdk/protocol";
import { postRate } from "../../../src/domain/currencies/rate-service.ts";
import { type PayoutAnswer, type PayoutOptions, runPayout } from "../../../src/domain/payouts/run-service.ts";
import { clearPaymentsJob } from "../../../src/jobs/clear-payments.ts";
import { createRails } from "../../../src/rails/create-rails.ts";
import { createTestApp, REGISTRY, type TestApp } from "../../helpers/app.ts";
import { type Company, type ModelFields, registerCompany, signModel, type SignedModel } from "../../helpers/factories.ts";

export const QUARTER = "2026-Q2";

/** SEPA costs ten cents, a person serves wise. */
export const HAND_RAILS = {
  fees: new Map([["sepa" as const, { percentParts: 0n, fixed: 100_000n }]]),
  manual: ["wise" as const],
  sepa: { iban: "NL91ABNA0417164300", name: "Open Model Licensing Association", bic: "ABNANL2A" },
};

/** A registry whose money people move, with a company that pays in dollars and euros. */
export async function createHandStage(): Promise<{ readonly test: TestApp; readonly company: Company }> {
  const test = await createTestApp();
  Object.assign(test.ctx.config, { rails: HAND_RAILS });
  Object.assign(test.ctx, { rails: createRails(test.ctx.config, test.clock) });
  const company = await registerCompany(test);
  await test.post("/functions/v1/declare-currencies", { currencies: ["USD", "EUR"] }, company.api_key);
  return { test, company };
}

/** A model whose wallet is paid over a rail, known there by an identifier. */
export async function payee(
  test: TestApp,
  name: string,
  rail: string,
  identifier: string,
  more: Partial<ModelFields> = {},
): Promise<SignedModel> {
  const part = { rail_identifier: identifier, contact_email: "creator@example.org", salt: "0123456789abcdef" };
  const draft = await signModel();
  const wallet = { address: draft.address, rail };
  const fields = { name, wallet, model_id: draft.model_id, private_sha256: await privateDigest(part), ...more };
  const model = await signModel(fields as ModelFields, draft.keys);
  const answer = await test.post("/functions/v1/register-model", { document: model.document, private: part });
  if (answer.statusCode !== 201) throw new Error(answer.body);
  return model;
}

/** Paid in euros over SEPA. */
export function euroPayee(test: TestApp, name: string, destination: string): Promise<SignedModel> {
  const creator_currency_prefs = [
    { code: "EUR", is_backup: false },
    { code: "BTC", is_backup: true },
  ];
  return payee(test, name, "sepa", destination, { creator_currency_prefs } as Partial<ModelFields>);
}

/** A payout two weeks after the quarter's end, with a euro at 0.90 a dollar. */
export async function payOut(test: TestApp, options: PayoutOptions = {}): Promise<PayoutAnswer> {
  if (test.clock.now() < new Date("2026-07-15T09:00:00Z")) test.clock.set("2026-07-15T09:00:00Z");
  await clearPaymentsJob(test.ctx);
  await test.ctx.db.service((tx) =>
    postRate(tx, { code: "EUR", rate: "0.9", source: "a bank", rateAt: test.clock.now() }, "board-member-1"),
  );
  return runPayout(test.ctx, { quarter: QUARTER, reportId: null, execute: true }, options);
}

/** The signed word of a wallet's owner on how it is paid from now on. */
export async function signRail(
  test: TestApp,
  { address, model_id, keys }: SignedModel,
  { rail, identifier, nonce }: { readonly rail: string; readonly identifier: string; readonly nonce: number },
): Promise<void> {
  const part = { rail_identifier: identifier, salt: "0123456789abcdef" };
  const change = { kind: "wallet-rail", address, rail, private_sha256: await privateDigest(part) };
  const draft = buildMutation({ issued_at: formatTimestamp(test.clock.now()), registry: REGISTRY, model_id, nonce, change } as never);
  const document = await signDocument("mutation", draft, keys.secretKey);
  const answer = await test.post("/functions/v1/mutate", { document, private: part });
  if (answer.statusCode !== 200 && answer.statusCode !== 201) throw new Error(answer.body);
}
