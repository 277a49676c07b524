import { keyId } from "../protocol/keys.ts";
import { lineageGraph } from "../protocol/lineage-graph.ts";
import { resolveSplits, sharePercentage } from "../protocol/splits.ts";
import { formatTimestamp } from "../protocol/timestamp.ts";
import { addCompany } from "./companies.ts";
import { contentOf, findModel, lineageModels, registerModel } from "./registrations.ts";
import { amendReport, quoteReport, type Reporter, submitReport } from "./reports.ts";
import { queryRows } from "./row-query.ts";
import { Refusal, type State } from "./state.ts";
import { standingOf, tableRows } from "./tables.ts";

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  /** The body as it stands, where its bytes matter. */
  readonly raw?: string;
}

interface Asked {
  readonly state: State;
  readonly reporter: Reporter | undefined;
  readonly body: unknown;
}

type Action = (asked: Asked) => Promise<Answer> | Answer;

const ACTIONS: Readonly<Record<string, Action>> = {
  "register-model": async ({ state, body }) => ({ status: 201, body: await registerModel(state, record(body)) }),
  "register-company": ({ state, body }) => ({ status: 201, body: addCompany(state, record(body), true) }),
  quote: ({ state, reporter, body }) => ({ status: 200, body: quoteReport(state, company(reporter), body) }),
  "submit-report": ({ state, reporter, body }) => {
    const { status, receipt } = submitReport(state, company(reporter), body);
    return { status, body: receipt };
  },
  "amend-report": ({ state, reporter, body }) => ({ status: 201, body: amendReport(state, company(reporter), body) }),
};

const FUNCTIONS: Readonly<Record<string, Action>> = {
  verify_by_hash: ({ state, body }) => ({ status: 200, body: [standingOf(state, String(record(body)["hash"]), "hash")] }),
  verify_many: ({ state, body }) => {
    const { hashes = [], addresses = [], ids = [] } = record(body) as Record<"hashes" | "addresses" | "ids", string[] | undefined>;
    if (hashes.length + addresses.length + ids.length > 100)
      throw new Refusal(422, "LIMIT_EXCEEDED", "100 questions are allowed at a time");
    const ask = (queries: readonly string[], kind: "hash" | "address" | "id"): unknown[] =>
      queries.map((query) => standingOf(state, query, kind));
    return { status: 200, body: [...ask(hashes, "hash"), ...ask(addresses, "address"), ...ask(ids, "id")] };
  },
  resolve_splits: ({ state, body }) => {
    const shares = resolveSplits({ models: lineageModels(state), target_model_id: target(state, body), lineage_policy: state.policy });
    const rows = shares.map(({ wallet, share }) => ({
      wallet_address: wallet,
      wallet_rail: railOf(state, wallet),
      percentage: sharePercentage(share),
      share,
    }));
    return { status: 200, body: rows };
  },
  lineage_graph: ({ state, body }) => ({
    status: 200,
    body: lineageGraph({ models: lineageModels(state), target_model_id: target(state, body) }),
  }),
};

/** The registry's answer to a request; refusals are thrown. */
export async function answerOf(state: State, request: Request, path: string, reporter: Reporter | undefined): Promise<Answer> {
  const { searchParams } = new URL(request.url);
  if (request.method === "GET") return answerGet(state, path, searchParams, reporter);
  const body: unknown = await request.json().catch(() => {
    throw new Refusal(400, "CANONICAL_JSON", "the body is not JSON");
  });
  const asked = { state, reporter, body };
  const action = named(ACTIONS, path, "/functions/v1/");
  if (action !== undefined) return once(asked, request.headers.get("idempotency-key"), path, action);
  const rpc = named(FUNCTIONS, path, "/rest/v1/rpc/");
  if (rpc !== undefined) return rpc(asked);
  throw notFound(request.method, path);
}

async function answerGet(state: State, path: string, query: URLSearchParams, reporter: Reporter | undefined): Promise<Answer> {
  if (path.startsWith("/rest/v1/"))
    return { status: 200, body: queryRows(tableRows(state, path.slice("/rest/v1/".length), reporter), query) };
  if (path === "/.well-known/omla") return { status: 200, body: await factsOf(state) };
  const list =
    path === "/api/blacklist.json" ? state.lists.at(-1) : state.lists.find(({ sequence }) => path === `/api/blacklist/${sequence}.json`);
  if (list !== undefined) return { status: 200, body: undefined, raw: list.raw };
  throw notFound("GET", path);
}

/** A call that carries a key is carried out once; again it gets the same answer. */
async function once(asked: Asked, key: string | null, path: string, action: Action): Promise<Answer> {
  if (key === null) return action(asked);
  const name = `${asked.reporter?.company.company_id ?? "anyone"} ${String(asked.reporter?.live)} ${path} ${key}`;
  const content = contentOf(asked.body);
  const earlier = asked.state.answers.get(name);
  if (earlier !== undefined && earlier.content === content) return earlier;
  if (earlier !== undefined) throw new Refusal(409, "IDEMPOTENCY_CONFLICT", "this Idempotency-Key was used for other content");
  const answer = await action(asked);
  asked.state.answers.set(name, { content, ...answer });
  return answer;
}

function named(table: Readonly<Record<string, Action>>, path: string, prefix: string): Action | undefined {
  const name = path.startsWith(prefix) ? path.slice(prefix.length) : "";
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function record(body: unknown): Record<string, unknown> {
  if (typeof body === "object" && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  throw new Refusal(400, "INPUT_INVALID", "an object is expected");
}

function company(reporter: Reporter | undefined): Reporter {
  if (reporter !== undefined) return reporter;
  throw new Refusal(401, "CREDENTIAL_MISSING", "this operation needs a company's API key", { hint: "Send it as Authorization: Bearer …" });
}

function target(state: State, body: unknown): string {
  const id = String(record(body)["target_model_id"]);
  if (state.models.has(id)) return id;
  throw new Refusal(404, "MODEL_NOT_FOUND", `no model ${id} is registered`, { path: "target_model_id" });
}

function railOf(state: State, wallet: string): string | null {
  return findModel(state, wallet)?.wallet.rail ?? null;
}

async function factsOf(state: State): Promise<object> {
  const { origin: registry, policy: lineage_policy, rates, limits, listKey } = state;
  const keys = [{ key_id: await keyId(listKey.publicKey), public_key: listKey.publicKey, role: "list" }];
  const as_of = formatTimestamp(state.clock.now());
  return {
    registry,
    lineage_policy,
    keys,
    threshold: 1,
    keyset_version: 1,
    license_version: "v8-10-2025",
    version: "testing",
    rates,
    limits,
    as_of,
  };
}

function notFound(method: string, path: string): Refusal {
  return new Refusal(404, "NOT_FOUND", `there is no ${method} ${path} here`, {
    hint: "This is the registry of a test: it has what the SDK calls.",
  });
}
