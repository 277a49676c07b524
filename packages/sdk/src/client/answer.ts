import type { OmlaError, OmlaErrorOptions } from "../protocol/errors.ts";
import { OmlaAccessError, OmlaConflictError, OmlaInputError, OmlaUnavailableError, OmlaVersionError } from "./errors.ts";
import { quoteDecimals } from "./exact-json.ts";
import type { Answer, Call } from "./call.ts";

const SKEW_MS = 300_000;
const AGAIN = "Run it again: the same call counts once.";
const LOOK_FIRST = "It may have been carried out: look before you send it again.";

/** What a broken connection means, by the code that Node, Deno and Bun give it; other runtimes do not say. */
const NETWORK_FAULTS: Readonly<Record<string, string>> = {
  ENOTFOUND: "its name does not resolve",
  EAI_AGAIN: "its name does not resolve now",
  ECONNREFUSED: "nothing listens there",
  ECONNRESET: "the connection was cut",
  UND_ERR_SOCKET: "the connection was cut",
  ETIMEDOUT: "the connection timed out",
  UND_ERR_CONNECT_TIMEOUT: "the connection timed out",
  CERT_HAS_EXPIRED: "by this machine's clock its certificate has expired; check the clock first",
  CERT_NOT_YET_VALID: "by this machine's clock its certificate is not valid yet; check the clock first",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is signed by nobody whom this machine trusts",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is signed by nobody whom this machine trusts",
};

type ErrorClass = new (
  code: string,
  message: string,
  options: OmlaErrorOptions & { readonly retryAfterMs?: number | undefined },
) => OmlaError;

const CLASSES: Readonly<Record<number, ErrorClass>> = {
  401: OmlaAccessError,
  402: OmlaAccessError,
  403: OmlaAccessError,
  405: OmlaVersionError,
  406: OmlaVersionError,
  408: OmlaUnavailableError,
  409: OmlaConflictError,
  410: OmlaVersionError,
  412: OmlaConflictError,
  425: OmlaUnavailableError,
  426: OmlaVersionError,
  429: OmlaUnavailableError,
  501: OmlaVersionError,
  505: OmlaVersionError,
};

/** What this side knows beyond the registry's own words: it answers alike for every key that it does not accept. */
const OWN_HINTS: Readonly<Record<string, string>> = {
  CREDENTIAL_INVALID: "A complete key that is refused was revoked, has expired, or belongs to another registry.",
};

/** A path that this registry does not have is a matter of versions, not of the caller's input. */
const VERSION_CODES = /^(NOT_FOUND|ROUTE_NOT_FOUND|NOT_IMPLEMENTED|PGRST(106|20[0-5])|42883|42P01)$/;

/** The class of a refusal: who must act. */
function classOf(status: number, code: string): ErrorClass {
  if (VERSION_CODES.test(code)) return OmlaVersionError;
  return CLASSES[status] ?? (status >= 500 ? OmlaUnavailableError : OmlaInputError);
}

interface Side {
  readonly url: string;
  readonly now: () => Date;
}

/** The error for an answer other than 2xx. */
export function refusal(response: Response, data: unknown, side: Side, call: Call, requestId?: string, retryAfterMs?: number): OmlaError {
  const { status, headers } = response;
  const id = headers.get("x-request-id") ?? requestId;
  if (response.type === "opaqueredirect" || (status >= 300 && status < 400)) return moved(side.url, headers.get("location"), id);
  const body = isRecord(data) ? data : undefined;
  if (typeof body?.["code"] !== "string" || typeof body["message"] !== "string")
    return foreign(status, headers, side.url, call, id, retryAfterMs);
  const details = isRecord(body["details"]) ? body["details"] : undefined;
  const hint = [body["hint"], OWN_HINTS[body["code"]], status < 500 ? clockHint(headers, side.now()) : undefined]
    .filter((part) => typeof part === "string" && part !== "")
    .join(" ");
  return new (classOf(status, body["code"]))(body["code"], body["message"], {
    path: typeof details?.["path"] === "string" ? details["path"] : undefined,
    hint: hint === "" ? undefined : hint,
    details,
    requestId: typeof body["request_id"] === "string" ? body["request_id"] : id,
    retryAfterMs,
  });
}

function moved(url: string, location: string | null, requestId: string | undefined): OmlaError {
  return new OmlaVersionError("REGISTRY_MOVED", `${url} redirects${location === null ? "" : ` to ${location.slice(0, 200)}`}`, {
    requestId,
    hint: "Credentials are not sent after a redirect: pass the new address as `url` once you trust it.",
  });
}

/** Something answered, but not in a registry's words: a proxy, another service, another version. */
function foreign(
  status: number,
  headers: Headers,
  url: string,
  call: Call,
  requestId: string | undefined,
  retryAfterMs?: number,
): OmlaError {
  const type = headers.get("content-type") ?? "no content type";
  if (status >= 500 || status === 429 || status === 408) {
    return new OmlaUnavailableError("REGISTRY_UNAVAILABLE", `${url} answered ${status} (${type})`, {
      requestId,
      retryAfterMs,
      hint: `What stands before the registry is busy or down. ${again(call)}`,
    });
  }
  return new OmlaVersionError("ANSWER_FOREIGN", `${url}${call.path} answered ${status} (${type}), not as a registry does`, {
    requestId,
    hint: "Check the registry's address, and that it runs a version with this function.",
  });
}

function again(call: Call): string {
  return call.method === "GET" || call.reads === true || call.idempotencyKey !== undefined ? AGAIN : LOOK_FIRST;
}

/** A refusal can come of a wrong clock; the answer's own date shows it. */
function clockHint(headers: Headers, now: Date): string | undefined {
  const theirs = Date.parse(headers.get("date") ?? "");
  const aheadMs = now.getTime() - theirs;
  if (!(Math.abs(aheadMs) > SKEW_MS)) return undefined;
  return `This machine's clock is ${Math.round(Math.abs(aheadMs) / 60_000)} minutes ${aheadMs > 0 ? "ahead of" : "behind"} the registry's.`;
}

/** The error for a call without an answer; `hasBegun` where the answer broke off. */
export function unreachable(error: unknown, url: string, hasBegun: boolean, call: Call): OmlaError {
  const code = networkCode(error);
  const why = NETWORK_FAULTS[code] ?? (hasBegun ? "the answer broke off" : "no connection");
  const [name, message] = hasBegun
    ? ["NETWORK_INTERRUPTED", `the connection to ${url} was lost in the middle of the answer: ${why}`]
    : ["NETWORK_UNREACHABLE", `${url} cannot be reached: ${why}`];
  return new OmlaUnavailableError(name, message, {
    hint: hasBegun ? again(call) : `Check the address and the network. ${again(call)}`,
    cause: error,
  });
}

function networkCode(error: unknown): string {
  for (let at: unknown = error, level = 0; at instanceof Error && level < 4; at = at.cause, level += 1) {
    const code = (at as { code?: unknown }).code;
    if (typeof code === "string" && code in NETWORK_FAULTS) return code;
  }
  return "";
}

/** The body's bytes, refused as soon as they are more than `maxBytes`. */
export async function readBody(response: Response, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  if (response.body === null) return new Uint8Array(0);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (const reader = response.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > maxBytes) {
      await reader.cancel();
      throw new OmlaVersionError("ANSWER_TOO_LARGE", `the answer is larger than ${maxBytes} bytes`, {
        hint: "Check the registry's address; ask for less at once.",
      });
    }
    chunks.push(value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** The answer's JSON, its decimals as strings. @throws {OmlaVersionError} ANSWER_FOREIGN */
export function parseAnswer(answer: Answer, call: Call, url: string): unknown {
  try {
    return JSON.parse(quoteDecimals(new TextDecoder("utf-8", { fatal: true }).decode(answer.bytes))) as unknown;
  } catch {
    throw foreign(answer.status, answer.headers, url, call, answer.requestId);
  }
}

type Kind = "string" | "number" | "boolean" | "array" | "object" | "amount" | "string|null";

const IS_KIND: Readonly<Record<Kind, (value: unknown) => boolean>> = {
  string: (value) => typeof value === "string",
  number: (value) => typeof value === "number",
  boolean: (value) => typeof value === "boolean",
  array: Array.isArray,
  object: isRecord,
  amount: (value) => typeof value === "string" && /^\d{1,13}\.\d{6}$/.test(value),
  "string|null": (value) => value === null || typeof value === "string",
};

/**
 * Demands the members on which this SDK relies, so that a registry of another version is named as such.
 *
 * @throws {OmlaVersionError} ANSWER_SHAPE
 */
export function expectMembers<T extends object>(value: unknown, members: Readonly<Partial<Record<keyof T, Kind>>>, what: string): T {
  for (const [name, kind] of Object.entries(members) as [string, Kind][]) {
    if (isRecord(value) && IS_KIND[kind](value[name])) continue;
    throw new OmlaVersionError(
      "ANSWER_SHAPE",
      `${what} has no \`${name}\` that is ${kind === "array" || kind === "amount" ? "an" : "a"} ${kind}`,
      {
        path: name,
        hint: "The registry runs a version that this SDK does not know: upgrade the older of the two.",
      },
    );
  }
  return value as T;
}

/** Demands a list. @throws {OmlaVersionError} ANSWER_SHAPE */
export function expectArray(value: unknown, what: string): readonly unknown[] {
  return expectMembers<{ list: unknown[] }>({ list: value }, { list: "array" }, what).list;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
