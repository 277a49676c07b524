import { createHash } from "node:crypto";
import * as z from "zod";
import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { writeOnce } from "../../plugins/idempotency.ts";
import { enforceRate } from "../../plugins/rate-limit.ts";
import { companyOf } from "../../principal.ts";
import { enqueueNotice } from "../notices/service.ts";
import { companyError } from "./errors.ts";
import { TURNSTILE_TOKEN } from "../turnstile/schema.ts";
import { EMAIL } from "./schema.ts";
import { keySession, mailSignIn, signInByMail } from "./session-service.ts";

const tags = ["companies"];

const sessionInput = z
  .strictObject({
    email: EMAIL.optional().describe("Mails a token to the companies of this address"),
    token: z.string().max(4_096).optional().describe("The token of that mail"),
    turnstile_token: TURNSTILE_TOKEN,
  })
  .meta({ id: "CompanySessionRequest" });

const session = z
  .object({ access_token: z.string(), token_type: z.literal("bearer"), expires_in: z.int(), company_id: z.uuid() })
  .meta({ id: "CompanySession" });

/** Whoever has a mailed token or a key is no stranger; the mail says how to send its token, and has no challenge to solve. */
function asksForMail(body: unknown): boolean {
  return typeof body === "object" && body !== null && "email" in body;
}

/** How the people of a company sign in, who shall look at its rows without holding its key. */
export function companySessionRoutes(app: App, ctx: AppContext): void {
  app.post(
    "/functions/v1/company-session",
    {
      config: { access: "anyone", rate: "signIn", turnstile: asksForMail },
      schema: {
        tags,
        summary: "A session of a company, which reads and changes nothing: by a mailed token, or by its API key, on that key's ledger",
        body: sessionInput,
        response: { 200: z.union([session, z.object({ sent: z.literal(true) })]) },
      },
    },
    async (request) => {
      const { email, token } = request.body;
      if (email !== undefined && token === undefined) return sendToken(ctx, email);
      if (token !== undefined && email === undefined) return ctx.db.service((tx) => signInByMail(ctx, tx, token));
      if (email === undefined && request.principal.kind === "company") return keySession(ctx, request.principal);
      throw companyError("SIGN_IN_TOKEN", "Send an email, a token, or the company's API key.");
    },
  );
  app.post(
    "/functions/v1/send-confirmation",
    {
      config: { access: "live company", rate: "mutation" },
      schema: {
        tags,
        security: [{ company: [] }],
        summary: "Mail the confirmation of the company's address again",
        response: { 200: z.object({ sent: z.literal(true) }) },
      },
    },
    async (request, reply) => {
      const { companyId: company_id } = companyOf(request.principal);
      if (ctx.config.limits.rates) await enforceRate(ctx, "signInMail", `confirm:${company_id}`);
      await ctx.queue.ready();
      return writeOnce(ctx, request, reply, async (tx) => {
        await enqueueNotice(ctx, tx, { kind: "confirm-email", company_id });
        return { status: 200, body: { sent: true } as const };
      });
    },
  );
}

/** Nobody's mailbox is filled from many addresses. */
async function sendToken(ctx: AppContext, email: string): Promise<{ sent: true }> {
  const subject = createHash("sha256").update(email.toLowerCase()).digest("hex");
  if (ctx.config.limits.rates) await enforceRate(ctx, "signInMail", subject);
  await ctx.queue.ready();
  return ctx.db.service((tx) => mailSignIn(ctx, tx, email));
}
