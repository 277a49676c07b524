import { formatTimestamp } from "@omla/sdk/protocol";
import * as z from "zod";
import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { badgeEndpoint, badgeSvg } from "./badge-view.ts";
import { badgeOf } from "./service.ts";

const tags = ["badges"];
const FILE = z.strictObject({
  file: z
    .string()
    .max(80)
    .regex(/\.(svg|json)$/, "must end in .svg or .json"),
});
const CACHING = "public, max-age=60, stale-if-error=86400";

export function badgeRoutes(app: App, ctx: AppContext): void {
  app.get(
    "/badge/:file",
    { config: { rate: "badge" }, schema: { tags, summary: "A model's state as an image (.svg) or for shields.io (.json)", params: FILE } },
    async (request, reply) => {
      const [name = "", kind] = request.params.file.split(/\.(?=[a-z]+$)/);
      const badge = await badgeOf(ctx, name);
      reply.header("cache-control", CACHING);
      if (kind === "json") return reply.send(badgeEndpoint(badge));
      return reply.type("image/svg+xml; charset=utf-8").send(badgeSvg(badge, formatTimestamp(ctx.clock.now())));
    },
  );
}
