import { randomUUID } from "node:crypto";
import type { AppContext } from "../packages/server-reference/src/context.ts";
import { firstCharge } from "../packages/server-reference/src/domain/collections/charge-service.ts";
import { chargedRow, compute, filingRequest, prepareFiling, questionOf } from "../packages/server-reference/src/domain/reports/filing.ts";
import { createFilingDesk, type FilingDesk } from "../packages/server-reference/src/domain/reports/filing-desk.ts";
import { fileReports, findFilingFacts } from "../packages/server-reference/src/domain/reports/filing-repository.ts";
import { handIn } from "../packages/server-reference/src/domain/reports/routes.ts";
import { reportInput } from "../packages/server-reference/src/domain/reports/schema.ts";
import type { App } from "../packages/server-reference/src/http.ts";
import { claimOf } from "../packages/server-reference/src/plugins/idempotency.ts";
import { companyOf } from "../packages/server-reference/src/principal.ts";

type Sent = Parameters<typeof handIn>[3];
type Reply = Parameters<typeof handIn>[4];

/** Routes to compare `submit-report` with. */
export function reportPeers(app: App, ctx: AppContext): void {
  const desk = createFilingDesk(ctx);
  const schema = { hide: true, body: reportInput };
  app.post("/bench/submit-unchecked", { schema }, (request, reply) => submitUnchecked(ctx, desk, request, reply));
  app.post("/bench/submit-in-four", { config: { access: "company" }, schema }, (request, reply) => submitInFour(ctx, request, reply));
  app.post("/bench/submit-plainly", { config: { access: "company" }, schema }, (request, reply) => submitPlainly(ctx, request, reply));
}

/** Ours without the credential: the company is believed. */
function submitUnchecked(ctx: AppContext, desk: FilingDesk, request: Sent, reply: Reply): Promise<Reply> {
  const companyId = String(request.headers["x-company"]);
  request.principal = { kind: "company", companyId, keyId: "none", live: true, confirmed: true };
  return handIn(ctx, desk, "submit", request, reply);
}

/**
 * The same work in four round trips, as it is usually done: begin, one statement that reads everything, one that writes everything, commit.
 *
 * It calls the very functions that ours calls, in TypeScript and in SQL, so that every row, check, posting and audit row is the same, and so is
 * the look-up of the credential. What differs is ours: no transaction around two statements, and one statement for several reports.
 */
async function submitInFour(ctx: AppContext, request: Sent, reply: Reply): Promise<Reply> {
  const asked = await filingRequest(ctx, companyOf(request.principal), request.body, await claimOf(request, request.body));
  const receipt = await ctx.db.service(async (tx) => {
    const [facts] = await findFilingFacts(tx, [questionOf(ctx, asked)]);
    if (facts === undefined || "earlier" in facts) throw new RangeError("the bench files each report once");
    const prepared = await prepareFiling(ctx, tx, asked, facts, compute(ctx, facts.terms, asked.input));
    const [statuses] = await fileReports(tx, [chargedRow(prepared.row, firstCharge(prepared.row.company_id, prepared.charged))]);
    if (statuses === undefined) throw new RangeError("the bench files one report of a company at a time");
    return prepared.receipt;
  });
  return reply.code(201).send(receipt);
}

/**
 * Far less work in four round trips: the report's rows, its key and its audit row are stored as they came. Nothing is computed or compared,
 * nothing is charged, and nobody's standing moves.
 */
async function submitPlainly(ctx: AppContext, request: Sent, reply: Reply): Promise<Reply> {
  const { companyId } = companyOf(request.principal);
  const { quarter, entries } = request.body;
  const [entry] = entries;
  if (entry === undefined || "models" in entry) throw new RangeError("the bench reports one model");
  const answer = { submission_id: randomUUID(), report_id: randomUUID(), royalty_usd: "30.000000" };
  // Begin and commit are two, and these the other two.
  await ctx.db.service(async (tx) => {
    await tx.query(STORE, [
      answer.submission_id,
      companyId,
      quarter,
      JSON.stringify(request.body),
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
