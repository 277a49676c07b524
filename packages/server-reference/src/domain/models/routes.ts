import type { FastifyRequest } from "fastify";
import * as z from "zod";
import { within } from "../../api-error.ts";
import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { clientNetwork } from "../../plugins/client-network.ts";
import { writeOnce } from "../../plugins/idempotency.ts";
import { enforceRate } from "../../plugins/rate-limit.ts";
import { type VerifiedRegistration, verifyInput } from "./register-service.ts";
import { register, registerAll } from "./registration-service.ts";
import { batchAnswer, batchInput, registrationAnswer, registrationInput } from "./schema.ts";

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
      if ("registrations" in body) {
        const batch = await verifyBatch(ctx, request, body.registrations);
        return writeOnce(ctx, request, reply, async (tx) => ({ status: 201, body: { registrations: await registerAll(ctx, tx, batch) } }));
      }
      const verified = await verifyInput(ctx, body);
      return writeOnce(ctx, request, reply, async (tx) => ({ status: 201, body: await register(ctx, tx, verified) }));
    },
  );
}

/** Each model of a batch counts in the rate of its network, as if it had come alone. */
async function verifyBatch(
  ctx: AppContext,
  request: FastifyRequest,
  registrations: z.output<typeof batchInput>["registrations"],
): Promise<VerifiedRegistration[]> {
  const verified: VerifiedRegistration[] = [];
  for (const [at, input] of registrations.entries()) {
    if (at > 0 && ctx.config.limits.rates) await enforceRate(ctx, "register", clientNetwork(request.ip));
    verified.push(await within(`registrations[${at}]`, () => verifyInput(ctx, input)));
  }
  return verified;
}
