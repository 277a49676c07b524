import { ApiError } from "../api-error.ts";
import type { AppContext } from "../context.ts";
import type { App } from "../http.ts";
import { clientNetwork } from "./client-network.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Whether a form of strangers stands behind the route, or which of its bodies are one. */
    turnstile?: boolean | ((body: unknown) => boolean);
  }
}

const TIMEOUT_MS = 5_000;

/** Asks Cloudflare whether a person sent the form; without a secret, forms are limited by rate alone (G8). */
export function registerTurnstile(app: App, ctx: AppContext): void {
  const { turnstileSecret: secret } = ctx.config;
  if (secret === undefined) return;
  app.addHook("preHandler", async (request) => {
    const { turnstile } = request.routeOptions.config;
    if (turnstile !== true && (typeof turnstile !== "function" || !turnstile(request.body))) return;
    const token = (request.body as { turnstile_token?: string } | undefined)?.turnstile_token;
    if (token === undefined) throw refusal(403, "TURNSTILE_REQUIRED", "This form needs the answer of Turnstile.", "Send turnstile_token.");
    if (!(await verifyToken(ctx, secret, token, clientNetwork(request.ip))))
      throw refusal(
        403,
        "TURNSTILE_FAILED",
        "Turnstile does not vouch for this form.",
        "Solve the challenge again; a token is good once, for five minutes.",
      );
  });
}

async function verifyToken(ctx: AppContext, secret: string, response: string, remoteip: string): Promise<boolean> {
  try {
    const body = new URLSearchParams({ secret, response, ...(remoteip.includes("/") ? {} : { remoteip }) });
    const answer = await ctx.fetch(ctx.config.turnstileUrl, {
      method: "POST",
      body,
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!answer.ok) throw new Error(`siteverify answered ${answer.status}`);
    return ((await answer.json()) as { success?: unknown }).success === true;
  } catch (cause) {
    ctx.log.warn({ error: cause }, "turnstile");
    // Fails closed: without an answer anybody could flood the registry.
    throw refusal(503, "TURNSTILE_UNREACHABLE", "Turnstile could not be asked.", "Try again in a minute.", cause);
  }
}

function refusal(status: number, code: string, message: string, hint: string, cause?: unknown): ApiError {
  return new ApiError(status, code, message, { path: "turnstile_token", hint, cause });
}
