import { readAnswer, type RestAnswer } from "./answer.ts";
import { callStatement, planCall } from "./call-routine.ts";
import { readAccept, readPreferences } from "./headers.ts";
import { parseQuery, readPairs } from "./parse-query.ts";
import { RestError } from "./rest-error.ts";
import { type Context, formOf, isRead, ranged, type RestRequest, run } from "./rest-request.ts";

export async function serveRoutine(context: Context, request: RestRequest): Promise<RestAnswer> {
  const { catalogue, bounds } = context;
  if (!isRead(request) && request.method !== "POST")
    throw new RestError(405, "PGRST101", "Only GET, HEAD, and POST verbs can be used for functions");
  const names = new Set((catalogue.routines.get(request.target) ?? []).flatMap(({ args }) => args.map(({ name }) => name)));
  const query = ranged(parseQuery(readPairs(request.query, bounds), bounds, isRead(request) ? names : undefined), request);
  const plan = planCall(catalogue, { name: request.target, query, body: isRead(request) ? undefined : request.body }, bounds);
  const accepted = readAccept(request.headers["accept"]);
  const preferences = readPreferences(request.headers["prefer"]);
  const form = request.method === "HEAD" ? "none" : plan.routine.returnsSet ? formOf(accepted) : "object";
  const statement = callStatement(catalogue.schema, plan, { form, stripNulls: accepted.stripNulls, counts: preferences.counts });
  const readOnly = isRead(request) || plan.routine.isReadOnly;
  const changesNothing = plan.routine.isReadOnly;
  const row = await run(context, request, statement, { readOnly, changesNothing }, plan.routine.returnsSet ? accepted : undefined);
  if (plan.routine.returns === "void") return { status: 204, headers: {}, body: undefined };
  const answer = readAnswer(row, query.clauses.offset, accepted, preferences);
  return form === "object" ? { ...answer, body: answer.body ?? "null" } : answer;
}
