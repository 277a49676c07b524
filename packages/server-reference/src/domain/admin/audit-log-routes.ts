import * as z from "zod";
import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { writeOnce } from "../../plugins/idempotency.ts";
import { boardOf } from "../../principal.ts";
import { browseAuditLog, redact } from "../audit/redaction-service.ts";
import { NOTE } from "../board/schema.ts";
import { ACT_FRESH, doc, READ } from "./route-options.ts";

const noun = "audit";
const WORD = z.string().min(1).max(200).optional();
const querystring = z.strictObject({
  entity: WORD,
  entity_id: WORD,
  actor: WORD,
  action: WORD,
  before: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional().describe("Only rows before this number: the next page"),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
const entries = z
  .object({
    entries: z.array(
      z.object({
        seq: z.string(),
        at: z.string(),
        actor: z.string(),
        action: z.string(),
        entity: z.string(),
        entity_id: z.string(),
        detail: z.unknown().describe("Null where it was erased"),
        redacted_at: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: "AuditLog" });
const redaction = z
  .discriminatedUnion("what", [
    z.strictObject({
      what: z.enum(["complaint", "dispute", "audit", "company-contact", "model-contact", "wallet-contact"]),
      id: z.uuid(),
      reason: NOTE,
    }),
    z.strictObject({
      what: z.literal("audit-detail"),
      id: z.string().regex(/^[1-9]\d{0,14}$/, "must be the number of an audit row"),
      reason: NOTE,
    }),
  ])
  .meta({ id: "Redaction" });

/** What happened, and the erasure of what names a person. */
export function adminAuditLogRoutes(app: App, ctx: AppContext): void {
  app.get(
    "/admin/v1/audit",
    { config: READ, schema: { ...doc(noun, "The audit log, the newest rows first"), querystring, response: { 200: entries } } },
    async (request) => ({ entries: await browseAuditLog(ctx, request.query) }),
  );
  app.post(
    "/admin/v1/redactions",
    {
      config: ACT_FRESH,
      schema: { ...doc(noun, "Erase personal data for good"), body: redaction, response: { 200: z.object({ erased: z.int() }) } },
    },
    async (request, reply) =>
      writeOnce(ctx, request, reply, async (tx) => ({ status: 200, body: await redact(tx, boardOf(request.principal), request.body) })),
  );
}
