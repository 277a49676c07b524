import { buildStatement, documentDigest, formatTimestamp, parseQuarter, quarterEnd, signDocument } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import { appendAudit } from "../audit/repository.ts";
import { tickSubjects } from "../compliance/service.ts";
import { certificateError } from "./errors.ts";
import { findStanding } from "./repository.ts";
import type { Certificate } from "./schema.ts";

/**
 * The association's signed word on how a company stands for an ended quarter, as the facts are now.
 *
 * @throws {ApiError} QUARTER_NOT_ENDED | CERTIFICATE_KEY_MISSING
 * @see docs/spec/3-identity.md clause 3.27
 */
export async function issueCertificate(ctx: AppContext, tx: Tx, companyId: string, quarter: string): Promise<Certificate> {
  const now = ctx.clock.now();
  if (quarterEnd(parseQuarter(quarter, "quarter").text) > now)
    throw certificateError("QUARTER_NOT_ENDED", `${quarter} has not ended.`, "quarter");
  const key = ctx.keys.list;
  if (key === undefined) throw certificateError("CERTIFICATE_KEY_MISSING", "Nothing can be signed here.");
  // The state of the last weekly tick may be older than a deadline.
  await tickSubjects(tx, [companyId], "system");
  const standing = await findStanding(tx, companyId, quarter);
  const statement = buildStatement({
    generated_at: formatTimestamp(now),
    registry: ctx.config.publicUrl,
    company_id: companyId,
    quarter,
    ...standing,
  });
  await appendAudit(tx, {
    actor: companyId,
    action: "certificate.issue",
    entity: "commercial_user",
    entityId: companyId,
    detail: { quarter, digest: await documentDigest("statement", statement), key_id: key.keyId },
  });
  return signDocument("statement", statement, key.secretKey);
}
