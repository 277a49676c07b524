import * as z from "zod";
import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { writeOnce } from "../../plugins/idempotency.ts";
import { boardOf } from "../../principal.ts";
import { ACT_FRESH, doc, READ } from "../admin/route-options.ts";
import { NOTE } from "../board/schema.ts";
import { eraseEvidence, openEvidence } from "./evidence-service.ts";

const noun = "evidence";
const ID = z.strictObject({ id: z.uuid() });

export function adminEvidenceRoutes(app: App, ctx: AppContext): void {
  app.get(
    "/admin/v1/evidence/:id",
    { config: READ, schema: { ...doc(noun, "One file; whoever reads it is in the audit log"), params: ID } },
    async (request, reply) => {
      const { memberId } = boardOf(request.principal);
      const { content, name, media_type } = await ctx.db.service((tx) => openEvidence(tx, request.params.id, memberId));
      // Never shown by the browser in our origin: a stranger made it.
      return reply
        .type("application/octet-stream")
        .header("content-disposition", `attachment; filename*=UTF-8''${encodeURIComponent(name).replaceAll("'", "%27")}`)
        .header("cache-control", "no-store")
        .header("x-media-type", media_type)
        .send(content);
    },
  );
  app.post(
    "/admin/v1/evidence/:id/erase",
    {
      config: ACT_FRESH,
      schema: {
        ...doc(noun, "Erase name and content of a file; its hash stays in the log"),
        params: ID,
        body: z.strictObject({ note: NOTE }),
        response: { 200: z.object({ erased: z.literal(true) }) },
      },
    },
    async (request, reply) => {
      const { memberId } = boardOf(request.principal);
      return writeOnce(ctx, request, reply, async (tx) => {
        await eraseEvidence(tx, request.params.id, memberId, request.body.note);
        return { status: 200, body: { erased: true as const } };
      });
    },
  );
}
