import type { FastifyRequest } from "fastify";
import { ApiError } from "../api-error.ts";
import type { AppContext } from "../context.ts";
import { countHit, peekHits } from "../domain/rate-limits/repository.ts";
import type { App } from "../http.ts";
import { clientNetwork } from "./client-network.ts";

interface Rate {
  readonly max: number;
  readonly windowSeconds: number;
  readonly by: "network" | "credential";
  /** Reads go on when the counter cannot be reached; writes do not. */
  readonly failsOpen: boolean;
}

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;

/** How often what may be done, per network address (IPv6: per /64) or per key. */
export const RATES = {
  read: { max: 120, windowSeconds: MINUTE, by: "network", failsOpen: true },
  search: { max: 30, windowSeconds: MINUTE, by: "network", failsOpen: true },
  splits: { max: 30, windowSeconds: MINUTE, by: "network", failsOpen: true },
  badge: { max: 300, windowSeconds: MINUTE, by: "network", failsOpen: true },
  register: { max: 3, windowSeconds: DAY, by: "network", failsOpen: false },
  company: { max: 5, windowSeconds: DAY, by: "network", failsOpen: false },
  complaint: { max: 5, windowSeconds: DAY, by: "network", failsOpen: false },
  signIn: { max: 10, windowSeconds: MINUTE, by: "network", failsOpen: false },
  signInMail: { max: 5, windowSeconds: HOUR, by: "network", failsOpen: false },
  report: { max: 60, windowSeconds: HOUR, by: "credential", failsOpen: false },
  quote: { max: 120, windowSeconds: MINUTE, by: "credential", failsOpen: true },
  mutation: { max: 30, windowSeconds: HOUR, by: "network", failsOpen: false },
  authFailure: { max: 10, windowSeconds: MINUTE, by: "network", failsOpen: false },
  // Of one network for one key: strangers elsewhere, who know the id of a company's key, cannot lock it out.
  keyFailure: { max: 20, windowSeconds: HOUR, by: "network", failsOpen: false },
  case: { max: 30, windowSeconds: DAY, by: "credential", failsOpen: false },
  board: { max: 240, windowSeconds: MINUTE, by: "credential", failsOpen: false },
  webhook: { max: 600, windowSeconds: MINUTE, by: "network", failsOpen: false },
  operator: { max: 60, windowSeconds: MINUTE, by: "credential", failsOpen: false },
} as const satisfies Record<string, Rate>;

export type RateName = keyof typeof RATES;

declare module "fastify" {
  interface FastifyContextConfig {
    rate?: RateName;
  }
}

/** Counts in the database, so that a restart or a second process forgets nothing. */
export function registerRateLimit(app: App, ctx: AppContext): void {
  if (!ctx.config.limits.rates) return;
  app.addHook("preValidation", async (request) => {
    const name = request.routeOptions.config.rate;
    if (name === undefined) return;
    await enforceRate(ctx, name, subjectOf(request, RATES[name].by));
    // A key that is used from many networks.
    if (name === "mutation" && request.principal.kind === "company") await enforceRate(ctx, name, `key:${request.principal.keyId}`);
  });
}

/**
 * Lets a signing key change no more from many networks than from one. Only what was taken counts: signed documents are no secret, and
 * whoever sends one again shall not use up its signer's rate.
 *
 * @throws {ApiError} RATE_LIMITED
 */
export async function limitByKey<T>(ctx: AppContext, publicKey: string, work: () => Promise<T>): Promise<T> {
  if (!ctx.config.limits.rates) return work();
  const { max, windowSeconds } = RATES.mutation;
  const subject = `mutation:key:${publicKey}`;
  const count = await peekHits(ctx, subject);
  if (count.hits >= max) throw tooOften(max, windowSeconds, count.retryAfterSeconds);
  const done = await work();
  // The change is made by now; a count that is missed is no reason to call it failed.
  await countHit(ctx, subject, windowSeconds).catch((error: unknown) => ctx.log.warn({ error }, "a change was not counted"));
  return done;
}

/**
 * Counts one use and refuses it above the rate.
 *
 * @throws {ApiError} RATE_LIMITED with `retry_after_seconds`
 */
export async function enforceRate(ctx: AppContext, name: RateName, subject: string): Promise<void> {
  const { max, windowSeconds, failsOpen } = RATES[name];
  const count = await countHit(ctx, `${name}:${subject}`, windowSeconds).catch((error: unknown) => {
    if (!failsOpen) throw error;
    ctx.log.warn({ error, rate: name }, "rate limit not counted");
    return { hits: 0, retryAfterSeconds: 0 };
  });
  if (count.hits > max) throw tooOften(max, windowSeconds, count.retryAfterSeconds);
}

/** Refuses a network that failed too often just now, or with this key, before anything is computed for it. @throws {ApiError} RATE_LIMITED */
export async function refuseAfterFailures(ctx: AppContext, network: string, keyId: string): Promise<void> {
  if (!ctx.config.limits.rates) return;
  for (const { name, subject } of failuresOf(network, keyId)) {
    const { max, windowSeconds } = RATES[name];
    const count = await peekHits(ctx, `${name}:${subject}`);
    if (count.hits >= max) throw tooOften(max, windowSeconds, count.retryAfterSeconds);
  }
}

/** Counts a credential that was refused, by the key's id too where it is a company's key. */
export async function countFailure(ctx: AppContext, network: string, keyId: string | undefined): Promise<void> {
  if (!ctx.config.limits.rates) return;
  for (const { name, subject } of failuresOf(network, keyId)) await countHit(ctx, `${name}:${subject}`, RATES[name].windowSeconds);
}

function failuresOf(
  network: string,
  keyId: string | undefined,
): { readonly name: "authFailure" | "keyFailure"; readonly subject: string }[] {
  const ofKey = keyId === undefined ? [] : [{ name: "keyFailure", subject: `${network}:${keyId}` } as const];
  return [{ name: "authFailure", subject: network }, ...ofKey];
}

function tooOften(max: number, windowSeconds: number, retry_after_seconds: number): ApiError {
  return new ApiError(429, "RATE_LIMITED", `More than ${max} of these in ${windowSeconds} seconds.`, {
    hint: "Wait as long as Retry-After says.",
    details: { retry_after_seconds },
  });
}

function subjectOf(request: FastifyRequest, by: Rate["by"]): string {
  const { principal } = request;
  if (by === "credential" && principal.kind === "company") return principal.keyId;
  if (by === "credential" && principal.kind === "board") return principal.memberId;
  return clientNetwork(request.ip);
}
