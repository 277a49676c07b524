import { http, type HttpHandler, HttpResponse } from "msw";
import { OmlaError } from "../protocol/errors.ts";
import { type Answer, answerOf, type Caller } from "./answers.ts";
import { catchUp } from "./publications.ts";
import { sessionKey } from "./sessions.ts";
import { Refusal, type State } from "./state.ts";

/** What the next requests meet instead of the registry. */
export interface Faults {
  /** Answers that come first, the oldest before. */
  readonly waiting: (() => Response)[];
}

/** Codes of the protocol that are not simply wrong input. */
const STATUS: Readonly<Record<string, number>> = { SIGNATURE_INVALID: 403, LIMIT_EXCEEDED: 413 };

/** One handler for everything under the registry's origin: what it does not have, it refuses as the reference registry does. */
export function registryHandlers(state: State, faults: Faults): HttpHandler[] {
  return [http.all(`${state.origin}/*`, ({ request }) => respond(state, faults, request))];
}

/** The registry's answer; a fault that a test asked for goes first. */
export async function respond(state: State, faults: Faults, request: Request): Promise<Response> {
  const fault = faults.waiting.shift();
  if (fault !== undefined) return fault();
  const requestId = request.headers.get("x-request-id") ?? crypto.randomUUID();
  try {
    await catchUp(state);
    return toResponse(await answerOf(state, request, new URL(request.url).pathname, callerOf(state, request)), requestId);
  } catch (error) {
    return refusalResponse(error, requestId);
  }
}

/** One answer for an unknown, a wrong and a revoked key, and for a session that is over. */
function callerOf(state: State, request: Request): Caller {
  const bearer = /^Bearer (\S+)$/.exec(request.headers.get("authorization") ?? "")?.[1];
  if (bearer === undefined || bearer === "anon") return {};
  const key = state.keys.get(bearer);
  const company = key === undefined || key.revoked_at !== null ? undefined : state.companies.get(key.company_id);
  if (key !== undefined && company !== undefined) return { reporter: { company, live: key.live }, kid: key.kid };
  const pubkey = sessionKey(state, bearer);
  if (pubkey !== undefined) return { pubkey };
  throw new Refusal(401, "CREDENTIAL_INVALID", "this credential is not accepted", { hint: "Send a usable API key." });
}

function toResponse({ status, body, raw }: Answer, requestId: string): Response {
  const headers = { "content-type": "application/json; charset=utf-8", "x-request-id": requestId };
  return new HttpResponse(raw ?? JSON.stringify(body), { status, headers });
}

function refusalResponse(error: unknown, requestId: string): Response {
  if (!(error instanceof OmlaError)) throw error;
  const status = error instanceof Refusal ? error.status : (STATUS[error.code] ?? 400);
  return toResponse({ status, body: error.toBody(requestId) }, requestId);
}
