import type { FastifyRequest } from "fastify";
import * as z from "zod";
import { within } from "../../api-error.ts";
import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import type { App } from "../../http.ts";
import { clientNetwork } from "../../plugins/client-network.ts";
import { writeOnce } from "../../plugins/idempotency.ts";
import { enforceRate } from "../../plugins/rate-limit.ts";
import { databaseError } from "../../db/errors.ts";
import { planModel } from "./plan-service.ts";
import { registerModel, type VerifiedRegistration, verifyInput } from "./register-service.ts";
import { batchAnswer, batchInput, registrationAnswer, registrationInput } from "./schema.ts";

type Answer = z.output<typeof registrationAnswer>;

/** A batch of fifty documents is larger than one. */
const BATCH_BODY_FACTOR = 4;

export function modelRoutes(app: App, ctx: AppContext): void {
  app.post(
    "/functions/v1/register-model",
    {
      bodyLimit: ctx.config.limits.reportBodyBytes * BATCH_BODY_FACTOR,
      config: { access: "anyone", turnstile: true, rate: "register" },
      schema: {
        tags: ["models"],
        summary: "Register a model by its signed document, or up to fifty together",
        body: z.union([registrationInput, batchInput]),
        response: { 201: z.union([registrationAnswer, batchAnswer]) },
      },
    },
    async (request, reply) => {
      const { body } = request;
      if ("registrations" in body) return registerBatch(ctx, request, body.registrations, (work) => writeOnce(ctx, request, reply, work));
      const verified = await verifyInput(ctx, body);
      return writeOnce(ctx, request, reply, async (tx) => ({ status: 201, body: await register(ctx, tx, verified) }));
    },
  );
}

async function register(ctx: AppContext, tx: Tx, verified: VerifiedRegistration): Promise<Answer> {
  return { ...(await registerModel(tx, verified)), plan: { ...(await planModel(ctx, tx, verified.document)) } };
}

/** Each model of a batch counts in the rate of its network, as if it had come alone. */
async function registerBatch<T>(
  ctx: AppContext,
  request: FastifyRequest,
  registrations: z.output<typeof batchInput>["registrations"],
  write: (work: (tx: Tx) => Promise<{ status: number; body: { registrations: Answer[] } }>) => Promise<T>,
): Promise<T> {
  const verified: VerifiedRegistration[] = [];
  for (const [at, input] of registrations.entries()) {
    if (at > 0 && ctx.config.limits.rates) await enforceRate(ctx, "register", clientNetwork(request.ip));
    verified.push(await within(`registrations[${at}]`, () => verifyInput(ctx, input)));
  }
  return write(async (tx) => {
    const answers: Answer[] = [];
    for (const [at, one] of verified.entries())
      answers.push(await within(`registrations[${at}]`, () => refusing(() => register(ctx, tx, one))));
    return { status: 201, body: { registrations: answers } };
  });
}

/** What the database refuses, as the refusal that it stands for. */
async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw databaseError(error) ?? error;
  }
}
