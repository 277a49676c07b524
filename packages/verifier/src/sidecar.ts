import { createServer, type IncomingMessage, type Server } from "node:http";
import type { Action } from "./policy.ts";
import type { Verifier } from "./verifier.ts";
import type { Subject } from "./index-of-entries.ts";
import { formatMetrics } from "./metrics.ts";
import { SUBJECT_NAMES } from "./search.ts";
import type { Verdict } from "./verdict.ts";
import { formatVerdict, VERDICT_HEADER } from "./verdict-header.ts";

/** More than nginx and Envoy take of a caller: what they pass on must be read, not refused half-way. */
const MAX_HEADER_BYTES = 131_072;
const STRICTEST: readonly Action[] = ["deny", "review", "allow"];

export interface SidecarOptions {
  /** What `/auth` makes of a verdict of `review`, and of a request that names nothing: `pass` unless said. */
  readonly onReview?: "pass" | "refuse";
}

type Asked = Pick<Verifier, "check" | "status">;

/**
 * The verifier as a small local HTTP server, for gateways that are not written in JavaScript.
 *
 * `GET /check?model=…` answers the verdict as JSON with status 200, whatever it is. `/auth`, at any method and below any path, is the form
 * of nginx `auth_request` and Envoy `ext_authz`: 200 where the request may pass, 403 where it may not; it reads the same names from
 * `x-omla-<name>` headers and the query. A name that is said more than once is asked about each time, and the strictest verdict counts.
 * `GET /healthz` answers the state of the list, `GET /metrics` the same figures for Prometheus.
 */
export function createSidecar(verifier: Asked, options: SidecarOptions = {}): Server {
  const limits = { requestTimeout: 10_000, headersTimeout: 10_000, maxHeaderSize: MAX_HEADER_BYTES };
  const server = createServer(limits, (request, response) => {
    request.resume();
    const { status, body, headers } = answer(verifier, request, options);
    const isText = typeof body === "string";
    const type = isText ? "text/plain; version=0.0.4; charset=utf-8" : "application/json";
    response.writeHead(status, { "content-type": type, "cache-control": "no-store", ...headers });
    response.end(isText ? body : `${JSON.stringify(body)}\n`);
  });
  // All headers, or one that is left out could be the one that names the model.
  server.maxHeadersCount = 0;
  // Gateways take other codes for a fault of the sidecar, and may let the request pass.
  server.on("clientError", (_error, socket) => {
    if (socket.writable) socket.end("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    else socket.destroy();
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

const missing = (status: number): Answer => refused(status, "SUBJECT_MISSING", `name what to check: ${SUBJECT_NAMES.join(", ")}`);

function answer(verifier: Asked, request: IncomingMessage, { onReview = "pass" }: SidecarOptions): Answer {
  // The path as it was sent: read as a URL, `/auth/../healthz` would be another one.
  const [path = "", ...queries] = (request.url ?? "").split("?");
  const subjects = subjectsOf(request, new URLSearchParams(queries.join("?")));
  if (path === "/auth" || path.startsWith("/auth/")) {
    // Who lets only through what was looked at must not let through what nobody named.
    if (subjects.length === 0 && onReview === "refuse") return missing(403);
    return authorize(strictest(verifier, subjects), onReview);
  }
  if (request.method !== "GET" && request.method !== "HEAD") return refused(405, "METHOD_NOT_ALLOWED", "use GET");
  if (path === "/healthz") return { status: 200, body: verifier.status() };
  if (path === "/metrics") return { status: 200, body: formatMetrics(verifier.status()) };
  if (path !== "/check") return refused(404, "NOT_FOUND", "there is /check, /auth, /healthz and /metrics");
  if (subjects.length === 0) return missing(400);
  return { ...authorize(strictest(verifier, subjects), onReview), status: 200 };
}

function authorize(verdict: Verdict, onReview: "pass" | "refuse"): Answer {
  const isRefused = verdict.action === "deny" || (verdict.action === "review" && onReview === "refuse");
  return { status: isRefused ? 403 : 200, body: verdict, headers: { [VERDICT_HEADER]: formatVerdict(verdict) } };
}

function strictest(verifier: Asked, [first = {}, ...others]: readonly Subject[]): Verdict {
  return others
    .map((subject) => verifier.check(subject))
    .reduce((worst, one) => (STRICTEST.indexOf(one.action) < STRICTEST.indexOf(worst.action) ? one : worst), verifier.check(first));
}

/** One subject of all names, then one for each further value of a name. */
function subjectsOf({ headersDistinct }: IncomingMessage, query: URLSearchParams): Subject[] {
  const first: { -readonly [name in keyof Subject]: Subject[name] } = {};
  const further: Subject[] = [];
  for (const name of SUBJECT_NAMES) {
    const sent = headersDistinct[`x-omla-${name.replaceAll("_", "-")}`] ?? [];
    const [value, ...others] = new Set([...sent.flatMap(partsOf), ...query.getAll(name)].filter((text) => text !== ""));
    if (value !== undefined) first[name] = value;
    for (const other of others) further.push({ [name]: other });
  }
  return Object.keys(first).length === 0 ? [] : [first, ...further];
}

/** A header, and what a proxy may have joined to it of others of the same name. */
function partsOf(header: string): string[] {
  return header.includes(",") ? [header, ...header.split(",").map((part) => part.trim())] : [header];
}
