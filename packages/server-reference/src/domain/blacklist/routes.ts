import type { FastifyReply, FastifyRequest } from "fastify";
import * as z from "zod";
import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { writeOnce } from "../../plugins/idempotency.ts";
import { blacklistError } from "./errors.ts";
import { findKeyset, findLatestHeartbeat, findLatestList, findList } from "./repository.ts";
import { publishBlacklist } from "./service.ts";

const tags = ["blacklist"];
const SEQUENCE = z.strictObject({ sequence: z.string().regex(/^[1-9]\d{0,14}\.json$/, "must be a number and .json") });
const NEWEST = "public, max-age=300, stale-if-error=86400";
const IMMUTABLE = "public, max-age=31536000, immutable";

export function blacklistRoutes(app: App, ctx: AppContext): void {
  app.get("/api/blacklist.json", { schema: { tags, summary: "The newest list, in exact canonical bytes" } }, async (request, reply) => {
    const list = await ctx.db.service(findLatestList);
    if (list === undefined) throw blacklistError("LIST_MISSING", "No list has been published yet.");
    return sendFile(request, reply, list.raw, `${list.sequence}-${list.digest}`, NEWEST);
  });
  app.get(
    "/api/blacklist/:sequence",
    { schema: { tags, summary: "A list by its number, for good", params: SEQUENCE } },
    async (request, reply) => {
      const sequence = Number.parseInt(request.params.sequence, 10);
      const list = await ctx.db.service((tx) => findList(tx, sequence));
      if (list === undefined) throw blacklistError("LIST_MISSING", `There is no list ${sequence}.`);
      return sendFile(request, reply, list.raw, `${list.sequence}-${list.digest}`, IMMUTABLE);
    },
  );
  app.get(
    "/api/blacklist-keys/:sequence",
    { schema: { tags, summary: "A keyset by its version", params: SEQUENCE } },
    async (request, reply) => {
      const version = Number.parseInt(request.params.sequence, 10);
      const keyset = version > 2_147_483_647 ? undefined : await ctx.db.service((tx) => findKeyset(tx, version));
      if (keyset === undefined) throw blacklistError("KEYSET_MISSING", `There is no keyset ${version}.`);
      return sendFile(request, reply, keyset.raw, `keys-${version}`, IMMUTABLE);
    },
  );
  app.get("/api/blacklist.heartbeat.json", { schema: { tags, summary: "Confirms or ages the newest list" } }, async (request, reply) => {
    const heartbeat = await ctx.db.service(findLatestHeartbeat);
    if (heartbeat === undefined) throw blacklistError("HEARTBEAT_MISSING", "No heartbeat has been published yet.");
    return sendFile(request, reply, heartbeat.raw, `heartbeat-${heartbeat.generated_at.getTime()}`, NEWEST);
  });
  app.post(
    "/functions/v1/publish-blacklist",
    {
      config: { access: "operator", rate: "operator" },
      schema: { tags: ["operator"], security: [{ session: [] }], summary: "Publish the next list" },
    },
    async (request, reply) => writeOnce(ctx, request, reply, async (tx) => ({ status: 201, body: await publishBlacklist(ctx, tx) })),
  );
}

/** The stored bytes under a strong validator: they never change under the same number. */
function sendFile(request: FastifyRequest, reply: FastifyReply, raw: string, version: string, caching: string): FastifyReply {
  const etag = `"${version}"`;
  reply.header("etag", etag).header("cache-control", caching);
  if (matches(request.headers["if-none-match"], etag)) return reply.code(304).send();
  return reply.type("application/json; charset=utf-8").send(raw);
}

function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.trim() === "*" || header.split(",").some((candidate) => candidate.trim().replace(/^W\//, "") === etag);
}
