import { parseJson, readArguments } from "./body.ts";
import type { Bounds } from "./bounds.ts";
import type { Catalogue, Relation, Routine, RoutineArgument } from "./catalogue.ts";
import { planRead, type ReadPlan } from "./plan-read.ts";
import type { Query } from "./query.ts";
import { answerSql, type AnswerOptions, bodySql, countSql, selectSql } from "./read-sql.ts";
import { clip, RestError } from "./rest-error.ts";
import { identifier, mergedText, Parameters, PLAIN_TYPES, qualified, type Statement } from "./sql.ts";

/** A call whose function and arguments were found. */
export interface CallPlan {
  readonly routine: Routine;
  /** The names of the arguments that are given; undefined where the whole body is the one argument. */
  readonly given: readonly string[] | undefined;
  /** JSON of the arguments. */
  readonly json: string;
  /** The arguments' own texts in the order of the function's, where each means the same as in JSON. */
  readonly texts: readonly string[] | undefined;
  /** How its rows are read; undefined where it gives values. */
  readonly read: ReadPlan | undefined;
}

export interface CallRequest {
  readonly name: string;
  readonly query: Query;
  /** The body of a POST; undefined for GET, whose arguments stand in the query. */
  readonly body: string | undefined;
}

/** @throws {RestError} PGRST202 where no function of that name takes these arguments | PGRST203 where several do */
export function planCall(catalogue: Catalogue, { name, query, body }: CallRequest, bounds: Bounds): CallPlan {
  const candidates = catalogue.routines.get(name) ?? [];
  const whole = body === undefined ? undefined : candidates.find(takesWholeBody);
  const takesText = whole !== undefined && !isObject(body);
  if (takesText) parseJson(body ?? "", bounds);
  const { text, keys } = takesText ? { text: body ?? "", keys: [] } : argumentsOf(query, body, candidates, bounds);
  const matching = candidates.filter((routine) => accepts(routine, keys));
  if (matching.length > 1) throw ambiguous(catalogue.schema, name, matching);
  const routine = matching[0] ?? whole;
  if (routine === undefined) throw notFound(catalogue, name, keys, body !== undefined);
  const given = matching.length === 1 ? keys : undefined;
  const texts = body === undefined && given !== undefined ? plainTexts(routine, query) : undefined;
  return { routine, given, json: text, texts, read: planRows(catalogue, routine.rows, query, bounds) };
}

/** Arguments of the query string whose types need no JSON around them: PostgreSQL reads them faster, and many at once. */
function plainTexts({ args }: Routine, query: Query): string[] | undefined {
  const given = args.filter(({ name }) => query.args.has(name));
  return given.every(({ type }) => PLAIN_TYPES.has(type)) ? given.map(({ name }) => query.args.get(name)?.at(-1) ?? "") : undefined;
}

function planRows(catalogue: Catalogue, rows: Relation | undefined, query: Query, bounds: Bounds): ReadPlan | undefined {
  if (rows !== undefined) return planRead(catalogue, rows, query, bounds);
  const { conditions, order } = query.clauses;
  if (conditions.length > 0 || order.length > 0 || query.embedded.size > 0)
    throw new RestError(400, "PGRST100", "This function gives values, not rows: there is nothing to filter or order by");
  return undefined;
}

function isObject(body: string | undefined): boolean {
  return body === undefined || body.trim() === "" || /^\s*\{/.test(body);
}

function takesWholeBody({ args }: Routine): boolean {
  const [only] = args;
  return args.length === 1 && only?.name === "" && (only.type === "json" || only.type === "jsonb");
}

function accepts({ args }: Routine, keys: readonly string[]): boolean {
  // An argument without a name is given by the whole body, never by a member without one.
  return (
    keys.every((key) => key !== "" && args.some(({ name }) => name === key)) &&
    args.every(({ name, isRequired }) => !isRequired || keys.includes(name))
  );
}

function argumentsOf(
  query: Query,
  body: string | undefined,
  candidates: readonly Routine[],
  bounds: Bounds,
): { readonly text: string; readonly keys: readonly string[] } {
  if (body !== undefined) return readArguments(body, bounds);
  const members = [...query.args].map(([name, values]) => {
    const args = candidates.flatMap((routine) => routine.args.filter((arg) => arg.name === name));
    return [name, args.some(({ isVariadic }) => isVariadic) ? values : valueOf(values.at(-1) ?? "", args, bounds)] as const;
  });
  return { text: JSON.stringify(Object.fromEntries(members)), keys: members.map(([name]) => name) };
}

/** PostgreSQL reads a string of JSON as what the argument's type is; JSON itself must not become a string of JSON. */
function valueOf(text: string, args: readonly RoutineArgument[], bounds: Bounds): unknown {
  return args.some(({ type }) => type.startsWith("json")) ? parseJson(text, bounds) : text;
}

export function callStatement(schema: string, plan: CallPlan, options: AnswerOptions & { readonly counts: boolean }): Statement {
  const build = (parameters: Parameters): string => callText(schema, plan, options, parameters);
  const parameters = new Parameters();
  const text = build(parameters);
  // Nothing but the arguments is a value, and nothing is changed: many such calls can be one statement.
  const types = plan.texts === undefined ? ["text"] : givenArguments(plan).map(({ type }) => type);
  const isPlain = plan.routine.isReadOnly && plan.given !== undefined && types.length > 0 && parameters.values.length === types.length;
  return { text, values: parameters.values, merged: isPlain ? () => mergedText(types, build) : undefined };
}

function givenArguments({ routine, given = [] }: CallPlan): RoutineArgument[] {
  return routine.args.filter(({ name }) => given.includes(name));
}

function callText(schema: string, plan: CallPlan, options: AnswerOptions & { readonly counts: boolean }, parameters: Parameters): string {
  const { routine, read } = plan;
  const call = callSql(schema, plan, parameters);
  if (read === undefined) {
    const form = options.form === "none" || routine.returnsSet ? options.form : "object";
    const body = bodySql("to_json(_call._value)", form, options.stripNulls);
    const text = `WITH _call AS (SELECT _value FROM ${call.before}LATERAL (SELECT ${call.sql} AS _value) AS _values)`;
    return `${text} SELECT count(*)::text AS rows, count(*)::text AS total, ${body} AS body FROM _call`;
  }
  const rows = selectSql(schema, read, "_call", parameters);
  const total = options.counts ? countSql(schema, read, "_call", parameters) : "NULL";
  const source = `WITH _call AS (SELECT _called.* FROM ${call.before}LATERAL ${call.sql} AS _called), _rows AS (${rows})`;
  return `${source} ${answerSql("_rows", total, options)}`;
}

function callSql(schema: string, plan: CallPlan, parameters: Parameters): { readonly before: string; readonly sql: string } {
  const { routine, given, json, texts } = plan;
  const name = qualified(schema, routine.name);
  if (given === undefined) return { before: "", sql: `${name}(${parameters.add(json)}::${routine.args[0]?.type ?? "json"})` };
  if (given.length === 0) return { before: "", sql: `${name}()` };
  const args = givenArguments(plan);
  if (texts !== undefined) {
    const list = args.map((arg, at) => `${identifier(arg.name)} => ${parameters.add(texts[at] ?? "")}::${arg.type}`).join(", ");
    return { before: "", sql: `${name}(${list})` };
  }
  const types = args.map((arg) => `${identifier(arg.name)} ${arg.type}`).join(", ");
  const list = args.map((arg) => `${arg.isVariadic ? "VARIADIC " : ""}${identifier(arg.name)} => _args.${identifier(arg.name)}`).join(", ");
  return { before: `json_to_record(${parameters.add(json)}::json) AS _args (${types}), `, sql: `${name}(${list})` };
}

function notFound({ schema, routines }: Catalogue, name: string, keys: readonly string[], hasBody: boolean): RestError {
  const shown = `${schema}.${clip(name)}`;
  const named = keys.map(clip).join(", ");
  const searched = keys.length === 0 ? "without parameters" : `with parameter${keys.length > 1 ? "s" : ""} ${named}`;
  const unnamed = hasBody ? " or with a single unnamed json/jsonb parameter" : "";
  const others = routines.get(name);
  return new RestError(
    404,
    "PGRST202",
    `Could not find the function ${shown}${keys.length === 0 ? " without parameters" : `(${named})`} in the schema cache`,
    {
      details: `Searched for the function ${shown} ${searched}${unnamed}, but no matches were found in the schema cache.`,
      hint: others?.[0] === undefined ? null : `Perhaps you meant to call the function ${signature(schema, others[0])}`,
    },
  );
}

function signature(schema: string, { name, args }: Routine): string {
  return `${schema}.${name}(${args.map((arg) => arg.name).join(", ")})`;
}

function ambiguous(schema: string, name: string, matching: readonly Routine[]): RestError {
  const choices = matching.map((routine) => `${schema}.${name}(${routine.args.map((arg) => `${arg.name} => ${arg.type}`).join(", ")})`);
  return new RestError(300, "PGRST203", `Could not choose the best candidate function between: ${choices.join(", ")}`, {
    hint: "Try renaming the parameters or the function itself in the database so function overloading can be resolved",
  });
}
