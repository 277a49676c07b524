import type { PostgrestClient } from "@supabase/postgrest-js";
import { type SignedModel, signModel } from "../helpers/factories.ts";
import type { Registry } from "./registry.ts";

/** Everybody who may call: each sees another part of the registry. */
export const CALLERS = ["anonymous", "creator", "company", "stranger", "operator"] as const;
export type Caller = (typeof CALLERS)[number];

export interface CallContext {
  readonly registry: Registry;
  /** A model that nobody has registered yet, signed; another for every caller. */
  readonly fresh: SignedModel;
}

export interface HttpCall {
  readonly method?: "POST" | "PATCH";
  readonly path: string;
  readonly body?: unknown;
  readonly prefer?: string;
}

interface ClientAnswer {
  readonly status: number;
  readonly data: unknown;
  readonly error: { readonly code?: string } | null;
}

/** One row of the documentation's tables: as it is written there, with the program curl and with the client library, and what each caller gets. */
export interface SeedCall {
  readonly call: string;
  http(context: CallContext): HttpCall;
  client(client: PostgrestClient, context: CallContext): PromiseLike<ClientAnswer>;
  /** Status, and the number of rows or the code of the refusal. */
  readonly expected: Readonly<Record<Caller, readonly [number, number | string]>>;
}

const everybody = (status: number, rows: number | string): SeedCall["expected"] =>
  Object.fromEntries(CALLERS.map((caller) => [caller, [status, rows]])) as unknown as SeedCall["expected"];

/** A payment is seen by whom it is paid to, by whom it is paid by, and by the operator. */
const CONCERNED = { anonymous: [200, 0], creator: [200, 1], company: [200, 1], stranger: [200, 0], operator: [200, 1] } as const;

const row = ({ base }: Registry): object => ({
  model_id: base.model_id,
  quarter: "2026-Q1",
  revenue_usd: "100.00",
  run_cost_usd: "400.00",
  inferences: 7,
});

export const SEED_CALLS: readonly SeedCall[] = [
  {
    call: "GET /models?is_active=eq.true&order=created_at.desc",
    http: () => ({ path: "/models?is_active=eq.true&order=created_at.desc" }),
    client: (client) => client.from("models").select().eq("is_active", true).order("created_at", { ascending: false }),
    expected: everybody(200, 2),
  },
  {
    call: "GET /models?id=eq.{uuid}&select=*,model_metadata(*),wallets(*)",
    http: ({ registry: { child } }) => ({ path: `/models?id=eq.${child.model_id}&select=*,model_metadata(*),wallets(*)` }),
    client: (client, { registry: { child } }) => client.from("models").select("*,model_metadata(*),wallets(*)").eq("id", child.model_id),
    expected: everybody(200, 1),
  },
  {
    call: "GET /models?name=ilike.*{query}*",
    http: () => ({ path: "/models?name=ilike.*child*" }),
    client: (client) => client.from("models").select().ilike("name", "*child*"),
    expected: everybody(200, 1),
  },
  {
    call: "GET /models?model_hash=eq.{sha256}",
    http: ({ registry: { base } }) => ({ path: `/models?model_hash=eq.${base.hash}` }),
    client: (client, { registry: { base } }) => client.from("models").select().eq("model_hash", base.hash),
    expected: everybody(200, 1),
  },
  {
    call: 'POST /rpc/resolve_splits {"target_model_id":"uuid"}',
    http: ({ registry: { child } }) => ({ method: "POST", path: "/rpc/resolve_splits", body: { target_model_id: child.model_id } }),
    client: (client, { registry: { child } }) => client.rpc("resolve_splits", { target_model_id: child.model_id }),
    expected: everybody(200, 2),
  },
  {
    call: "GET /wallets?address=eq.{address}",
    http: ({ registry: { child } }) => ({ path: `/wallets?address=eq.${child.address}` }),
    client: (client, { registry: { child } }) => client.from("wallets").select().eq("address", child.address),
    expected: everybody(200, 1),
  },
  {
    call: "GET /payments?wallet_id=in.({ids})",
    http: ({ registry: { wallet_id } }) => ({ path: `/payments?wallet_id=in.(${wallet_id},${wallet_id})` }),
    client: (client, { registry: { wallet_id } }) => client.from("payments").select().in("wallet_id", [wallet_id]),
    expected: CONCERNED,
  },
  {
    call: "GET /payments?report_id=eq.{uuid}",
    http: ({ registry: { report_id } }) => ({ path: `/payments?report_id=eq.${report_id}` }),
    client: (client, { registry: { report_id } }) => client.from("payments").select().eq("report_id", report_id),
    expected: CONCERNED,
  },
  {
    call: "GET /usage_reports?reporter_id=eq.{uuid}",
    http: ({ registry: { company } }) => ({ path: `/usage_reports?reporter_id=eq.${company.company_id}&quarter=eq.2026-Q2` }),
    client: (client, { registry: { company } }) =>
      client.from("usage_reports").select().eq("reporter_id", company.company_id).eq("quarter", "2026-Q2"),
    expected: CONCERNED,
  },
  {
    call: "PATCH /wallets?id=eq.{uuid}, unsigned",
    http: ({ registry: { wallet_id } }) => ({ method: "PATCH", path: `/wallets?id=eq.${wallet_id}`, body: { rail: "paypal" } }),
    client: (client, { registry: { wallet_id } }) => client.from("wallets").update({ rail: "paypal" }).eq("id", wallet_id).select(),
    expected: everybody(403, "SIGNATURE_REQUIRED"),
  },
  {
    call: "POST /models, unsigned",
    http: () => ({ method: "POST", path: "/models", body: { name: "Mine", model_hash: "0".repeat(64) } }),
    client: (client) => client.from("models").insert({ name: "Mine" }).select(),
    expected: everybody(403, "SIGNATURE_REQUIRED"),
  },
  {
    call: "POST /usage_reports",
    http: ({ registry }) => ({ method: "POST", path: "/usage_reports", body: row(registry), prefer: "return=representation" }),
    client: (client, { registry }) => client.from("usage_reports").insert(row(registry)).select(),
    expected: {
      anonymous: [401, "CREDENTIAL_MISSING"],
      creator: [403, "CREDENTIAL_KIND"],
      company: [201, 1],
      stranger: [201, 1],
      operator: [403, "CREDENTIAL_KIND"],
    },
  },
  {
    call: "POST /models, signed",
    http: ({ fresh }) => ({ method: "POST", path: "/models", body: fresh.document, prefer: "return=representation" }),
    client: (client, { fresh }) => client.from("models").insert(fresh.document).select(),
    expected: everybody(201, 1),
  },
];

export async function contextOf(registry: Registry): Promise<CallContext> {
  return { registry, fresh: await signModel({ name: "Fresh" }) };
}

/** What a caller sends; nothing for the anonymous. */
export function credentialOf(registry: Registry, caller: Caller): string | undefined {
  const credentials: Readonly<Record<Caller, string | undefined>> = {
    anonymous: undefined,
    creator: registry.creator,
    company: registry.company.api_key,
    stranger: registry.stranger.api_key,
    operator: registry.test.operator,
  };
  return credentials[caller];
}

/** Status with the number of rows, or with the code of the refusal. */
export function summary(status: number, body: unknown): readonly [number, unknown] {
  return [status, Array.isArray(body) ? body.length : (body as { code?: unknown } | null)?.code];
}
