import type { FastifyReply, FastifyRequest } from "fastify";
import type { App } from "../http.ts";

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

/** The API documentation's own page builds its markup at run time; it gets no more than that. */
const DOCS_CONTENT_SECURITY_POLICY = CONTENT_SECURITY_POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'").replace(
  "; require-trusted-types-for 'script'",
  "",
);

const HEADERS: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
};

/** For an answer that no hook sees, since there was never a request, or none that has a route. */
export const BARE_HEADERS: Readonly<Record<string, string>> = {
  ...HEADERS,
  "content-security-policy": CONTENT_SECURITY_POLICY,
  "cache-control": "no-store",
};

const ONE_YEAR_SECONDS = 31_536_000;

/** Puts the same defensive headers on every answer, errors included. */
export function registerSecurityHeaders(app: App, publicUrl: string): void {
  const https = publicUrl.startsWith("https:");
  // A callback: a promise for each hook of each request is a cost that all reads share.
  app.addHook("onRequest", (request, reply, done) => {
    reply.headers(HEADERS);
    reply.header("x-request-id", request.id);
    reply.header("content-security-policy", isDocs(request.url) ? DOCS_CONTENT_SECURITY_POLICY : CONTENT_SECURITY_POLICY);
    if (https) reply.header("strict-transport-security", `max-age=${ONE_YEAR_SECONDS}`);
    if (isOpen(request.url)) allowEveryOrigin(request, reply);
    done();
  });
  app.options("/*", { schema: { hide: true } }, async (_request, reply) => reply.code(204).send());
}

/** What other people's pages may read: nothing here is answered by cookie, so an open origin gives nothing away. */
const OPEN_PATHS = ["/api/", "/badge/", "/rest/v1/", "/functions/v1/", "/.well-known/", "/schemas/", "/assets/", "/openapi.json"] as const;

function isOpen(url: string): boolean {
  return OPEN_PATHS.some((path) => url.startsWith(path));
}

function isDocs(url: string): boolean {
  return url === "/docs" || url.startsWith("/docs/");
}

function allowEveryOrigin(request: FastifyRequest, reply: FastifyReply): void {
  reply.header("access-control-allow-origin", "*");
  reply.header("cross-origin-resource-policy", "cross-origin");
  reply.header("access-control-expose-headers", "etag, content-range, retry-after, x-request-id, idempotent-replay");
  if (request.method !== "OPTIONS") return;
  reply.header("access-control-allow-methods", "GET, HEAD, POST, PATCH, DELETE");
  reply.header(
    "access-control-allow-headers",
    [
      "authorization, apikey, content-type, idempotency-key, x-request-id, prefer, range, accept-profile, content-profile",
      // What Supabase's clients send by themselves.
      "x-client-info, x-retry-count",
    ].join(", "),
  );
  reply.header("access-control-max-age", "86400");
}
