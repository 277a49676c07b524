import type { KeyPair } from "../protocol/keys.ts";
import type { VerifiedBlacklist } from "../protocol/blacklist.ts";
import type { Audits } from "./audits.ts";
import type { BlacklistOptions } from "./blacklist.ts";
import type { CallOptions } from "./call.ts";
import type { Certificate, CertificateInput } from "./certificate.ts";
import type { Companies } from "./companies.ts";
import type { Complaints } from "./complaints.ts";
import { assertRegistryUrl, type Credentials } from "./credentials.ts";
import type { Currencies } from "./currencies.ts";
import type { Disputes } from "./disputes.ts";
import type { Hosters } from "./hosters.ts";
import { lazily, whenLoaded } from "./lazily.ts";
import type { Models } from "./models.ts";
import type { Payments } from "./payments.ts";
import type { Quote } from "./quote.ts";
import type { Receipt } from "./receipt.ts";
import { createRegistry, type Registry } from "./registry.ts";
import type { RegistryFacts } from "./registry-facts.ts";
import type { ReportInput } from "./report-input.ts";
import { createReports, type Reports } from "./reports.ts";
import type { Session } from "./sessions.ts";
import { createTransport, type Fetch } from "./transport.ts";
import type { Wallets } from "./wallets.ts";

export interface ClientOptions extends Credentials {
  /** The registry's address, such as `https://registry.example`; https except on this machine. */
  readonly url: string;
  /** Allow http beyond this machine, inside a network that you trust. */
  readonly allowHttp?: boolean | undefined;
  readonly fetch?: Fetch | undefined;
  /** For one attempt, its answer included; 15 s by default. */
  readonly timeoutMs?: number | undefined;
  /** Repetitions of a failed call that reads or carries an idempotency key; 4 by default. */
  readonly retries?: number | undefined;
  /** The pause before the first repetition; it doubles each time and is jittered. 300 ms by default. */
  readonly retryDelayMs?: number | undefined;
  readonly now?: (() => Date) | undefined;
  readonly random?: (() => number) | undefined;
}

/** A registry, by noun. */
export interface Client {
  /** Files a quarter's report. The same report twice is one report. */
  report(input: ReportInput, options?: CallOptions): Promise<Receipt>;
  /** The figures of a report before it is sent; nothing is written. */
  quote(input: ReportInput, options?: CallOptions): Promise<Quote>;
  readonly reports: Reports;
  readonly models: Models;
  readonly companies: Companies;
  readonly hosters: Hosters;
  readonly wallets: Wallets;
  readonly currencies: Currencies;
  readonly payments: Payments;
  readonly complaints: Complaints;
  readonly disputes: Disputes;
  readonly audits: Audits;
  /** The association's signed statement of how the company stands for an ended quarter. */
  certificate(input: CertificateInput, options?: CallOptions): Promise<Certificate>;
  /** The signed blacklist, checked against the keys that you pin. */
  blacklist(options?: BlacklistOptions): Promise<VerifiedBlacklist>;
  /** What the registry says of itself: lineage policy, rates, license version, keys. */
  registry(options?: CallOptions): Promise<RegistryFacts>;
  /** A session for a key, as `accessToken` of another client; it reads and changes nothing. */
  signIn(keys: KeyPair, options?: CallOptions): Promise<Session>;
}

/**
 * A client of one registry. Nothing is sent or loaded until the first call.
 *
 * Amounts are US dollars as decimal strings; JavaScript numbers are taken where their shortest form is one.
 *
 * @throws {OmlaInputError} CONFIG_URL | CONFIG_URL_INSECURE
 * @example
 * const omla = createClient({ url: "https://registry.example", apiKey: process.env.OMLA_API_KEY });
 * const receipt = await omla.report({ quarter: "2026-Q3", entries: [] });
 */
export function createClient(options: ClientOptions): Client {
  const url = assertRegistryUrl(options.url, options.allowHttp === true);
  const now = options.now ?? (() => new Date());
  const transport = createTransport({
    url,
    apiKey: options.apiKey,
    anonKey: options.anonKey,
    accessToken: options.accessToken,
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    now,
    newRequestId: () => crypto.randomUUID(),
    timeoutMs: options.timeoutMs ?? 15_000,
    retries: options.retries ?? 4,
    random: options.random ?? Math.random,
    retryDelayMs: options.retryDelayMs ?? 300,
  });
  const registry = createRegistry(url, options.apiKey, transport);
  const reports = createReports(registry);
  return {
    report: (input, call) => reports.file(input, call),
    quote: async (input, call) => (await import("./quote.ts")).createQuote(registry, now, input, call),
    reports,
    ...lazyNouns(registry),
    certificate: async (input, call) => (await import("./certificate.ts")).fetchCertificate(registry, input, call),
    blacklist: async (call) => (await import("./blacklist.ts")).fetchBlacklist(registry, now, call),
    registry: async (call) => (await import("./registry-facts.ts")).fetchRegistryFacts(registry, call),
    signIn: async (keys, call) => (await import("./sessions.ts")).signIn(registry, keys, now, call),
  };
}

/** What a company that only reports does without is loaded with the first call of its noun. */
function lazyNouns(
  registry: Registry,
): Pick<Client, "models" | "companies" | "hosters" | "wallets" | "currencies" | "payments" | "complaints" | "disputes" | "audits"> {
  const models = async (): Promise<Models> => (await import("./models.ts")).createModels(registry);
  return {
    models: {
      ...lazily(models, ["register", "update", "rotateKey", "get", "byHash", "splits", "lineage", "terms", "verify"]),
      search: (text, options) => whenLoaded(async () => (await models()).search(text, options)),
    },
    companies: lazily(
      async () => (await import("./companies.ts")).createCompanies(registry),
      ["register", "keys", "createKey", "revokeKey"],
    ),
    hosters: lazily(async () => (await import("./hosters.ts")).createHosters(registry), ["claim", "verify", "report", "accruals"]),
    wallets: lazily(async () => (await import("./wallets.ts")).createWallets(registry), ["register"]),
    currencies: lazily(async () => (await import("./currencies.ts")).createCurrencies(registry), ["declare", "resolve"]),
    payments: {
      list: (filter) => whenLoaded(async () => (await import("./payments.ts")).listPayments(registry, filter)),
      receipts: (options) => whenLoaded(async () => (await import("./receivables.ts")).listReceipts(registry, options)),
      heldForTax: async (options) => (await import("./payments.ts")).fetchTaxStandings(registry, options),
      ...lazily(async () => (await import("./receivables.ts")).createDebts(registry), ["receivables", "pay"]),
    },
    complaints: lazily(async () => (await import("./complaints.ts")).createComplaints(registry), ["file", "status"]),
    disputes: {
      list: (options) => whenLoaded(async () => (await import("./disputes.ts")).listDisputes(registry, options)),
      ...lazily(async () => (await import("./disputes.ts")).createDisputes(registry), ["open", "withdraw"]),
    },
    audits: {
      list: (options) => whenLoaded(async () => (await import("./audits.ts")).listAudits(registry, options)),
      ...lazily(async () => (await import("./audits.ts")).createAudits(registry), ["request", "respond"]),
    },
  };
}
