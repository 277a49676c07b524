import { type BlacklistOptions, fetchBlacklist } from "./blacklist.ts";
import { type Companies, createCompanies } from "./companies.ts";
import { assertRegistryUrl, type Credentials } from "./credentials.ts";
import { lazyModels } from "./lazy-models.ts";
import type { Models } from "./models.ts";
import { createQuote, type Quote } from "./quote.ts";
import type { Receipt } from "./receipt.ts";
import type { ReportInput } from "./report-input.ts";
import { createReports, type Reports } from "./reports.ts";
import { createRegistry } from "./registry.ts";
import { fetchRegistryFacts, type RegistryFacts } from "./registry-facts.ts";
import type { CallOptions } from "./call.ts";
import { createTransport, type Fetch } from "./transport.ts";

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
  /** The signed blacklist, checked against the keys that you pin. */
  blacklist(options?: BlacklistOptions): ReturnType<typeof fetchBlacklist>;
  /** What the registry says of itself: lineage policy, rates, license version, keys. */
  registry(options?: CallOptions): Promise<RegistryFacts>;
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
    quote: (input, call) => createQuote(registry, now, input, call),
    reports,
    models: lazyModels(registry),
    companies: createCompanies(registry),
    blacklist: (call) => fetchBlacklist(registry, now, call),
    registry: (call) => fetchRegistryFacts(registry, call),
  };
}
