import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { formatVerdict, VERDICT_HEADER } from "./adapters/gate.ts";
import type { Verifier } from "./create-verifier.ts";
import type { Subject } from "./index-of-entries.ts";

const SUBJECT_NAMES = [
  "model",
  "model_id",
  "address",
  "sha256",
  "commercial_user_id",
  "domain",
  "location",
] as const satisfies readonly (keyof Subject)[];

/**
 * The verifier as a small local HTTP server, for gateways that are not written in JavaScript.
 *
 * `GET /check?model=…` answers the verdict as JSON with status 200, whatever it is. `/auth`, at any method and below any path, is the form
 * of nginx `auth_request` and Envoy `ext_authz`: 200 where the request may pass, 403 where it may not; it reads the same names from
 * `x-omla-<name>` headers or the query. `GET /healthz` answers the state of the list.
 */
export function createSidecar(verifier: Pick<Verifier, "check" | "status">): Server {
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000, maxHeaderSize: 16_384 }, (request, response) => {
    request.resume();
    answer(verifier, request, response);
  });
  server.maxRequestsPerSocket = 0;
  return server;
}

function answer(verifier: Pick<Verifier, "check" | "status">, request: IncomingMessage, response: ServerResponse): void {
  const url = URL.parse(request.url ?? "/", "http://sidecar.invalid");
  if (url === null) return reply(response, 400, { code: "BAD_REQUEST", message: "the path cannot be read" });
  if (url.pathname === "/auth" || url.pathname.startsWith("/auth/")) return authorize(verifier, subjectOf(request, url), response);
  if (request.method !== "GET" && request.method !== "HEAD")
    return reply(response, 405, { code: "METHOD_NOT_ALLOWED", message: "use GET" });
  if (url.pathname === "/healthz") return reply(response, 200, verifier.status());
  if (url.pathname !== "/check") return reply(response, 404, { code: "NOT_FOUND", message: "there is /check, /auth and /healthz" });
  const subject = subjectOf(request, url);
  if (Object.keys(subject).length === 0) {
    return reply(response, 400, { code: "SUBJECT_MISSING", message: `name what to check: ${SUBJECT_NAMES.join(", ")}` });
  }
  const verdict = verifier.check(subject);
  reply(response, 200, verdict, { [VERDICT_HEADER]: formatVerdict(verdict) });
}

function authorize(verifier: Pick<Verifier, "check">, subject: Subject, response: ServerResponse): void {
  const verdict = verifier.check(subject);
  reply(response, verdict.action === "deny" ? 403 : 200, verdict, { [VERDICT_HEADER]: formatVerdict(verdict) });
}

function subjectOf(request: IncomingMessage, url: URL): Subject {
  const subject: { -readonly [name in keyof Subject]: Subject[name] } = {};
  for (const name of SUBJECT_NAMES) {
    const header = request.headers[`x-omla-${name.replaceAll("_", "-")}`];
    const value = typeof header === "string" ? header : url.searchParams.get(name);
    if (value !== null && value !== "") subject[name] = value;
  }
  return subject;
}

function reply(response: ServerResponse, status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store", ...headers });
  response.end(`${JSON.stringify(body)}\n`);
}
