import { SETTINGS, type SettingName, type SettingValues } from "./settings.ts";
import type { LogLevel } from "./log.ts";
import { ConfigError } from "./config-error.ts";
import { railFaults, type RailSettings, readRailFees } from "./rails/rail-settings.ts";

export type Mode = "development" | "production";
export type LineagePolicy = "sequential" | "declared";

/** Everything that can be set from outside, read once at start. */
export interface Config {
  readonly mode: Mode;
  readonly host: string;
  readonly port: number;
  /** The registry's origin: documents name it, so that they cannot be replayed elsewhere. */
  readonly publicUrl: string;
  readonly databaseUrl: string | undefined;
  /** `memory` keeps the embedded database in memory. */
  readonly dataDir: string;
  readonly jwtSecret: string;
  /** The first board member as `init` wrote it: address, comma, sealed secret. */
  readonly boardFirst: string | undefined;
  readonly signingKeyFile: string | undefined;
  readonly heartbeatKeyFile: string | undefined;
  readonly listSelfCheck: boolean;
  readonly lineagePolicy: LineagePolicy;
  readonly trustProxy: readonly string[];
  readonly turnstileSecret: string | undefined;
  readonly turnstileUrl: string;
  readonly smtpUrl: string | undefined;
  readonly mailFrom: string;
  /** Who receipts are issued by. */
  readonly issuer: string;
  readonly clockFile: string | undefined;
  readonly logLevel: LogLevel;
  readonly stripe: {
    readonly secretKey: string | undefined;
    readonly webhookSecret: string | undefined;
    readonly apiBase: string | undefined;
  };
  readonly rails: RailSettings;
  /** Whole US dollars of real money above which a payout waits for two members of the board. */
  readonly payoutApprovalUsd: number;
  /** How long a look-up's answer is repeated to strangers; 0 for never. */
  readonly answerCacheSeconds: number;
  readonly limits: Limits;
}

/** What a stranger may send at most; each is a setting `OMLA_LIMIT_…`. */
export interface Limits {
  readonly models: number;
  readonly depth: number;
  readonly parents: number;
  readonly splits: number;
  readonly entries: number;
  readonly bodyBytes: number;
  readonly reportBodyBytes: number;
  readonly evidenceBodyBytes: number;
  readonly connections: number;
  /** `off` only in tests and behind a limiter of one's own. */
  readonly rates: boolean;
}

/** Well-known secrets of the demonstration; a production start refuses them. */
export const DEMO_SECRET = "omla-demo-secret-known-to-everybody-do-not-use";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the configuration from the environment: the only place that does.
 *
 * @throws {ConfigError} every fault at once, each with the variable and what to set
 */
export function loadConfig(environment: Environment): Config {
  return fromSettings(readSettings(environment));
}

/**
 * Refuses a configuration under which nobody may be served: a weak or well-known secret, a plain origin in production.
 *
 * @throws {ConfigError} every fault at once
 */
export function assertServable(config: Config): void {
  const faults = servingFaults(config);
  if (faults.length > 0) throw new ConfigError(faults);
}

function readSettings(environment: Environment): SettingValues {
  const values: Partial<Record<SettingName, unknown>> = {};
  const faults: string[] = [];
  for (const [name, setting] of Object.entries(SETTINGS)) {
    const text = environment[name];
    const parsed = text === undefined || text === "" ? { value: setting.default } : setting.parse(text);
    if ("fault" in parsed) faults.push(`${name} ${parsed.fault}: ${setting.about}`);
    else values[name as SettingName] = parsed.value;
  }
  if (faults.length > 0) throw new ConfigError(faults);
  return values as SettingValues;
}

function fromSettings(values: SettingValues): Config {
  return {
    mode: values.NODE_ENV,
    host: values.HOST,
    port: values.PORT,
    publicUrl: values.OMLA_PUBLIC_URL ?? `http://localhost:${values.PORT}`,
    databaseUrl: values.DATABASE_URL,
    dataDir: values.OMLA_DATA_DIR,
    jwtSecret: values.OMLA_JWT_SECRET ?? "",
    boardFirst: values.OMLA_BOARD_FIRST,
    signingKeyFile: values.OMLA_SIGNING_KEY_FILE,
    heartbeatKeyFile: values.OMLA_HEARTBEAT_KEY_FILE,
    listSelfCheck: values.OMLA_LIST_SELF_CHECK,
    lineagePolicy: values.OMLA_LINEAGE_POLICY,
    trustProxy: values.OMLA_TRUST_PROXY,
    turnstileSecret: values.OMLA_TURNSTILE_SECRET,
    turnstileUrl: values.OMLA_TURNSTILE_URL,
    smtpUrl: values.SMTP_URL,
    mailFrom: values.OMLA_MAIL_FROM,
    issuer: values.OMLA_ISSUER,
    clockFile: values.OMLA_CLOCK_FILE,
    logLevel: values.OMLA_LOG_LEVEL,
    stripe: { secretKey: values.STRIPE_SECRET_KEY, webhookSecret: values.STRIPE_WEBHOOK_SECRET, apiBase: values.STRIPE_API_BASE },
    rails: {
      fees: readRailFees(values.OMLA_RAIL_FEES),
      manual: values.OMLA_MANUAL_RAILS,
      sepa: { iban: values.OMLA_SEPA_IBAN, name: values.OMLA_SEPA_NAME, bic: values.OMLA_SEPA_BIC },
    },
    payoutApprovalUsd: values.OMLA_PAYOUT_APPROVAL_USD,
    answerCacheSeconds: values.OMLA_ANSWER_CACHE_SECONDS,
    limits: limitsFrom(values),
  };
}

function limitsFrom(values: SettingValues): Limits {
  return {
    models: values.OMLA_LIMIT_MODELS,
    depth: values.OMLA_LIMIT_DEPTH,
    parents: values.OMLA_LIMIT_PARENTS,
    splits: values.OMLA_LIMIT_SPLITS,
    entries: values.OMLA_LIMIT_ENTRIES,
    bodyBytes: values.OMLA_LIMIT_BODY_BYTES,
    reportBodyBytes: values.OMLA_LIMIT_REPORT_BODY_BYTES,
    evidenceBodyBytes: values.OMLA_LIMIT_EVIDENCE_BODY_BYTES,
    connections: values.OMLA_LIMIT_CONNECTIONS,
    rates: values.OMLA_LIMIT_RATES,
  };
}

const MIN_SECRET_CHARACTERS = 32;

/** Faults that only show when two settings are seen together. */
function servingFaults(config: Config): string[] {
  const faults: string[] = [];
  if (config.jwtSecret.length < MIN_SECRET_CHARACTERS)
    faults.push(
      `OMLA_JWT_SECRET must have at least ${MIN_SECRET_CHARACTERS} characters: run "omla-server init", which mints one into an env file`,
    );
  if (config.mode === "production" && config.jwtSecret === DEMO_SECRET)
    faults.push('OMLA_JWT_SECRET is the demonstration\'s, which everybody knows: run "omla-server init" for one of your own');
  if (config.mode === "production" && !config.publicUrl.startsWith("https://"))
    faults.push("OMLA_PUBLIC_URL must be an https origin in production, such as https://registry.example");
  if (config.mode === "production" && config.clockFile !== undefined)
    faults.push("OMLA_CLOCK_FILE is for rehearsals: unset it in production");
  if (config.publicUrl === "http://localhost:0")
    faults.push("OMLA_PUBLIC_URL must be set where PORT is 0: what is signed names this origin, and nobody reaches port 0");
  return [...faults, ...railFaults(config)];
}
