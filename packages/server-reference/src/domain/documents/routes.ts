import * as z from "zod";
import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { once, type OnceAnswer, tellRepeated } from "../../plugins/idempotency.ts";
import { limitByKey } from "../../plugins/rate-limit.ts";
import { announce } from "../notices/service.ts";
import { signedInput } from "./schema.ts";
import { applySigned, verifySigned } from "./service.ts";
import { ACTION_DOCUMENTS, SIGNED_ACTIONS, type SignedType } from "./signed-actions.ts";

const answer = z.object({}).loose();

/** A hoster reports of many models with one key. */
function isOfModel(type: SignedType): boolean {
  return SIGNED_ACTIONS[type].signer === "model";
}

/** One action per row: verify what arrived, apply it in one transaction with its audit row, tell whom it concerns. */
export function documentRoutes(app: App, ctx: AppContext): void {
  for (const [name, { types, summary, tag }] of Object.entries(ACTION_DOCUMENTS)) {
    app.post(
      `/functions/v1/${name}`,
      {
        bodyLimit: ctx.config.limits.reportBodyBytes,
        config: { access: "anyone", rate: "mutation" },
        schema: { tags: [tag], summary, body: signedInput, response: { 201: answer } },
      },
      async (request, reply) => {
        const verified = await verifySigned(ctx, types, request.body);
        await ctx.queue.ready();
        const apply = (): Promise<OnceAnswer<object>> =>
          once(ctx, request, request.body, async (tx) => {
            const body = await applySigned(tx, verified);
            await announce(ctx, tx, verified.type, body);
            return { status: 201, body };
          });
        const done = await (isOfModel(verified.type) ? limitByKey(ctx, verified.document.signer, apply) : apply());
        return tellRepeated(reply, done).code(201).send(done.body);
      },
    );
  }
}
