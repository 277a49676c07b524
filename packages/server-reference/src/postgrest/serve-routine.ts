import { assertAffected, assertSingle, readAnswer, type RestAnswer } from "./answer.ts";
import { type CallPlan, callStatement, planCall } from "./call-routine.ts";
import { type Accepted, type Preferences, readAccept, readPreferences } from "./headers.ts";
import { parseQuery, readPairs } from "./parse-query.ts";
import type { Query } from "./query.ts";
import type { AnswerRow } from "./read-sql.ts";
import { clip, RestError } from "./rest-error.ts";
import { type Context, formOf, isRead, ranged, type RestRequest, run } from "./rest-request.ts";
import type { Statement } from "./sql.ts";
import { namesOf } from "./statement-cache.ts";

export async function serveRoutine(context: Context, request: RestRequest): Promise<RestAnswer> {
  const { catalogue, bounds } = context;
  if (!isRead(request) && request.method !== "POST")
    throw new RestError(405, "PGRST101", `Cannot use the ${clip(request.method)} method on RPC`);
  const names = new Set((catalogue.routines.get(request.target) ?? []).flatMap(({ args }) => args.map(({ name }) => name)));
  const query = ranged(parseQuery(readPairs(request.query, bounds), bounds, isRead(request) ? names : undefined), request);
  const plan = planCall(catalogue, { name: request.target, query, body: isRead(request) ? undefined : request.body }, bounds);
  const accepted = readAccept(request.headers["accept"]);
  const preferences = readPreferences(request.headers["prefer"]);
  const form = request.method === "HEAD" ? "none" : plan.routine.returnsSet ? formOf(accepted) : "object";
  const options = { form, stripNulls: accepted.stripNulls, counts: preferences.counts } as const;
  const make = (): Statement => callStatement(catalogue.schema, plan, options);
  const question = questionOf(plan, query);
  const statement =
    question === undefined ? make() : context.statements.of(catalogue, [...question, ...Object.values(options)], plan.texts ?? [], make);
  const readOnly = isRead(request) || plan.routine.isReadOnly;
  const changesNothing = plan.routine.isReadOnly;
  const row = await run(context, request, statement, { readOnly, changesNothing, check: checkOf(plan, accepted, preferences) });
  if (plan.routine.returns === "void") return { status: 204, headers: {}, body: undefined };
  const answer = readAnswer(row, query.clauses.offset, accepted, preferences);
  return form === "object" ? { ...answer, body: answer.body ?? "null" } : answer;
}

function checkOf({ routine }: CallPlan, accepted: Accepted, { maxAffected }: Preferences): ((row: AnswerRow) => void) | undefined {
  if (!routine.returnsSet && maxAffected !== undefined)
    throw new RestError(400, "PGRST128", "Function must return SETOF or TABLE when max-affected preference is used with handling=strict");
  if (!routine.returnsSet) return undefined;
  return (row) => {
    if (accepted.single) assertSingle(row);
    assertAffected(row.rows, maxAffected);
  };
}

/** All that the text of a call by GET depends on; undefined where values other than the arguments stand in it. */
function questionOf({ routine, given, texts }: CallPlan, { select, clauses, embedded }: Query): unknown[] | undefined {
  const isWhole = clauses.conditions.length === 0 && clauses.order.length === 0 && clauses.limit === undefined && clauses.offset === 0n;
  const names = namesOf(select);
  if (texts === undefined || !isWhole || embedded.size > 0 || names === undefined) return undefined;
  return ["routine", routine.name, routine.args, given, names];
}
