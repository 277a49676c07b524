import type { Socket } from "node:net";
import { OmlaError, type ErrorBody } from "@omla/sdk/protocol";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { ApiError } from "../api-error.ts";
import type { AppContext } from "../context.ts";
import { databaseError } from "../db/errors.ts";
import { BARE_HEADERS } from "./security-headers.ts";

/** Protocol codes whose meaning is not simply "the input is wrong" (400). */
const PROTOCOL_STATUS: Readonly<Partial<Record<string, number>>> = {
  SIGNATURE_INVALID: 403,
  ROYALTY_MISMATCH: 422,
  LIMIT_EXCEEDED: 413,
};

interface KnownFault {
  readonly status: number;
  readonly code: string;
  readonly hint: string;
}

/** Fastify's own refusals, in the form of all others. */
const FRAMEWORK_FAULTS: Readonly<Record<string, KnownFault>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: {
    status: 413,
    code: "BODY_TOO_LARGE",
    hint: "Send less at a time; a report's limit is higher than other bodies'.",
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { status: 415, code: "MEDIA_TYPE", hint: "Send the body as application/json." },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: { status: 400, code: "CONTENT_LENGTH", hint: "Send as many bytes as Content-Length says." },
  FST_ERR_CTP_EMPTY_JSON_BODY: { status: 400, code: "BODY_EMPTY", hint: "Send a JSON object, or no Content-Type." },
  FST_ERR_BAD_URL: { status: 400, code: "URL_INVALID", hint: "Percent-encode the path." },
  FST_ERR_HANDLER_TIMEOUT: { status: 503, code: "TIMEOUT", hint: "Try again later, with the same Idempotency-Key." },
};

/** Turns whatever was thrown into one body: code, message, path, hint, request id. Nothing of an unexpected fault leaves the server. */
export function registerErrorHandler(app: FastifyInstance, ctx: AppContext): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const refusal = asRefusal(error);
    if (refusal.status > 500)
      ctx.log.warn(
        { request_id: request.id, route: request.routeOptions.url, code: refusal.code, error: refusal.cause },
        "request refused",
      );
    if (refusal.status === 500) ctx.log.error({ request_id: request.id, route: request.routeOptions.url, error }, "request failed");
    return sendRefusal(reply, request, refusal);
  });
  app.setNotFoundHandler((request, reply) => sendRefusal(reply, request, notFound(request)));
}

/** For faults that Fastify finds before there is a route, such as a broken URL. */
export function answerFrameworkError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  reply.headers(BARE_HEADERS).header("x-request-id", request.id);
  sendRefusal(reply, request, asRefusal(error));
}

/** What Node's parser refuses, by its code; everything else is no HTTP. */
const CLIENT_FAULTS: Readonly<Record<string, KnownFault & { readonly reason: string; readonly message: string }>> = {
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    reason: "Request Timeout",
    code: "REQUEST_TIMEOUT",
    message: "The request did not arrive in time.",
    hint: "Send headers and body within ten seconds.",
  },
  HPE_HEADER_OVERFLOW: {
    status: 431,
    reason: "Request Header Fields Too Large",
    code: "HEADERS_TOO_LARGE",
    message: "The headers are too large.",
    hint: "Send less than 16 KiB of headers.",
  },
};
const NO_HTTP = {
  status: 400,
  reason: "Bad Request",
  code: "HTTP_INVALID",
  message: "This is no valid HTTP request.",
  hint: "Send HTTP/1.1 with one Content-Length, or chunked.",
};

/** Answers what never became a request, in the form of all other refusals, and hangs up. */
export function answerClientError(error: Error & { readonly code?: string }, socket: Socket, newId: () => string): void {
  // Who hung up hears nothing; and a second answer on a connection would be taken for the one to another request.
  if (error.code === "ECONNRESET" || !socket.writable || socket.destroyed) {
    socket.destroy();
    return;
  }
  const { status, reason, code, message, hint } = CLIENT_FAULTS[error.code ?? ""] ?? NO_HTTP;
  const request_id = newId();
  const body = JSON.stringify({ code, message, details: null, hint, request_id } satisfies ErrorBody);
  const headers = { ...BARE_HEADERS, "x-request-id": request_id, "content-type": "application/json; charset=utf-8", connection: "close" };
  const lines = Object.entries({ ...headers, "content-length": String(Buffer.byteLength(body)) }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  socket.end(`HTTP/1.1 ${status} ${reason}\r\n${lines.join("\r\n")}\r\n\r\n${body}`);
}

/** After which what was busy is worth another try. */
export const SOON_SECONDS = "1";

function sendRefusal(reply: FastifyReply, request: FastifyRequest, refusal: ApiError): FastifyReply {
  const body: ErrorBody = refusal.toBody(request.id);
  const seconds = refusal.details?.["retry_after_seconds"];
  if (typeof seconds === "number") reply.header("retry-after", String(seconds));
  else if (refusal.status === 503) reply.header("retry-after", SOON_SECONDS);
  if (refusal.status === 401) reply.header("www-authenticate", "Bearer");
  return reply.code(refusal.status).header("cache-control", "no-store").type("application/json; charset=utf-8").send(JSON.stringify(body));
}

function asRefusal(error: FastifyError): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof OmlaError) return fromProtocol(error);
  const known = FRAMEWORK_FAULTS[error.code];
  if (known !== undefined) return new ApiError(known.status, known.code, error.message, { hint: known.hint });
  return databaseError(error) ?? unexpected(error);
}

function fromProtocol(error: OmlaError): ApiError {
  const { path, hint, details } = error;
  return new ApiError(PROTOCOL_STATUS[error.code] ?? 400, error.code, error.message, { path, hint, details });
}

function unexpected(error: FastifyError): ApiError {
  const status = error.statusCode ?? 500;
  if (status < 500) return new ApiError(status, "REQUEST_INVALID", error.message, { hint: "See /docs for this operation." });
  return new ApiError(500, "INTERNAL", "The registry failed; nothing was stored.", {
    hint: "Try again later; if it stays, tell the operator the request id.",
  });
}

function notFound(request: FastifyRequest): ApiError {
  const path = request.url.split("?", 1)[0] ?? "";
  return new ApiError(404, "NOT_FOUND", `There is no ${request.method} ${path.slice(0, 200)} here.`, {
    hint: "See /docs for the operations of this registry.",
  });
}
