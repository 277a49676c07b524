import { createServer, type IncomingMessage, type Server } from "node:http";
import type { Verifier } from "./verifier.ts";
import type { Subject } from "./index-of-entries.ts";
import { formatMetrics } from "./metrics.ts";
import type { Verdict } from "./verdict.ts";
import { formatVerdict, VERDICT_HEADER } from "./verdict-header.ts";

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
 * `x-omla-<name>` headers or the query. `GET /healthz` answers the state of the list,
 * `GET /metrics` the same figures for Prometheus.
 */
export function createSidecar(verifier: Pick<Verifier, "check" | "status">): Server {
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000, maxHeaderSize: 16_384 }, (request, response) => {
    request.resume();
    const { status, body, headers } = answer(verifier, request);
    const isText = typeof body === "string";
    const type = isText ? "text/plain; version=0.0.4; charset=utf-8" : "application/json";
    response.writeHead(status, { "content-type": type, "cache-control": "no-store", ...headers });
    response.end(isText ? body : `${JSON.stringify(body)}\n`);
  });
  return server;
}

interface Answer {
  readonly status: number;
  /** JSON, but for a text. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const refused = (status: number, code: string, message: string): Answer => ({ status, body: { code, message } });

function answer(verifier: Pick<Verifier, "check" | "status">, request: IncomingMessage): Answer {
  const url = URL.parse(request.url ?? "/", "http://sidecar.invalid");
  if (url === null) return refused(400, "BAD_REQUEST", "the path cannot be read");
  const subject = subjectOf(request, url);
  if (url.pathname === "/auth" || url.pathname.startsWith("/auth/")) return authorize(verifier.check(subject));
  if (request.method !== "GET" && request.method !== "HEAD") return refused(405, "METHOD_NOT_ALLOWED", "use GET");
  if (url.pathname === "/healthz") return { status: 200, body: verifier.status() };
  if (url.pathname === "/metrics") return { status: 200, body: formatMetrics(verifier.status()) };
  if (url.pathname !== "/check") return refused(404, "NOT_FOUND", "there is /check, /auth, /healthz and /metrics");
  if (Object.keys(subject).length === 0) return refused(400, "SUBJECT_MISSING", `name what to check: ${SUBJECT_NAMES.join(", ")}`);
  return { ...authorize(verifier.check(subject)), status: 200 };
}

function authorize(verdict: Verdict): Answer {
  return { status: verdict.action === "deny" ? 403 : 200, body: verdict, headers: { [VERDICT_HEADER]: formatVerdict(verdict) } };
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
