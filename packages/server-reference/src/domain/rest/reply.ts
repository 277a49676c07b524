import type { FastifyReply, FastifyRequest } from "fastify";
import { SOON_SECONDS } from "../../plugins/error-handler.ts";
import { type RestAnswer, RestError } from "../../postgrest/index.ts";
import { type CachedAnswer, etagOf, isKnown } from "./answer-cache.ts";

const VARY = "authorization, apikey, accept, prefer, range";

/**
 * Replies in the dialect. What strangers read has a validator, so that it can be asked for again without being sent again.
 *
 * @param cacheable - how long anybody may keep a stranger's answer; undefined where it must be asked for again each time
 */
export function send(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: RestAnswer | CachedAnswer,
  cacheable: string | undefined,
): FastifyReply {
  const { status, headers, body } = answer;
  reply.code(status).headers(headers).header("vary", VARY);
  if (request.principal.kind !== "anonymous") return reply.header("cache-control", "private, no-store").send(body);
  if (request.method !== "GET" || status !== 200 || body === undefined) {
    if (cacheable !== undefined) reply.header("cache-control", cacheable);
    return reply.send(body);
  }
  const etag = "etag" in answer ? answer.etag : etagOf(body);
  reply.header("etag", etag).header("cache-control", cacheable ?? "no-cache");
  return isKnown(request.headers["if-none-match"], etag) ? reply.code(304).send() : reply.send(body);
}

/** The dialect's refusals in its own form; all others as everywhere, which has the same members and a request id. */
export function answerRefusal(error: unknown, reply: FastifyReply): FastifyReply {
  if (!(error instanceof RestError)) throw error;
  const body = JSON.stringify(error.toBody());
  if (error.status === 401) reply.header("www-authenticate", "Bearer");
  if (error.status === 503) reply.header("retry-after", SOON_SECONDS);
  return reply.code(error.status).header("cache-control", "no-store").type("application/json; charset=utf-8").send(body);
}
