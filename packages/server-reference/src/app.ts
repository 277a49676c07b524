import Fastify, { type RouteOptions } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { assertServable } from "./config.ts";
import type { AppContext } from "./context.ts";
import { auditRoutes } from "./domain/audits/routes.ts";
import { badgeRoutes } from "./domain/badges/routes.ts";
import { adminRoutes } from "./domain/admin/routes.ts";
import { blacklistRoutes } from "./domain/blacklist/routes.ts";
import { enrolFirstMember } from "./domain/board/service.ts";
import { certificateRoutes } from "./domain/certificates/routes.ts";
import { collectionRoutes } from "./domain/collections/routes.ts";
import { companyRoutes } from "./domain/companies/routes.ts";
import { complaintRoutes } from "./domain/complaints/routes.ts";
import { complianceRoutes } from "./domain/compliance/routes.ts";
import { currencyRoutes } from "./domain/currencies/routes.ts";
import { disputeRoutes } from "./domain/disputes/routes.ts";
import { documentRoutes } from "./domain/documents/routes.ts";
import { healthRoutes } from "./domain/health/routes.ts";
import { hosterRoutes } from "./domain/hosters/routes.ts";
import { modelRoutes } from "./domain/models/routes.ts";
import { pageRoutes, type SidecarOf } from "./domain/pages/routes.ts";
import { railRoutes } from "./domain/rails/routes.ts";
import { taxRoutes } from "./domain/tax/routes.ts";
import { payoutRoutes } from "./domain/payouts/routes.ts";
import { registryRoutes } from "./domain/registry/routes.ts";
import { writeRegistryFacts } from "./domain/registry/settings-repository.ts";
import { reportRoutes } from "./domain/reports/routes.ts";
import { restRoutes } from "./domain/rest/routes.ts";
import { sessionRoutes } from "./domain/sessions/routes.ts";
import { sidecarRoutes } from "./domain/sidecars/routes.ts";
import { schemaRoutes } from "./domain/schemas/routes.ts";
import { statsRoutes } from "./domain/stats/routes.ts";
import { walletRoutes } from "./domain/wallets/routes.ts";
import { webhookRoutes } from "./domain/webhooks/routes.ts";
import type { App } from "./http.ts";
import { registerAuth } from "./plugins/auth.ts";
import { registerBoardGuard } from "./plugins/board-guard.ts";
import { answerClientError, answerFrameworkError, registerErrorHandler } from "./plugins/error-handler.ts";
import { registerLedgerMetrics } from "./plugins/ledger-metrics.ts";
import { registerMetrics } from "./plugins/metrics.ts";
import { registerOpenapi } from "./plugins/openapi.ts";
import { registerRateLimit } from "./plugins/rate-limit.ts";
import { createRequestIds } from "./plugins/request-ids.ts";
import { registerRequestLog } from "./plugins/request-log.ts";
import { registerSecurityHeaders } from "./plugins/security-headers.ts";
import { registerStrictJson } from "./plugins/strict-json.ts";
import { SERVER_LIMITS } from "./plugins/server-limits.ts";
import { registerTurnstile } from "./plugins/turnstile.ts";
import { registerValidation } from "./plugins/validation.ts";

/** What only a demonstration adds. */
export interface AppExtras {
  readonly sidecarOf?: SidecarOf;
  readonly routes?: (app: App, ctx: AppContext) => void;
  /** Hears of every route as it is registered. */
  readonly onRoute?: (route: RouteOptions) => void;
}

/**
 * The whole registry as one Fastify server; it does not listen yet.
 *
 * @example
 * const app = await buildApp(await createContext(loadConfig(process.env)));
 * await app.listen({ port: 8080 });
 */
export async function buildApp(ctx: AppContext, extras: AppExtras = {}): Promise<App> {
  assertServable(ctx.config);
  const newId = createRequestIds(ctx.random);
  const app: App = Fastify({
    ...SERVER_LIMITS,
    trustProxy: ctx.config.trustProxy.length === 0 ? false : [...ctx.config.trustProxy],
    bodyLimit: ctx.config.limits.bodyBytes,
    frameworkErrors: answerFrameworkError,
    clientErrorHandler: (error, socket) => answerClientError(error, socket, newId),
    genReqId: newId,
  }).withTypeProvider<ZodTypeProvider>();
  app.server.maxConnections = ctx.config.limits.connections;

  if (extras.onRoute !== undefined) app.addHook("onRoute", extras.onRoute);
  registerErrorHandler(app, ctx);
  registerStrictJson(app);
  registerValidation(app);
  registerSecurityHeaders(app, ctx.config.publicUrl);
  registerRequestLog(app, ctx);
  await registerBoardGuard(app);
  registerAuth(app, ctx);
  registerRateLimit(app, ctx);
  registerTurnstile(app, ctx);
  await registerOpenapi(app, ctx);
  await registerMetrics(app);
  registerLedgerMetrics(app, ctx);

  healthRoutes(app, ctx);
  registryRoutes(app, ctx);
  statsRoutes(app, ctx);
  schemaRoutes(app);
  modelRoutes(app, ctx);
  documentRoutes(app, ctx);
  walletRoutes(app, ctx);
  hosterRoutes(app, ctx);
  sessionRoutes(app, ctx);
  sidecarRoutes(app, ctx);
  companyRoutes(app, ctx);
  reportRoutes(app, ctx);
  collectionRoutes(app, ctx);
  payoutRoutes(app, ctx);
  currencyRoutes(app, ctx);
  certificateRoutes(app, ctx);
  complaintRoutes(app, ctx);
  complianceRoutes(app, ctx);
  disputeRoutes(app, ctx);
  auditRoutes(app, ctx);
  webhookRoutes(app, ctx);
  blacklistRoutes(app, ctx);
  adminRoutes(app, ctx);
  badgeRoutes(app, ctx);
  await railRoutes(app, ctx);
  taxRoutes(app, ctx);
  await restRoutes(app, ctx);
  await pageRoutes(app, ctx, extras.sidecarOf);
  extras.routes?.(app, ctx);
  app.addHook("onReady", () => writeRegistryFacts(ctx));
  app.addHook("onReady", () => enrolFirstMember(ctx));
  return app;
}
