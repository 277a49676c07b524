import type { HTTPError, KyInstance } from "ky";
import { OmlaError } from "../protocol/errors.ts";
import { credentialHeaders, type Credentials } from "./credentials.ts";
import { readBody, refusal, unreachable } from "./answer.ts";
import type { Answer, Call } from "./call.ts";
import { OmlaUnavailableError } from "./errors.ts";

/** `fetch`, or what stands in for it. */
export type Fetch = (input: Request, init?: RequestInit) => Promise<Response>;

export interface TransportOptions extends Credentials {
  /** Without a slash at its end. */
  readonly url: string;
  readonly fetch: Fetch;
  readonly now: () => Date;
  readonly newRequestId: () => string;
  /** For one attempt, its answer's body included. */
  readonly timeoutMs: number;
  /** Attempts after the first, of calls that may be repeated. */
  readonly retries: number;
  /** From 0 to 1, for the jitter. */
  readonly random: () => number;
  /** The pause before the first repetition, doubled each time, jittered. */
  readonly retryDelayMs: number;
}

export type Transport = (call: Call) => Promise<Answer>;

const RETRIED_STATUSES = [408, 409, 429, 500, 502, 503, 504];
const MAX_RETRY_AFTER_MS = 30_000;
const MAX_DELAY_MS = 10_000;
const MAX_BYTES = 16 * 1024 * 1024;

/** Sends calls through ky, which is loaded with the first of them. */
export function createTransport(options: TransportOptions): Transport {
  let loading: Promise<KyInstance> | undefined;
  return async (call) => {
    call.signal?.throwIfAborted();
    loading ??= import("ky").then((module) => module.default);
    const ky = await loading;
    const requestId = options.newRequestId();
    try {
      const response = await ky(options.url + call.path, kyOptions(options, call, requestId));
      const bytes = new Uint8Array(await response.arrayBuffer());
      return { status: response.status, headers: response.headers, bytes, requestId: response.headers.get("x-request-id") ?? requestId };
    } catch (error) {
      throw await translate(error, options, call, requestId);
    }
  };
}

function kyOptions(options: TransportOptions, call: Call, requestId: string): Parameters<KyInstance>[1] {
  const isRepeatable = call.method === "GET" || call.reads === true || call.idempotencyKey !== undefined;
  return {
    method: call.method,
    headers: requestHeaders(options, call, requestId),
    redirect: "manual",
    ...(call.query === undefined ? {} : { searchParams: { ...call.query } }),
    ...(call.body === undefined ? {} : { json: call.body }),
    ...(call.signal === undefined ? {} : { signal: call.signal }),
    timeout: call.timeoutMs ?? options.timeoutMs,
    fetch: (input, init) => fetchWhole(options, call, input as Request, init),
    retry: {
      limit: isRepeatable ? options.retries : 0,
      methods: ["get", "post"],
      statusCodes: RETRIED_STATUSES,
      afterStatusCodes: [409, 429, 503],
      retryOnTimeout: true,
      delay: (attempt) => options.retryDelayMs * 2 ** (attempt - 1),
      backoffLimit: MAX_DELAY_MS,
      jitter: (delayMs) => delayMs * (0.5 + options.random() / 2),
      shouldRetry: ({ error }) => shouldRetry(error, options.now()),
    },
  };
}

/** The id goes along with what writes, so that a lost answer can be found in the registry's log. */
function requestHeaders(options: TransportOptions, call: Call, requestId: string): Record<string, string> {
  return {
    accept: "application/json",
    ...credentialHeaders(options),
    ...(call.idempotencyKey === undefined ? {} : { "idempotency-key": call.idempotencyKey, "x-request-id": requestId }),
    ...call.headers,
  };
}

/** The whole answer within the time-out, so that a connection that breaks in the middle is repeated like one that never stood. */
async function fetchWhole(options: TransportOptions, call: Call, input: Request, init: RequestInit | undefined): Promise<Response> {
  let response: Response | undefined;
  try {
    response = await options.fetch(input, init);
    const body = await readBody(response, call.maxBytes ?? MAX_BYTES);
    if (response.type === "opaqueredirect" || (response.status >= 300 && response.status < 400)) throw refusal(response, "", options, call);
    return new Response(response.status === 204 ? null : body, { status: response.status, headers: response.headers });
  } catch (error) {
    if (error instanceof OmlaError || input.signal.aborted) throw error;
    throw unreachable(error, options.url, response !== undefined, call);
  }
}

/** `undefined` leaves the decision to ky's tables. */
function shouldRetry(error: Error, now: Date): boolean | undefined {
  if (error instanceof OmlaError) return error instanceof OmlaUnavailableError;
  const response = (error as Partial<HTTPError>).response;
  if (response === undefined) return error.name === "TimeoutError" ? undefined : false;
  const retryAfterMs = readRetryAfter(response.headers, now);
  if (response.status === 409) return retryAfterMs === undefined ? false : undefined;
  return retryAfterMs !== undefined && retryAfterMs > MAX_RETRY_AFTER_MS ? false : undefined;
}

/** ky's errors stop here: nobody behind this file knows of it. */
async function translate(error: unknown, options: TransportOptions, call: Call, requestId: string): Promise<unknown> {
  if (call.signal?.aborted === true) return call.signal.reason;
  if (error instanceof OmlaError || !(error instanceof Error)) return error;
  const { response } = error as Partial<HTTPError>;
  if (response !== undefined) {
    const data: unknown = await response.json().catch(() => undefined);
    return refusal(response, data, options, call, requestId, readRetryAfter(response.headers, options.now()));
  }
  if (error.name === "TimeoutError") {
    const timeoutMs = call.timeoutMs ?? options.timeoutMs;
    return new OmlaUnavailableError("TIMEOUT", `${options.url} did not answer within ${timeoutMs} ms`, {
      requestId,
      hint: "Run it again: the same call counts once. Raise `timeoutMs` where the line is slow.",
      cause: error,
    });
  }
  return error;
}

/** Seconds or an HTTP date, as milliseconds from now. */
function readRetryAfter(headers: Headers, now: Date): number | undefined {
  const text = headers.get("retry-after");
  if (text === null) return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now.getTime();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
