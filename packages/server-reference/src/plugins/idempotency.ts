import { createHash } from "node:crypto";
import { canonicalize, sha256Hex, utf8Encode } from "@omla/sdk/protocol";
import type { FastifyReply, FastifyRequest } from "fastify";
import { ApiError } from "../api-error.ts";
import type { AppContext } from "../context.ts";
import type { Tx } from "../db/database.ts";
import { type Claim, claimKey, type RememberedAnswer, rememberAnswer } from "../domain/idempotency/repository.ts";
import type { SessionClaims } from "../principal.ts";
import { clientNetwork } from "./client-network.ts";

export interface WriteAnswer<T> {
  readonly status: number;
  readonly body: T;
  /** What a repeated request reads instead, where the answer holds a secret that must not be stored. */
  readonly remembered?: unknown;
}

const KEY = /^[!-~]{1,200}$/;

/** What a write came to, this time or the first time. */
export interface OnceAnswer<T> extends WriteAnswer<T> {
  readonly repeated: boolean;
}

/**
 * Runs a write in one transaction and replies with its answer; with an `Idempotency-Key` it happens once, and a repetition gets the same answer.
 *
 * @throws {ApiError} IDEMPOTENCY_CONFLICT where the key was used for other content
 */
export async function writeOnce<T>(
  ctx: AppContext,
  request: FastifyRequest,
  reply: FastifyReply,
  work: (tx: Tx) => Promise<WriteAnswer<T>>,
): Promise<FastifyReply> {
  const answer = await once(ctx, request, request.body, work);
  return tellRepeated(reply, answer).code(answer.status).send(answer.body);
}

/**
 * {@link writeOnce} for routes that reply in another form.
 *
 * @param content - what was sent, which a repetition must send again
 */
export async function once<T>(
  ctx: AppContext,
  request: FastifyRequest,
  content: unknown,
  work: (tx: Tx) => Promise<WriteAnswer<T>>,
): Promise<OnceAnswer<T>> {
  const claim = await claimOf(request, content);
  return ctx.db.service(async (tx) => {
    if (claim === undefined) return { ...(await work(tx)), repeated: false };
    const earlier = await claimKey(tx, claim);
    if (earlier !== undefined) return repeatedAnswer(earlier, claim);
    const done = await work(tx);
    await rememberAnswer(tx, claim, done.status, done.remembered ?? done.body);
    return { ...done, repeated: false };
  });
}

/** The key of a request, where it has one, for those that claim it by themselves. */
export async function claimOf(request: FastifyRequest, content: unknown): Promise<Claim | undefined> {
  const key = keyOf(request);
  if (key === undefined) return undefined;
  return { scope: `${request.routeOptions.url ?? ""}:${scopeOf(request)}`, key, content: await digestOf(content, request.params) };
}

export function tellRepeated(reply: FastifyReply, { repeated }: OnceAnswer<unknown>): FastifyReply {
  return repeated ? reply.header("idempotent-replay", "true") : reply;
}

function keyOf(request: FastifyRequest): string | undefined {
  const key = request.headers["idempotency-key"];
  if (key === undefined) return undefined;
  if (typeof key === "string" && KEY.test(key)) return key;
  throw new ApiError(400, "IDEMPOTENCY_KEY", "An Idempotency-Key is 1 to 200 visible ASCII characters.", {
    hint: "Send a UUID, or a digest of the content.",
  });
}

/** What the path names is a part of the content. The answer to a challenge for people differs each time, and is no part of what is written. */
function digestOf(sent: unknown, params: unknown): Promise<string> {
  const isObject = typeof sent === "object" && sent !== null && !Array.isArray(sent);
  const { turnstile_token: _token, ...content } = (isObject ? sent : { sent: sent ?? null }) as { turnstile_token?: string };
  const named = Object.keys(params ?? {}).length === 0 ? {} : { "/": params as Record<string, string> };
  return sha256Hex(utf8Encode(canonicalize({ ...content, ...named })));
}

/** Keys of one caller never meet those of another. */
function scopeOf({ principal, ip }: FastifyRequest): string {
  switch (principal.kind) {
    case "anonymous":
      return clientNetwork(ip);
    case "company":
      return `${principal.companyId}:${principal.live ? "live" : "test"}`;
    case "session":
      return sessionScope(principal.claims, ip);
    case "board":
      return principal.memberId;
    case "operator":
      return "operator";
  }
}

/** Sessions that the operator minted may name nobody: those count by their network. A test key's session is another than a live key's. */
function sessionScope({ sub, pubkey, company_id, email, live = true }: SessionClaims, ip: string): string {
  const names = [sub, pubkey, company_id, email];
  const who = names.every((name) => name === undefined) ? [clientNetwork(ip)] : names;
  return `session:${createHash("sha256")
    .update(JSON.stringify([...who, live]))
    .digest("hex")}`;
}

/**
 * What a repetition is answered.
 *
 * @throws {ApiError} IDEMPOTENCY_CONFLICT where the key was used for other content
 */
export function repeatedAnswer({ content_sha256, status, answer }: RememberedAnswer, { content }: Claim): OnceAnswer<never> {
  if (content_sha256 === content) return { status, body: answer as never, repeated: true };
  throw new ApiError(409, "IDEMPOTENCY_CONFLICT", "This Idempotency-Key was used for other content.", {
    hint: "Use a new key for new content, or send exactly the same content again.",
  });
}
