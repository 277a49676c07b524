import type { AppContext } from "../context.ts";
import type { App } from "../http.ts";

/** One line per answered request: the route's pattern, never its query, body or headers, where secrets travel. */
export function registerRequestLog(app: App, ctx: AppContext): void {
  app.addHook("onResponse", (request, reply, done) => {
    ctx.log.info(
      {
        request_id: request.id,
        method: request.method,
        route: request.routeOptions.url ?? null,
        status: reply.statusCode,
        duration_ms: Math.round(reply.elapsedTime * 10) / 10,
      },
      "request",
    );
    done();
  });
}
