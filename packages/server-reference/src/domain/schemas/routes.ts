import * as schemas from "@omla/sdk/protocol/schemas";
import * as z from "zod";
import { ApiError } from "../../api-error.ts";
import type { App } from "../../http.ts";

/** File name under `/schemas` → what it describes. */
const FILES: Readonly<Record<string, z.ZodType>> = {
  "omla-1.json": schemas.sidecarSchema,
  "registration.json": schemas.registrationSchema,
  "mutation.json": schemas.mutationSchema,
  "key-rotation.json": schemas.keyRotationSchema,
  "key-challenge.json": schemas.keyChallengeSchema,
  "recovery-proof.json": schemas.recoveryProofSchema,
  "hoster-claim.json": schemas.hosterClaimSchema,
  "hoster-verification.json": schemas.hosterVerificationSchema,
  "hoster-report.json": schemas.hosterReportSchema,
  "sign-in.json": schemas.signInSchema,
  "sidecar.json": schemas.sidecarSchema,
  "statement.json": schemas.statementSchema,
  "batch.json": schemas.batchSchema,
  "blacklist.json": schemas.blacklistSchema,
  "heartbeat.json": schemas.heartbeatSchema,
  "keyset.json": schemas.keysetSchema,
  "report.json": schemas.reportInputSchema,
};

const tags = ["registry"];

export function schemaRoutes(app: App): void {
  const params = z.strictObject({ file: z.string().max(80) });
  app.get("/schemas/", { schema: { tags, summary: "The JSON Schemas of documents and inputs" } }, async () => ({
    schemas: Object.keys(FILES).map((file) => `/schemas/${file}`),
  }));
  app.get("/schemas/:file", { schema: { tags, summary: "A JSON Schema", params } }, async (request, reply) => {
    const { file } = request.params;
    const schema = Object.hasOwn(FILES, file) ? FILES[file] : undefined;
    if (schema === undefined)
      throw new ApiError(404, "SCHEMA_UNKNOWN", `There is no schema ${file}.`, { hint: "See /schemas/ for those there are." });
    reply.header("cache-control", "public, max-age=86400").type("application/schema+json");
    return reply.send(JSON.stringify(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" })));
  });
}
