import type { FastifyServerOptions } from "fastify";

/** Time-outs and sizes of the HTTP server: a slow or endless client is cut off. */
export const SERVER_LIMITS = {
  requestTimeout: 10_000,
  connectionTimeout: 15_000,
  keepAliveTimeout: 5_000,
  handlerTimeout: 10_000,
  maxRequestsPerSocket: 1_000,
  routerOptions: { maxParamLength: 200 },
  // Node looks for late clients every 30 seconds by itself, which would triple every limit here.
  http: { headersTimeout: 10_000, maxHeaderSize: 16_384, connectionsCheckingInterval: 1_000 },
  return503OnClosing: true,
  logger: false,
  requestIdHeader: false,
} as const satisfies FastifyServerOptions & { http: object };
