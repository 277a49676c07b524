import { randomUUID } from "node:crypto";
import type { App } from "../packages/server-reference/src/http.ts";
import type { AppContext } from "../packages/server-reference/src/context.ts";
import { reportInput } from "../packages/server-reference/src/domain/reports/schema.ts";
import { submitReport } from "../packages/server-reference/src/domain/reports/service.ts";
import { writeOnce } from "../packages/server-reference/src/plugins/idempotency.ts";
import { companyOf } from "../packages/server-reference/src/principal.ts";

/** Routes to compare `submit-report` with: the same without a credential, and a plain one that stores a report in four round trips. */
export function reportPeers(app: App, ctx: AppContext): void {
  app.post("/bench/submit-unchecked", { schema: { hide: true, body: reportInput } }, async (request, reply) => {
    const companyId = String(request.headers["x-company"]);
    request.principal = { kind: "company", companyId, keyId: "none", live: true, confirmed: true };
    return writeOnce(ctx, request, reply, async (tx) => {
      const { created, receipt } = await submitReport(ctx, tx, companyOf(request.principal), request.body);
      return { status: created ? 201 : 200, body: receipt };
    });
  });
  app.post(
    "/bench/submit-plainly",
    { config: { access: "company" }, schema: { hide: true, body: reportInput } },
    async (request, reply) => {
      const { companyId } = companyOf(request.principal);
      const { quarter, entries } = request.body;
      const [entry] = entries;
      if (entry === undefined || "models" in entry) throw new RangeError("the bench reports one model");
      const answer = { submission_id: randomUUID(), report_id: randomUUID(), royalty_usd: "30.000000" };
      const content = JSON.stringify(request.body);
      // Begin and commit are two, and these the other two.
      await ctx.db.service(async (tx) => {
        await tx.query(STORE, [
          answer.submission_id,
          companyId,
          quarter,
          content,
          answer.report_id,
          entry.model,
          entry.revenue_usd,
          entry.run_cost_usd,
          String(request.headers["idempotency-key"]),
          JSON.stringify(answer),
        ]);
        await tx.query("select omla.audit_append($1, 'report.submit', 'submission', $2, '{}')", [companyId, answer.submission_id]);
      });
      return reply.code(201).send(answer);
    },
  );
}

const STORE = `
  with key as (
    insert into omla.idempotency_keys (scope, key, content_sha256, status, answer) values ('bench:' || $2, $9, encode(sha256(convert_to($4, 'UTF8')), 'hex'), 201, $10)
    returning key),
  submission as (
    insert into omla.submissions (id, reporter_id, quarter, version, final, live, lineage_policy, content_sha256, content, first_filed_at, filed_at)
    values ($1::uuid, $2::uuid, $3, 1, false, true, 'sequential', encode(sha256(convert_to($4, 'UTF8')), 'hex'), $4, omla.now_seconds(), omla.now_seconds())
    returning id, first_filed_at)
  insert into omla.usage_reports (id, submission_id, reporter_id, model_id, quarter, live, filed_at, entry, inferences, revenue_usd, run_cost_usd,
    weight, rate, royalty_basis, royalty_usd, deducted_fees_usd, net_royalty_usd, hoster_share_pct, license_version, terms_sha256)
  select $5::uuid, s.id, $2::uuid, $6::uuid, $3, true, s.first_filed_at, 'entries[0]', 0, $7::numeric, $8::numeric,
         1, 0.3, 'revenue', 30, 0, 30, 0, 'v8', encode(sha256('terms'), 'hex')
    from submission s, key`;
