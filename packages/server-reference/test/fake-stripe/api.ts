import type { IncomingMessage, ServerResponse } from "node:http";
import { decodeForm } from "./form.ts";
import { routeOf } from "./routes.ts";
import { type Fault, type FaultKind, Desk, type Remembered, type Store, StripeFault } from "./state.ts";

const KEY_MS = 24 * 3_600_000;

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly replayed?: boolean;
}

/** Keys whose request is being worked on right now. */
const inFlight = new Set<string>();

/** Answers one request to /v1/…, with everything that Stripe demands of it and remembers about it. */
export function serveApi(store: Store, request: IncomingMessage, response: ServerResponse, text: string): void {
  const url = new URL(request.url ?? "/", "http://stripe.test");
  const method = request.method ?? "GET";
  const fault = takeFault(store, `${method} ${url.pathname}`);
  if (fault === "reset") return void request.socket.resetAndDestroy();
  if (fault === "timeout_before") return;
  if (fault === "slow") return workOnAfterHangUp(store, request, response, { method, url, text, fault });
  const answer = answerTo(store, request, { method, url, text, fault });
  store.save();
  if (fault === "timeout_after") return;
  send(response, answer);
}

interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly text: string;
  readonly fault: FaultKind | undefined;
}

function answerTo(store: Store, request: IncomingMessage, asked: Asked): Answer {
  try {
    assertForm(request, asked);
    if (asked.fault === "rate_limited") throw new StripeFault(429, "invalid_request_error", "Too many requests", "rate_limit");
    if (asked.fault === "conflict") throw keyInUse();
    if (asked.fault === "unavailable") throw new StripeFault(503, "api_error", "Service unavailable");
    return asked.method === "POST" ? once(store, request, asked) : execute(store, asked);
  } catch (error) {
    return refusal(error);
  }
}

/** The caller loses patience, the work goes on: until then its key is in use. */
function workOnAfterHangUp(store: Store, request: IncomingMessage, response: ServerResponse, asked: Asked): void {
  const key = String(request.headers["idempotency-key"]);
  inFlight.add(key);
  response.on("close", () => {
    inFlight.delete(key);
    answerTo(store, request, { ...asked, fault: undefined });
    store.save();
  });
}

/** The headers and the body's form that the real one insists on. */
function assertForm({ headers }: IncomingMessage, { method }: Asked): void {
  if (!/^Bearer (sk|rk)_test_\w+$/.test(headers.authorization ?? ""))
    throw new StripeFault(401, "invalid_request_error", "Invalid API Key provided");
  if (headers["stripe-version"] === undefined) throw new StripeFault(400, "invalid_request_error", "No Stripe-Version");
  if (method === "POST" && headers["content-type"] !== "application/x-www-form-urlencoded")
    throw new StripeFault(400, "invalid_request_error", `Invalid Content-Type: ${headers["content-type"] ?? "none"}`);
}

function once(store: Store, request: IncomingMessage, asked: Asked): Answer {
  const key = request.headers["idempotency-key"];
  if (typeof key !== "string") return execute(store, asked);
  if (inFlight.has(key)) throw keyInUse();
  const fingerprint = `${asked.method} ${asked.url.pathname}\n${asked.text}`;
  const known = remembered(store, key);
  if (known !== undefined) return replay(known, fingerprint, key);
  const { status, body } = execute(store, asked);
  store.state.keys[key] = { fingerprint, at_ms: store.state.now_ms, status, body };
  return { status, body };
}

function remembered({ state }: Store, key: string): Remembered | undefined {
  const known = state.keys[key];
  return known !== undefined && state.now_ms - known.at_ms < KEY_MS ? known : undefined;
}

function replay({ fingerprint, status, body }: Remembered, asked: string, key: string): Answer {
  if (fingerprint === asked) return { status, body, replayed: true };
  throw new StripeFault(
    400,
    "idempotency_error",
    `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}'.`,
  );
}

/** What was begun is remembered with its answer, an error included. */
function execute(store: Store, { method, url, text, fault }: Asked): Answer {
  try {
    const handler = routeOf(method, url.pathname);
    if (fault === "error_before") throw new StripeFault(500, "api_error", "An unknown error occurred");
    const body = handler(new Desk(store.state), decodeForm(method === "POST" ? text : url.search.slice(1)));
    if (fault === "error_after") throw new StripeFault(500, "api_error", "An unknown error occurred");
    return { status: 200, body };
  } catch (error) {
    return refusal(error);
  }
}

function refusal(error: unknown): Answer {
  if (!(error instanceof StripeFault)) throw error;
  return { status: error.status, body: error.body };
}

function keyInUse(): StripeFault {
  return new StripeFault(
    409,
    "idempotency_error",
    "There is currently another in-progress request using this Idempotent Key",
    "idempotency_key_in_use",
  );
}

function takeFault({ state }: Store, path: string): FaultKind | undefined {
  const fault: Fault | undefined = state.faults.find((candidate) => candidate.times > 0 && path.startsWith(candidate.path));
  if (fault === undefined) return undefined;
  fault.times -= 1;
  state.faults = state.faults.filter(({ times }) => times > 0);
  return fault.kind;
}

function send(response: ServerResponse, { status, body, replayed }: Answer): void {
  response.writeHead(status, {
    "content-type": "application/json",
    "request-id": "req_fake",
    ...(replayed === true ? { "idempotent-replayed": "true" } : {}),
  });
  response.end(JSON.stringify(body));
}
