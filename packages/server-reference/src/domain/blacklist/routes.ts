import type { FastifyReply, FastifyRequest } from "fastify";
import * as z from "zod";
import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { writeOnce } from "../../plugins/idempotency.ts";
import { keysetNumbered, listNumbered, newestHeartbeat, newestList, type PublishedFile } from "./published-service.ts";
import { publishBlacklist } from "./service.ts";
import { registerListMetrics } from "./list-metrics.ts";

const tags = ["blacklist"];
const SEQUENCE = z.strictObject({ sequence: z.string().regex(/^[1-9]\d{0,14}\.json$/, "must be a number and .json") });
const NEWEST = "public, max-age=300, stale-if-error=86400";
const IMMUTABLE = "public, max-age=31536000, immutable";

export function blacklistRoutes(app: App, ctx: AppContext): void {
  app.get("/api/blacklist.json", { schema: { tags, summary: "The newest list, in exact canonical bytes" } }, async (request, reply) =>
    sendFile(request, reply, await newestList(ctx), NEWEST),
  );
  app.get(
    "/api/blacklist/:sequence",
    { schema: { tags, summary: "A list by its number, for good", params: SEQUENCE } },
    async (request, reply) => sendFile(request, reply, await listNumbered(ctx, numberOf(request.params)), IMMUTABLE),
  );
  app.get(
    "/api/blacklist-keys/:sequence",
    { schema: { tags, summary: "A keyset by its version", params: SEQUENCE } },
    async (request, reply) => sendFile(request, reply, await keysetNumbered(ctx, numberOf(request.params)), IMMUTABLE),
  );
  app.get("/api/blacklist.heartbeat.json", { schema: { tags, summary: "Confirms or ages the newest list" } }, async (request, reply) =>
    sendFile(request, reply, await newestHeartbeat(ctx), NEWEST),
  );
  app.post(
    "/functions/v1/publish-blacklist",
    {
      config: { access: "operator", rate: "operator" },
      schema: {
        tags: ["operator"],
        security: [{ session: [] }],
        summary: "Publish the next list; 202 where it waits for two members of the board or further signatures",
      },
    },
    async (request, reply) =>
      writeOnce(ctx, request, reply, async (tx) => {
        const body = await publishBlacklist(ctx, tx, { actor: "operator" });
        return { status: body.published ? 201 : 202, body };
      }),
  );
  registerListMetrics(app, ctx);
}

/** The number in `12.json`. */
function numberOf({ sequence }: z.infer<typeof SEQUENCE>): number {
  return Number.parseInt(sequence, 10);
}

/** The stored bytes under a strong validator: they never change under the same number. */
function sendFile(request: FastifyRequest, reply: FastifyReply, { raw, version }: PublishedFile, caching: string): FastifyReply {
  const etag = `"${version}"`;
  reply.header("etag", etag).header("cache-control", caching);
  if (matches(request.headers["if-none-match"], etag)) return reply.code(304).send();
  return reply.type("application/json; charset=utf-8").send(raw);
}

function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.trim() === "*" || header.split(",").some((candidate) => candidate.trim().replace(/^W\//, "") === etag);
}
