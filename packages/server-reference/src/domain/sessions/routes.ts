import * as z from "zod";
import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { SIGNED_DOCUMENT } from "../documents/schema.ts";
import { createChallenge, signIn } from "./service.ts";

const signInInput = z
  .strictObject({
    document: SIGNED_DOCUMENT.optional().describe("Left out, the answer is a challenge; with the signed challenge, a session"),
  })
  .meta({ id: "SignInRequest" });

const challengeAnswer = z.object({ challenge: z.string(), registry: z.string(), expires_at: z.string() });
const sessionAnswer = z.object({ access_token: z.string(), token_type: z.literal("bearer"), expires_in: z.int(), key_id: z.string() });

export function sessionRoutes(app: App, ctx: AppContext): void {
  app.post(
    "/functions/v1/sign-in",
    {
      config: { access: "anyone", rate: "signIn" },
      schema: {
        tags: ["sessions"],
        summary: "Ask for a challenge, then sign it: a session of 15 minutes that reads and changes nothing",
        body: signInInput,
        response: { 200: z.union([challengeAnswer, sessionAnswer]) },
      },
    },
    // A challenge is good once: there is nothing to repeat.
    async (request) => {
      const { document } = request.body;
      return ctx.db.service<z.output<typeof challengeAnswer> | z.output<typeof sessionAnswer>>((tx) =>
        document === undefined ? createChallenge(ctx, tx) : signIn(ctx, tx, document),
      );
    },
  );
}
