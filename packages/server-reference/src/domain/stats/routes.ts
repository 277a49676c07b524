import { createHash } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { statsAnswer } from "./schema.ts";
import { stats } from "./service.ts";
import { statsPage } from "./stats-page.ts";

const CACHING = "public, max-age=300";

export function statsRoutes(app: App, ctx: AppContext): void {
  app.get(
    "/stats",
    {
      config: { rate: "read" },
      schema: {
        tags: ["registry"],
        summary: "Figures without personal data, counted hourly; a page where text/html is accepted",
        response: { 200: statsAnswer },
      },
    },
    async (request, reply) => {
      const figures = await stats(ctx);
      if (wantsPage(request.headers.accept ?? "")) return send(request, reply, statsPage(figures), "text/html");
      return send(request, reply, JSON.stringify(figures), "application/json");
    },
  );
}

/** Browsers ask for text/html first; whoever asks for anything gets JSON. */
function wantsPage(accept: string): boolean {
  return accept.includes("text/html") && !accept.includes("application/json");
}

/** Sends text that was put together above, under a validator of its bytes. */
function send(request: FastifyRequest, reply: FastifyReply, body: string, type: string): FastifyReply {
  const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 27)}"`;
  reply.header("cache-control", CACHING).header("vary", "accept").header("etag", etag);
  if (request.headers["if-none-match"] === etag) return reply.code(304).send();
  return reply.type(`${type}; charset=utf-8`).serializer(asItIs).send(body);
}

function asItIs(text: string): string {
  return text;
}
