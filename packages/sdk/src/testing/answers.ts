import { keyId } from "../protocol/keys.ts";
import { lineageGraph } from "../protocol/lineage-graph.ts";
import { resolveSplits, sharePercentage } from "../protocol/splits.ts";
import { formatTimestamp } from "../protocol/timestamp.ts";
import { addCompany, createKey, listKeys, revokeKey } from "./companies.ts";
import { auditsOf, requestAudit, respondAudit } from "./audits.ts";
import { partyOf } from "./cases.ts";
import { certificateOf } from "./certificates.ts";
import { disputesOf, openDispute, withdrawDispute } from "./disputes.ts";
import { complaintStanding, fileComplaint } from "./complaints.ts";
import { declareCurrencies, payoutCurrencyOf } from "./currencies.ts";
import { accrualsOf, claimOrVerify, reportVolume } from "./hosters.ts";
import { mutateModel } from "./mutations.ts";
import { lineageModels, registerModel } from "./registrations.ts";
import { payLinesBy, receiptOf, receiptsOf, receivablesOf } from "./payments.ts";
import { amendReport, quoteReport, type Reporter, submitReport } from "./reports.ts";
import { rotateKey } from "./rotations.ts";
import { queryRows } from "./row-query.ts";
import { signIn } from "./sessions.ts";
import { contentOf } from "./signed-document.ts";
import { Refusal, type State } from "./state.ts";
import { standingOf, tableRows } from "./tables.ts";
import { registerWallet } from "./wallets.ts";

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  /** The body as it stands, where its bytes matter. */
  readonly raw?: string;
}

/** Who asks, as far as the credential proves it. */
export interface Caller {
  readonly reporter?: Reporter;
  /** The id of the company's key. */
  readonly kid?: string;
  /** The key of a session. */
  readonly pubkey?: string;
}

interface Asked extends Caller {
  readonly state: State;
  readonly body: Readonly<Record<string, unknown>>;
}

type Action = (asked: Asked) => Promise<Answer> | Answer;

const ok = (body: unknown): Answer => ({ status: 200, body });
const created = (body: unknown): Answer => ({ status: 201, body });

/** What stands under `/functions/v1`. */
const ACTIONS: Readonly<Record<string, Action>> = {
  "register-model": async ({ state, body }) => created(await registerModel(state, body)),
  mutate: async ({ state, body }) => created(await mutateModel(state, body)),
  "rotate-key": async ({ state, body }) => created(await rotateKey(state, body)),
  "register-wallet": ({ state, body }) => created(registerWallet(state, body)),
  "hoster-claim": async ({ state, body }) => created(await claimOrVerify(state, body)),
  "hoster-report": async ({ state, body }) => created(await reportVolume(state, body)),
  "hoster-accruals": ({ state, pubkey }) => ok({ accruals: accrualsOf(state, session(pubkey)) }),
  "sign-in": async ({ state, body }) => ok(await signIn(state, body)),
  "register-company": ({ state, body }) => created(addCompany(state, body, true)),
  "list-api-keys": ({ state, reporter }) => ok(listKeys(state, company(reporter).company.company_id, company(reporter).live)),
  "create-api-key": ({ state, reporter, body }) => created(createKey(state, liveCompany(reporter).company_id, body)),
  "revoke-api-key": ({ state, reporter, kid = "", body }) => ok(revokeKey(state, liveCompany(reporter).company_id, kid, body)),
  "declare-currencies": ({ reporter, body }) => ok(declareCurrencies(liveCompany(reporter), body)),
  "file-complaint": ({ state, body }) => created(fileComplaint(state, body)),
  "complaint-status": ({ state, body }) => ok(complaintStanding(state, body)),
  "open-dispute": async ({ state, reporter, pubkey, body }) => created(await openDispute(state, partyOf(reporter, pubkey), body)),
  "withdraw-dispute": ({ state, reporter, pubkey, body }) => ok(withdrawDispute(state, partyOf(reporter, pubkey), body)),
  "request-audit": ({ state, pubkey, body }) => created(requestAudit(state, partyOf(undefined, session(pubkey)), body)),
  "respond-audit": async ({ state, reporter, body }) => ok(await respondAudit(state, liveCompany(reporter).company_id, body)),
  quote: ({ state, reporter, body }) => ok(quoteReport(state, company(reporter), body)),
  "submit-report": ({ state, reporter, body }) => {
    const { status, receipt } = submitReport(state, company(reporter), body);
    return { status, body: receipt };
  },
  "amend-report": ({ state, reporter, body }) => created(amendReport(state, company(reporter), body)),
  pay: ({ state, reporter, body }) => ok(payLinesBy(state, liveCompany(reporter), body)),
  certificate: async ({ state, reporter, body }) => ok(await certificateOf(state, liveCompany(reporter), body)),
};

/** What stands under `/rest/v1/rpc`. */
const FUNCTIONS: Readonly<Record<string, Action>> = {
  verify_by_hash: ({ state, body }) => ok([standingOf(state, String(body["hash"]), "hash")]),
  verify_many: ({ state, body }) => {
    const { hashes = [], addresses = [], ids = [] } = body as Record<"hashes" | "addresses" | "ids", string[] | undefined>;
    if (hashes.length + addresses.length + ids.length > 100)
      throw new Refusal(422, "LIMIT_EXCEEDED", "100 questions are allowed at a time");
    const ask = (queries: readonly string[], kind: "hash" | "address" | "id"): unknown[] =>
      queries.map((query) => standingOf(state, query, kind));
    return ok([...ask(hashes, "hash"), ...ask(addresses, "address"), ...ask(ids, "id")]);
  },
  resolve_splits: ({ state, body }) => {
    const shares = resolveSplits({ models: lineageModels(state), target_model_id: target(state, body), lineage_policy: state.policy });
    const rows = shares.map(({ wallet, share }) => ({
      wallet_address: wallet,
      wallet_rail: railOf(state, wallet),
      percentage: sharePercentage(share),
      share,
    }));
    return ok(rows);
  },
  resolve_payout_currency: ({ state, body }) => ok(payoutCurrencyOf(state, body)),
  lineage_graph: ({ state, body }) => {
    const { as_of } = body;
    const models = lineageModels(state, typeof as_of === "string" ? new Date(as_of) : undefined);
    return ok(lineageGraph({ models, target_model_id: target(state, body) }));
  },
};

/** The registry's answer to a request; refusals are thrown. */
export async function answerOf(state: State, request: Request, path: string, caller: Caller): Promise<Answer> {
  const { searchParams } = new URL(request.url);
  // No form is asked for in a test, so nothing is held.
  if (request.method === "GET" && path === "/functions/v1/held-for-tax") {
    session(caller.pubkey);
    return ok({ year: state.clock.now().getUTCFullYear(), wallets: [] });
  }
  if (request.method === "GET") return answerGet(state, path, searchParams, caller);
  const body: unknown = await request.json().catch(() => {
    throw new Refusal(400, "CANONICAL_JSON", "the body is not JSON");
  });
  const asked = { ...caller, state, body: record(body) };
  const action = named(ACTIONS, path, "/functions/v1/");
  if (action !== undefined) return once(asked, request.headers.get("idempotency-key"), path, action);
  const rpc = named(FUNCTIONS, path, "/rest/v1/rpc/");
  if (rpc !== undefined) return rpc(asked);
  throw notFound(request.method, path);
}

async function answerGet(state: State, path: string, query: URLSearchParams, { reporter, pubkey }: Caller): Promise<Answer> {
  if (path.startsWith("/rest/v1/"))
    return { status: 200, body: queryRows(tableRows(state, path.slice("/rest/v1/".length), { reporter, pubkey }), query) };
  if (path === "/functions/v1/disputes") return ok({ disputes: disputesOf(state, partyOf(reporter, pubkey)) });
  if (path === "/functions/v1/audits") return ok({ audits: auditsOf(state, partyOf(reporter, pubkey)) });
  if (path === "/functions/v1/receivables") return ok(receivablesOf(state, company(reporter), query.get("quarter")));
  if (path === "/functions/v1/receipts") return ok(receiptsOf(state, liveCompany(reporter).company_id, query));
  if (path.startsWith(RECEIPTS)) return ok(receiptOf(state, liveCompany(reporter).company_id, path.slice(RECEIPTS.length)));
  if (path === "/.well-known/omla") return { status: 200, body: await factsOf(state) };
  const list =
    path === "/api/blacklist.json" ? state.lists.at(-1) : state.lists.find(({ sequence }) => path === `/api/blacklist/${sequence}.json`);
  if (list !== undefined) return { status: 200, body: undefined, raw: list.raw };
  throw notFound("GET", path);
}

const RECEIPTS = "/functions/v1/receipts/";

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

/** A company by a key of the ledger that pays. */
function liveCompany(reporter: Reporter | undefined): Reporter["company"] {
  if (company(reporter).live) return company(reporter).company;
  throw new Refusal(403, "CREDENTIAL_KIND", "this operation needs a company's live API key");
}

function session(pubkey: string | undefined): string {
  if (pubkey !== undefined) return pubkey;
  throw new Refusal(401, "CREDENTIAL_MISSING", "this operation needs the session token of sign-in");
}

function target(state: State, body: Readonly<Record<string, unknown>>): string {
  const id = String(body["target_model_id"]);
  if (state.models.has(id)) return id;
  throw new Refusal(404, "MODEL_NOT_FOUND", `no model ${id} is registered`, { path: "target_model_id" });
}

function railOf(state: State, wallet: string): string | null {
  return state.wallets.get(wallet)?.rail ?? null;
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
