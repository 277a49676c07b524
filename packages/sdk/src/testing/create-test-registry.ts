import type { HttpHandler } from "msw";
import { encodeAddress } from "../protocol/address.ts";
import type { ComplianceState, LineStatus, SubjectKind } from "../protocol/compliance.ts";
import type { Draft } from "../protocol/document-draft.ts";
import { buildRegistration, type Registration } from "../protocol/documents/registration.ts";
import { signDocument } from "../protocol/documents.ts";
import { generateKeyPair, type KeyPair } from "../protocol/keys.ts";
import { DEFAULT_LIMITS, type LineageLimits } from "../protocol/limits.ts";
import { sha256Hex } from "../protocol/sha256.ts";
import type { LineagePolicy } from "../protocol/splits.ts";
import { formatTimestamp } from "../protocol/timestamp.ts";
import { utf8Encode } from "../protocol/bytes.ts";
import { HttpResponse } from "msw";
import type { PaymentReceipt } from "../client/receivables.ts";
import { type AddedCompany, addCompany, addKey, type TestCompanyInput } from "./companies.ts";
import { closeAudit } from "./audits.ts";
import { closeDispute } from "./disputes.ts";
import { payOut } from "./payouts.ts";
import { closeComplaint } from "./complaints.ts";
import { tickAll, tickSubjects } from "./compliance.ts";
import { type Faults, registryHandlers, respond } from "./handlers.ts";
import { catchUp, publishBlacklist } from "./publications.ts";
import { createMoney } from "./money.ts";
import { receivePayment, type TestPayment } from "./payments.ts";
import { postRate, type TestRate } from "./rates.ts";
import { primaryWallet, registerModel } from "./registrations.ts";
import { type State, subjectOf } from "./state.ts";
import { createTestClock, type TestClock } from "./test-clock.ts";

export interface TestRegistryOptions {
  /** Its address; nothing is listening there. `https://registry.test` by default. */
  readonly url?: string;
  /** When the clock starts; 2026-07-01 by default. */
  readonly now?: Date | string;
  readonly lineagePolicy?: LineagePolicy;
  readonly limits?: Partial<LineageLimits>;
  /** Royalty rate by asset kind; 0.30 where none is given. */
  readonly rates?: Readonly<Record<string, string>>;
}

/** A model that was added without its creator's work. */
export interface AddedModel {
  readonly model_id: string;
  readonly address: string;
  readonly model_hash: string;
  readonly keys: KeyPair;
  readonly document: Registration;
}

/** A registry inside a test: it keeps what it is told, follows the protocol's rules, and its clock can be moved. */
export interface TestRegistry {
  readonly url: string;
  /** For msw's `setupServer` or `setupWorker`. */
  readonly handlers: readonly HttpHandler[];
  /** For `createClient({ fetch })` where no msw server is wanted. */
  readonly fetch: (request: Request) => Promise<Response>;
  readonly clock: TestClock;
  /** Pin it to check the registry's blacklist. */
  readonly listKey: string;
  /** Adds a company and gives its API key: for the live ledger, unless `test` is said. */
  addCompany(input?: TestCompanyInput, ledger?: "live" | "test"): AddedCompany;
  /** A further API key of a company. */
  addKey(companyId: string, ledger?: "live" | "test"): string;
  revokeKey(apiKey: string): void;
  /** Registers a model as its creator would, with a key of its own. */
  addModel(fields?: Partial<Draft<Registration>>): Promise<AddedModel>;
  /** Moves a line of a report, as money that arrives (`funded`), a payout (`paid`), a dispute or a rejection does. */
  setLineStatus(reportId: string, status: LineStatus): void;
  stateOf(kind: SubjectKind, id: string): Promise<ComplianceState>;
  /** Closes a complaint without consequence, as the board does: what was under the review shows again. */
  dismissComplaint(receipt: string): void;
  /** Decides a dispute for the line as it stands, as the board does: its payout goes on. */
  rejectDispute(disputeId: string, resolution?: string): void;
  /** Ends an audit without consequence, as the board does: what it held goes on. */
  waiveAudit(auditId: string, resolution?: string): void;
  /** Pays out every funded line up to the end of a quarter that no case holds; gives the number of payments. */
  payOut(quarter: string): number;
  /** Money arrives, as a bank or a card brings it: lines that it pays in full become `funded`. Gives the payer's receipt. */
  receivePayment(payment: TestPayment): PaymentReceipt;
  /** Posts what one US dollar is worth in a currency, as a rail or the board does; it is used for 72 hours. */
  postRate(rate: TestRate): void;
  /** What the weekly job does, at once. */
  tick(): void;
  publishBlacklist(): Promise<void>;
  /** The next requests get this status instead of an answer, or no connection at all. */
  failNext(count: number, how?: number | "network"): void;
}

/**
 * Creates a registry for tests.
 *
 * Weekly ticks and publications between two requests are made up for with the next request, so moving the clock is enough.
 *
 * @example
 * const registry = await createTestRegistry();
 * const server = setupServer(...registry.handlers);
 * registry.clock.advance({ days: 31 });
 */
export async function createTestRegistry(options: TestRegistryOptions = {}): Promise<TestRegistry> {
  const state = await createState(options);
  const faults: Faults = { waiting: [] };
  return {
    url: state.origin,
    handlers: registryHandlers(state, faults),
    fetch: async (request) => {
      const response = await respond(state, faults, request);
      if (response.type === "error") throw new TypeError("Failed to fetch");
      return response;
    },
    clock: state.clock,
    listKey: state.listKey.publicKey,
    addCompany: (input, ledger) =>
      addCompany(state, { company_name: "Example Inc.", contact_email: "ops@example.com", ...input }, ledger !== "test"),
    addKey: (companyId, ledger) => addKey(state, companyId, ledger !== "test"),
    revokeKey: (apiKey) => {
      const key = state.keys.get(apiKey);
      if (key === undefined) throw new RangeError("the registry knows no such key");
      key.revoked_at ??= formatTimestamp(state.clock.now());
    },
    addModel: (fields) => addModel(state, fields),
    setLineStatus: (reportId, status) => setLineStatus(state, reportId, status),
    stateOf: async (kind, id) => {
      await catchUp(state);
      return subjectOf(state, kind, id).state;
    },
    dismissComplaint: (receipt) => {
      const complaint = state.complaints.find((other) => other.receipt === receipt && other.isOpen);
      if (complaint === undefined) throw new RangeError("the registry knows no such open complaint");
      closeComplaint(state, complaint);
    },
    rejectDispute: (disputeId, resolution = "The figures hold.") => {
      const dispute = state.disputes.find(({ dispute_id }) => dispute_id === disputeId);
      if (dispute === undefined) throw new RangeError(`the registry knows no dispute ${disputeId}`);
      closeDispute(state, dispute, "rejected", resolution);
    },
    waiveAudit: (auditId, resolution = "Nothing is missing.") => {
      const audit = state.audits.find(({ audit_id }) => audit_id === auditId);
      if (audit === undefined) throw new RangeError(`the registry knows no audit ${auditId}`);
      closeAudit(state, audit, "waived", resolution);
    },
    payOut: (quarter) => payOut(state, quarter),
    receivePayment: (payment) => receivePayment(state, payment),
    postRate: (rate) => postRate(state, rate),
    tick: () => tickAll(state),
    publishBlacklist: async () => {
      await publishBlacklist(state);
    },
    failNext: (count, how = 503) => {
      for (let left = count; left > 0; left -= 1) faults.waiting.push(() => (how === "network" ? HttpResponse.error() : failure(how)));
    },
  };
}

async function createState({
  url = "https://registry.test",
  now = "2026-07-01T00:00:00Z",
  lineagePolicy = "sequential",
  limits,
  rates = {},
}: TestRegistryOptions): Promise<State> {
  const clock = createTestClock(now);
  return {
    origin: new URL(url).origin,
    clock,
    policy: lineagePolicy,
    limits: { ...DEFAULT_LIMITS, ...limits },
    rates,
    listKey: await generateKeyPair(),
    models: new Map(),
    companies: new Map(),
    keys: new Map(),
    wallets: new Map(),
    documents: new Set(),
    claims: [],
    complaints: [],
    disputes: [],
    audits: [],
    holds: [],
    payouts: [],
    challenges: new Map(),
    sessions: new Map(),
    fxRates: new Map(),
    submissions: [],
    money: createMoney(),
    subjects: new Map(),
    lists: [],
    answers: new Map(),
    tickedAt: clock.now(),
    cases: 0,
  };
}

async function addModel(state: State, fields: Partial<Draft<Registration>> = {}): Promise<AddedModel> {
  const keys = await generateKeyPair();
  const model_id = fields.model_id ?? crypto.randomUUID();
  const address = encodeAddress(model_id);
  const draft = buildRegistration({
    model_id,
    name: `Model ${state.models.size + 1}`,
    license_version: "v8-10-2025",
    model_hash: await sha256Hex(utf8Encode(`weights of ${model_id}`)),
    wallet: { address, rail: "stripe" },
    lineage: [],
    contribution_splits: [],
    private_sha256: await sha256Hex(utf8Encode(model_id)),
    ...fields,
    registry: state.origin,
    ed25519_pubkey: keys.publicKey,
    issued_at: state.clock.now(),
  });
  const document = (await signDocument("registration", draft, keys.secretKey)) as Registration;
  await registerModel(state, { document });
  return { model_id, address: primaryWallet(document), model_hash: document.model_hash, keys, document };
}

function setLineStatus(state: State, reportId: string, status: LineStatus): void {
  for (const { company_id, lines } of state.submissions) {
    const line = lines.find(({ report_id }) => report_id === reportId);
    if (line === undefined) continue;
    if (status === "disputed") line.disputed_at ??= formatTimestamp(state.clock.now());
    line.status = status;
    tickSubjects(state, [`commercial_user:${company_id}`, `model:${line.model_id}`]);
    return;
  }
  throw new RangeError(`the registry knows no report line ${reportId}`);
}

function failure(status: number): Response {
  return HttpResponse.json(
    { code: "INJECTED", message: `a failure of ${status} that the test asked for`, details: null, hint: null, request_id: null },
    { status },
  );
}
