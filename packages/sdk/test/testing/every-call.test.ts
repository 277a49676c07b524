import { createClient, OmlaError } from "@omla/sdk";
import { createTestRegistry, type TestRegistry } from "@omla/sdk/testing";
import {
  buildHosterClaim,
  buildHosterReport,
  buildHosterVerification,
  buildKeyRotation,
  buildMutation,
  encodeAddress,
  generateKeyPair,
  hostMessage,
  sign,
  signDocument,
} from "@omla/sdk/protocol";
import { beforeAll, describe, expect, it } from "vitest";
import { signModel } from "../../../server-reference/test/helpers/factories.ts";

type Client = ReturnType<typeof createClient>;
type Call = (clients: { readonly company: Client; readonly creator: Client }) => Promise<unknown>;

let registry: TestRegistry;
let company: Client;
let creator: Client;
let documents: Record<"register" | "update" | "rotateKey" | "claim" | "verify" | "volume", object>;
let ids: {
  readonly model: string;
  readonly address: string;
  readonly hash: string;
  readonly line: string;
  readonly kid: string;
  readonly company: string;
};
let audited: string;

const QUARTER = "2026-Q2";

beforeAll(async () => {
  registry = await createTestRegistry();
  const connect = (credentials: object): Client =>
    createClient({ url: registry.url, fetch: registry.fetch, retries: 0, now: () => registry.clock.now(), ...credentials });
  const model = await registry.addModel({ creator_currency_prefs: [{ code: "BTC", is_backup: true }] });
  const { api_key, company_id } = registry.addCompany({ currencies: ["USD"] });
  company = connect({ apiKey: api_key });
  creator = connect({ accessToken: (await connect({}).signIn(model.keys)).access_token });
  const receipt = await company.report({
    quarter: QUARTER,
    entries: [{ model: model.address, inferences: 1, revenue_usd: "100", run_cost_usd: "0" }],
  });
  ids = {
    ...{ model: model.model_id, address: model.address, hash: model.model_hash, line: receipt.lines[0]?.report_id ?? "" },
    kid: (await company.companies.createKey("live")).kid,
    company: company_id,
  };
  const head = { issued_at: registry.clock.now(), registry: registry.url, model_id: model.model_id };
  const hoster = await generateKeyPair();
  const host_signature = await sign(hostMessage(model.model_id), hoster.secretKey);
  const claim = buildHosterClaim({ ...head, hoster_pubkey: hoster.publicKey, name: "Rack", wallet: model.address, host_signature });
  const verification = buildHosterVerification({ ...head, hoster_pubkey: hoster.publicKey, verified: true, nonce: 10 });
  const volume = buildHosterReport({ ...head, hoster_pubkey: hoster.publicKey, quarter: QUARTER, inferences: 3, revision: 1 });
  const change = { kind: "locations", locations: ["https://hub.example/a"] } as const;
  documents = {
    register: (await signModel({ issued_at: registry.clock.now(), registry: registry.url })).document,
    update: await signDocument("mutation", buildMutation({ ...head, nonce: 1, change }), model.keys.secretKey),
    rotateKey: await signDocument(
      "key-rotation",
      buildKeyRotation({ ...head, nonce: 9, new_pubkey: hoster.publicKey }),
      model.keys.secretKey,
    ),
    claim: await signDocument("hoster-claim", claim, hoster.secretKey),
    verify: await signDocument("hoster-verification", verification, model.keys.secretKey),
    volume: await signDocument("hoster-report", volume, hoster.secretKey),
  };
});

async function all(list: AsyncIterable<unknown>): Promise<unknown[]> {
  const rows: unknown[] = [];
  for await (const row of list) rows.push(row);
  return rows;
}

const report = (quarter: string): Parameters<Client["report"]>[0] => ({
  quarter,
  entries: [{ model: ids.address, inferences: 1, revenue_usd: "100", run_cost_usd: "0" }],
});

/** A call of each method of the client that the kit must carry out; what is missing here, or has no counterpart there, fails. */
const CALLS: Readonly<Record<string, Call>> = {
  report: ({ company: client }) => client.report(report("2026-Q1")),
  quote: ({ company: client }) => client.quote(report("2026-Q1")),
  certificate: ({ company: client }) => client.certificate({ quarter: QUARTER }),
  blacklist: async ({ company: client }) => {
    await registry.publishBlacklist();
    return client.blacklist();
  },
  registry: ({ company: client }) => client.registry(),
  signIn: async ({ company: client }) => client.signIn(await generateKeyPair()),
  "reports.file": ({ company: client }) => client.reports.file(report("2025-Q4")),
  "reports.list": ({ company: client }) => all(client.reports.list()),
  "reports.get": ({ company: client }) => client.reports.get(QUARTER),
  "reports.amend": ({ company: client }) => client.reports.amend({ ...report("2026-Q1"), entries: [] }),
  "models.register": ({ company: client }) => client.models.register(documents.register),
  "models.update": ({ company: client }) => client.models.update(documents.update),
  "models.rotateKey": ({ company: client }) => client.models.rotateKey(documents.rotateKey),
  "models.get": ({ company: client }) => client.models.get(ids.model),
  "models.byHash": ({ company: client }) => client.models.byHash(ids.hash),
  "models.splits": ({ company: client }) => client.models.splits(ids.model),
  "models.lineage": ({ company: client }) => client.models.lineage(ids.model),
  "models.terms": ({ company: client }) => client.models.terms([ids.model]),
  "models.verify": ({ company: client }) => client.models.verify([ids.address]),
  "models.search": ({ company: client }) => all(client.models.search("Model")),
  "companies.register": ({ company: client }) => client.companies.register({ company_name: "B", contact_email: "b@example.com" }),
  "companies.keys": ({ company: client }) => client.companies.keys(),
  "companies.createKey": ({ company: client }) => client.companies.createKey("test"),
  "companies.revokeKey": ({ company: client }) => client.companies.revokeKey(ids.kid),
  "hosters.claim": ({ company: client }) => client.hosters.claim(documents.claim),
  "hosters.verify": ({ company: client }) => client.hosters.verify(documents.verify),
  "hosters.report": ({ company: client }) => client.hosters.report(documents.volume),
  "hosters.accruals": ({ creator: client }) => client.hosters.accruals(),
  "wallets.register": async ({ company: client }) =>
    client.wallets.register({
      address: encodeAddress(crypto.getRandomValues(new Uint8Array(16))),
      owner_pubkey: (await generateKeyPair()).publicKey,
      label: "W",
    }),
  "currencies.declare": ({ company: client }) => client.currencies.declare({ currencies: ["USD"] }),
  "currencies.resolve": ({ company: client }) =>
    client.currencies.resolve({ model_id: ids.model, remitter_kind: "commercial_user", remitter_id: ids.company }),
  "payments.list": ({ creator: client }) => all(client.payments.list()),
  "payments.receipts": ({ company: client }) => all(client.payments.receipts()),
  "payments.heldForTax": ({ creator: client }) => client.payments.heldForTax(),
  "payments.receivables": ({ company: client }) => client.payments.receivables(),
  "payments.pay": ({ company: client }) => client.payments.pay({ quarter: QUARTER }),
  "complaints.file": ({ company: client }) =>
    client.complaints.file({ target: { kind: "model", id: ids.model }, reason: "OTHER", description: "x" }),
  "complaints.status": ({ company: client }) => client.complaints.status("AAAA-AAAA"),
  "disputes.open": ({ creator: client }) => client.disputes.open({ report_id: ids.line, description: "Too low." }),
  "disputes.list": ({ creator: client }) => all(client.disputes.list()),
  "disputes.withdraw": async ({ creator: client }) => {
    const [one] = (await all(client.disputes.list())) as { dispute_id: string }[];
    return client.disputes.withdraw(one?.dispute_id ?? "");
  },
  "audits.request": async ({ creator: client }) => {
    audited = (await client.audits.request({ report_id: ids.line, description: "Show it." })).audit_id;
  },
  "audits.list": ({ creator: client }) => all(client.audits.list()),
  "audits.respond": ({ company: client }) =>
    client.audits.respond({
      audit_id: audited,
      description: "Here.",
      evidence: [{ name: "a.txt", media_type: "text/plain", content: new Uint8Array([65]) }],
    }),
};

/** What cannot succeed against an empty world, with what it is refused for by the kit's own rules. */
const REFUSED: Readonly<Record<string, string>> = {
  "complaints.status": "COMPLAINT_NOT_FOUND",
};

/** Every function that the client has, at the top and in its nouns. */
function methodsOf(client: Client): string[] {
  return Object.entries(client).flatMap(([name, member]) => {
    if (typeof member === "function") return [name];
    return typeof member === "object" && member !== null
      ? Object.entries(member as object).flatMap(([inner, value]) => (typeof value === "function" ? [`${name}.${inner}`] : []))
      : [];
  });
}

describe("the testing kit", () => {
  it("is asked here for every method of the client", () => {
    expect(Object.keys(CALLS).sort()).toEqual(methodsOf(company).sort());
  });

  it.each(Object.keys(CALLS))("carries out %s", async (name) => {
    const outcome = await (CALLS[name] as Call)({ company, creator }).then(
      () => "done",
      (error: unknown) => {
        if (error instanceof OmlaError) return error.code;
        throw error;
      },
    );
    expect([name, outcome]).toEqual([name, REFUSED[name] ?? "done"]);
  });
});
