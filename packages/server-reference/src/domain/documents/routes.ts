import * as z from "zod";
import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { writeOnce } from "../../plugins/idempotency.ts";
import { announce } from "../notices/service.ts";
import { signedInput } from "./schema.ts";
import { applySigned, verifySigned } from "./service.ts";
import { ACTION_DOCUMENTS } from "./signed-actions.ts";

const answer = z.object({}).loose();

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
        return writeOnce(ctx, request, reply, async (tx) => {
          const body = await applySigned(tx, verified);
          await announce(ctx, tx, verified.type, body);
          return { status: 201, body };
        });
      },
    );
  }
}
