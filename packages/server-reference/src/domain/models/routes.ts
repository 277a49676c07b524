import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { writeOnce } from "../../plugins/idempotency.ts";
import { planModel } from "./plan-service.ts";
import { registerModel, verifyInput } from "./register-service.ts";
import { registrationAnswer, registrationInput } from "./schema.ts";

export function modelRoutes(app: App, ctx: AppContext): void {
  app.post(
    "/functions/v1/register-model",
    {
      bodyLimit: ctx.config.limits.reportBodyBytes,
      config: { access: "anyone", turnstile: true, rate: "register" },
      schema: {
        tags: ["models"],
        summary: "Register a model by its signed document",
        body: registrationInput,
        response: { 201: registrationAnswer },
      },
    },
    async (request, reply) => {
      const verified = await verifyInput(ctx, request.body);
      return writeOnce(ctx, request, reply, async (tx) => {
        const registered = await registerModel(tx, verified);
        return { status: 201, body: { ...registered, plan: await planModel(ctx, tx, verified.document) } };
      });
    },
  );
}
