import { ApiError, errorsOf } from "../api-error.ts";
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
const PATH = "turnstile_token";

const REFUSALS = {
  TURNSTILE_REQUIRED: { status: 403, hint: "Send turnstile_token." },
  TURNSTILE_FAILED: { status: 403, hint: "Solve the challenge again; a token is good once, for five minutes." },
  TURNSTILE_UNREACHABLE: { status: 503, hint: "Try again in a minute." },
} as const;
const refusal = errorsOf(REFUSALS);

/** Asks Cloudflare whether a person sent the form; without a secret, forms are limited by rate alone (G8). */
export function registerTurnstile(app: App, ctx: AppContext): void {
  const { turnstileSecret: secret } = ctx.config;
  if (secret === undefined) return;
  app.addHook("preHandler", async (request) => {
    const { turnstile } = request.routeOptions.config;
    if (turnstile !== true && (typeof turnstile !== "function" || !turnstile(request.body))) return;
    const token = (request.body as { turnstile_token?: string } | undefined)?.turnstile_token;
    if (token === undefined) throw refusal("TURNSTILE_REQUIRED", "This form needs the answer of Turnstile.", PATH);
    if (!(await verifyToken(ctx, secret, token, clientNetwork(request.ip))))
      throw refusal("TURNSTILE_FAILED", "Turnstile does not vouch for this form.", PATH);
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
    const { status, hint } = REFUSALS.TURNSTILE_UNREACHABLE;
    throw new ApiError(status, "TURNSTILE_UNREACHABLE", "Turnstile could not be asked.", { path: PATH, hint, cause });
  }
}
