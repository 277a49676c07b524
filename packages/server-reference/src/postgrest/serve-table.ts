import { assertAffected, assertSingle, common, contentRange, readAnswer, type RestAnswer } from "./answer.ts";
import type { Catalogue, Relation } from "./catalogue.ts";
import { type Accepted, type Preferences, readAccept, readPreferences } from "./headers.ts";
import { parseQuery, readPairs } from "./parse-query.ts";
import { planRead } from "./plan-read.ts";
import { planWrite } from "./plan-write.ts";
import type { Query } from "./query.ts";
import { type AnswerRow, readStatement } from "./read-sql.ts";
import { clip, RestError } from "./rest-error.ts";
import { type Context, formOf, isRead, ranged, type RestRequest, run } from "./rest-request.ts";
import type { Statement } from "./sql.ts";
import { lookUpOf } from "./statement-cache.ts";
import { writeStatement } from "./write-sql.ts";

const KINDS: Readonly<Record<string, "insert" | "update" | "delete">> = { POST: "insert", PATCH: "update", DELETE: "delete" };

export async function serveTable(context: Context, request: RestRequest): Promise<RestAnswer> {
  const relation = relationOf(context.catalogue, request.target);
  const query = ranged(parseQuery(readPairs(request.query, context.bounds), context.bounds), request);
  const accepted = readAccept(request.headers["accept"]);
  const preferences = readPreferences(request.headers["prefer"]);
  if (isRead(request)) return readTable(context, request, { relation, query, accepted, preferences });
  return writeTable(context, request, { relation, query, accepted, preferences });
}

interface TableParts {
  readonly relation: Relation;
  readonly query: Query;
  readonly accepted: Accepted;
  readonly preferences: Preferences;
}

async function readTable(
  context: Context,
  request: RestRequest,
  { relation, query, accepted, preferences }: TableParts,
): Promise<RestAnswer> {
  const { catalogue, bounds, statements } = context;
  const form = request.method === "HEAD" ? "none" : formOf(accepted);
  const options = { form, stripNulls: accepted.stripNulls, counts: preferences.counts } as const;
  const make = (): Statement => readStatement(catalogue.schema, planRead(catalogue, relation, query, bounds), options);
  const lookUp = preferences.counts ? undefined : lookUpOf(query);
  const question = ["table", relation.name, form, accepted.stripNulls, lookUp?.question];
  const statement = lookUp === undefined ? make() : statements.of(catalogue, question, lookUp.values, make);
  const check = accepted.single ? assertSingle : undefined;
  const row = await run(context, request, statement, { readOnly: true, changesNothing: true, check });
  return readAnswer(row, query.clauses.offset, accepted, preferences);
}

async function writeTable(
  context: Context,
  request: RestRequest,
  { relation, query, accepted, preferences }: TableParts,
): Promise<RestAnswer> {
  const kind = KINDS[request.method];
  if (kind === undefined) throw new RestError(405, "PGRST117", `Unsupported HTTP method: ${clip(request.method)}`);
  const plan = planWrite(context.catalogue, { kind, relation, query, preferences, body: request.body }, context.bounds);
  const represents = preferences.return === "representation";
  const empty = kind === "insert" ? plan.payload.rows === 0 : kind === "update" && plan.columns.length === 0;
  if (empty) return writeAnswer(kind, { rows: "0", total: "0", body: "[]" }, relation, accepted, preferences);
  if (plan.columns.length === 0 && plan.payload.rows > 1)
    throw new RestError(400, "PGRST102", "Only one row can be made of defaults alone");
  const form = represents ? formOf(accepted) : "list";
  const statement = writeStatement(context.catalogue.schema, plan, { form, stripNulls: accepted.stripNulls });
  const check = (row: AnswerRow): void => {
    if (represents && accepted.single) assertSingle(row);
    if (kind !== "insert") assertAffected(row.total, preferences.maxAffected);
  };
  const row = await run(context, request, statement, { check });
  return writeAnswer(kind, row, relation, accepted, preferences);
}

function writeAnswer(
  kind: "insert" | "update" | "delete",
  row: AnswerRow,
  relation: Relation,
  accepted: Accepted,
  preferences: Preferences,
): RestAnswer {
  const represents = preferences.return === "representation";
  const range = kind === "update" ? contentRange(BigInt(row.rows), 0n, undefined) : "*/*";
  const counted = preferences.counts ? range.replace(/\*$/, row.total ?? "*") : range;
  const { "content-type": contentType, ...headers } = common(accepted, preferences);
  const location = kind === "insert" && preferences.return === "headers-only" ? locationOf(relation, row.body) : undefined;
  // An upsert that found every row already there has made nothing.
  const isCreated = kind === "insert" && (preferences.resolution !== "merge-duplicates" || row.inserted !== "0");
  return {
    status: isCreated ? 201 : represents || kind === "insert" ? 200 : 204,
    headers: {
      ...headers,
      "content-range": counted,
      ...(represents ? { "content-type": contentType ?? "" } : {}),
      ...(location === undefined ? {} : { location }),
    },
    body: represents ? (row.body ?? "[]") : undefined,
  };
}

function locationOf(relation: Relation, body: string | null): string | undefined {
  const rows = JSON.parse(body ?? "[]") as Record<string, unknown>[];
  const [only] = rows;
  if (only === undefined || rows.length !== 1) return undefined;
  const keys = Object.entries(only).map(([name, value]) => `${encodeURIComponent(name)}=eq.${encodeURIComponent(String(value))}`);
  return `/${encodeURIComponent(relation.name)}?${keys.join("&")}`;
}

function relationOf({ relations, schema }: Catalogue, name: string): Relation {
  const relation = relations.get(name);
  if (relation !== undefined) return relation;
  throw new RestError(404, "PGRST205", `Could not find the table '${schema}.${clip(name)}' in the schema cache`);
}
