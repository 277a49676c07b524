import { isIP } from "node:net";
import { DEFAULT_LIMITS } from "@omla/sdk/protocol";
import type { ManualRailName } from "./rails/manual/manual-rail.ts";
import { checkRailFees, parseBic, parseIban, parseManualRails } from "./rails/rail-settings.ts";

/** One environment variable: how it is read, what it is without, and what `doctor` and the README say about it. */
export interface Setting<T> {
  readonly parse: (text: string) => { readonly value: T } | { readonly fault: string };
  readonly default: T;
  readonly about: string;
  /** A secret is listed as set or not set, never shown. */
  readonly secret: boolean;
}

type Parser<T> = Setting<T>["parse"];

const text: Parser<string | undefined> = (value) => ({ value });
const word: Parser<string> = (value) => ({ value });

const integer =
  (min: number, max: number): Parser<number> =>
  (value) => {
    const number = /^\d{1,10}$/.test(value) ? Number(value) : Number.NaN;
    return number >= min && number <= max ? { value: number } : { fault: `must be a whole number from ${min} to ${max}` };
  };

const oneOf =
  <T extends string>(...values: readonly T[]): Parser<T> =>
  (value) => {
    const found = values.find((candidate) => candidate === value);
    return found === undefined ? { fault: `must be one of ${values.join(", ")}` } : { value: found };
  };

const origin: Parser<string | undefined> = (value) => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const fine = url !== undefined && (url.protocol === "https:" || url.protocol === "http:") && url.origin === value;
  return fine ? { value } : { fault: "must be an origin without a path, such as https://registry.example" };
};

const url =
  (...protocols: readonly string[]): Parser<string | undefined> =>
  (value) =>
    URL.canParse(value) && protocols.includes(new URL(value).protocol)
      ? { value }
      : { fault: `must be a URL beginning with ${protocols.map((protocol) => `${protocol}//`).join(" or ")}` };

/** Exact networks only: trusting every proxy would let anybody choose the address that limits are counted by. */
const networks: Parser<readonly string[]> = (value) => {
  const list = value.split(",").map((part) => part.trim());
  const fine = list.every((part) => part === "loopback" || isNetwork(part));
  return fine ? { value: list } : { fault: 'must be "loopback" or a comma-separated list of addresses and CIDR ranges' };
};

function isNetwork(text: string): boolean {
  const [address = "", bits, more] = text.split("/");
  const version = isIP(address);
  const most = version === 6 ? 128 : 32;
  return (
    version !== 0 && more === undefined && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) > 0 && Number(bits) <= most))
  );
}

const onOff: Parser<boolean> = (value) => (value === "on" || value === "off" ? { value: value === "on" } : { fault: "must be on or off" });

const setting = <T>(parse: Parser<T>, fallback: T, about: string): Setting<T> => ({ parse, default: fallback, about, secret: false });
const secret = (about: string): Setting<string | undefined> => ({ parse: text, default: undefined, about, secret: true });
const limit = (fallback: number, max: number, about: string): Setting<number> => setting(integer(1, max), fallback, about);

/** The values of all settings, as their parsers give them. */
export interface SettingValues {
  readonly NODE_ENV: "development" | "production";
  readonly HOST: string;
  readonly PORT: number;
  readonly OMLA_PUBLIC_URL: string | undefined;
  readonly DATABASE_URL: string | undefined;
  readonly OMLA_DATA_DIR: string;
  readonly OMLA_JWT_SECRET: string | undefined;
  readonly OMLA_BOARD_FIRST: string | undefined;
  readonly OMLA_SIGNING_KEY_FILE: string | undefined;
  readonly OMLA_HEARTBEAT_KEY_FILE: string | undefined;
  readonly OMLA_LIST_SELF_CHECK: boolean;
  readonly OMLA_LINEAGE_POLICY: "sequential" | "declared";
  readonly OMLA_TRUST_PROXY: readonly string[];
  readonly OMLA_TURNSTILE_SECRET: string | undefined;
  readonly OMLA_TURNSTILE_URL: string;
  readonly SMTP_URL: string | undefined;
  readonly OMLA_MAIL_FROM: string;
  readonly OMLA_ISSUER: string;
  readonly OMLA_CLOCK_FILE: string | undefined;
  readonly OMLA_LOG_LEVEL: "silent" | "error" | "warn" | "info" | "debug";
  readonly STRIPE_SECRET_KEY: string | undefined;
  readonly STRIPE_WEBHOOK_SECRET: string | undefined;
  readonly STRIPE_API_BASE: string | undefined;
  readonly OMLA_SEPA_IBAN: string | undefined;
  readonly OMLA_SEPA_NAME: string | undefined;
  readonly OMLA_SEPA_BIC: string | undefined;
  readonly OMLA_MANUAL_RAILS: readonly ManualRailName[];
  readonly OMLA_RAIL_FEES: string | undefined;
  readonly OMLA_PAYOUT_APPROVAL_USD: number;
  readonly OMLA_ANSWER_CACHE_SECONDS: number;
  readonly OMLA_LIMIT_MODELS: number;
  readonly OMLA_LIMIT_DEPTH: number;
  readonly OMLA_LIMIT_PARENTS: number;
  readonly OMLA_LIMIT_SPLITS: number;
  readonly OMLA_LIMIT_ENTRIES: number;
  readonly OMLA_LIMIT_BODY_BYTES: number;
  readonly OMLA_LIMIT_REPORT_BODY_BYTES: number;
  readonly OMLA_LIMIT_EVIDENCE_BODY_BYTES: number;
  readonly OMLA_LIMIT_CONNECTIONS: number;
  readonly OMLA_LIMIT_RATES: boolean;
}

export type SettingName = keyof SettingValues;

/** Every variable that the server knows, in the order in which `doctor` lists them. */
export const SETTINGS: { readonly [Name in SettingName]: Setting<SettingValues[Name]> } = {
  NODE_ENV: setting(oneOf("development", "production"), "development", "production refuses demonstration secrets and plain http origins"),
  HOST: setting(word, "127.0.0.1", "the address to listen on"),
  PORT: setting(integer(0, 65_535), 8080, "the port to listen on; 0 lets the system choose one"),
  OMLA_PUBLIC_URL: setting(origin, undefined, "the origin under which the world reaches this registry; documents are signed for it"),
  DATABASE_URL: {
    ...setting(url("postgres:", "postgresql:"), undefined, "PostgreSQL 15 or newer; without it the embedded database is used"),
    secret: true,
  },
  OMLA_DATA_DIR: setting(word, "./omla-data", 'folder of the embedded database; "memory" keeps nothing'),
  OMLA_JWT_SECRET: secret("signs sessions and the anonymous key, and seals the board's secrets; at least 32 characters"),
  OMLA_BOARD_FIRST: secret("the first board member, as omla-server init writes it; read while the board is empty"),
  OMLA_SIGNING_KEY_FILE: setting(
    text,
    undefined,
    "file with the association's secret list key (base64); without it the list is an unsigned placeholder",
  ),
  OMLA_HEARTBEAT_KEY_FILE: setting(text, undefined, "file with the secret heartbeat key (base64)"),
  OMLA_LIST_SELF_CHECK: setting(onOff, true, "after each publication and hourly, fetch the list from OMLA_PUBLIC_URL and compare it"),
  OMLA_LINEAGE_POLICY: setting(oneOf("sequential", "declared"), "sequential", "how several parents share a royalty"),
  OMLA_TRUST_PROXY: setting(networks, [], "addresses of the proxies whose X-Forwarded-For counts"),
  OMLA_TURNSTILE_SECRET: secret("Cloudflare Turnstile; without it forms are limited by rate alone"),
  OMLA_TURNSTILE_URL: setting(
    (value) => (URL.canParse(value) ? { value } : { fault: "must be a URL" }),
    "https://challenges.cloudflare.com/turnstile/v0/siteverify",
    "where Turnstile answers are verified",
  ),
  SMTP_URL: { ...setting(url("smtp:", "smtps:"), undefined, "the mail server; without it mail waits in the outbox"), secret: true },
  OMLA_MAIL_FROM: setting(word, "registry@localhost", "sender of the registry's mail"),
  OMLA_ISSUER: setting(
    word,
    "Open Model Licensing Association",
    "who receipts are issued by: the association's name and address, on one line",
  ),
  OMLA_CLOCK_FILE: setting(text, undefined, "a file that says what time it is, for rehearsals; production refuses it"),
  OMLA_LOG_LEVEL: setting(oneOf("silent", "error", "warn", "info", "debug"), "info", "how much is logged"),
  STRIPE_SECRET_KEY: secret("switches the Stripe rail on"),
  STRIPE_WEBHOOK_SECRET: secret("verifies Stripe's webhooks"),
  STRIPE_API_BASE: setting(url("https:", "http:"), undefined, "another Stripe, for tests"),
  OMLA_SEPA_IBAN: setting(parseIban, undefined, "the association's account; switches the SEPA rail on"),
  OMLA_SEPA_NAME: setting(text, undefined, "the holder of that account, as its bank writes the name"),
  OMLA_SEPA_BIC: setting(parseBic, undefined, "its bank; may be left out"),
  OMLA_MANUAL_RAILS: setting(parseManualRails, [], "rails on which the board moves the money by hand: paypal, lightning, ach, wise, other"),
  OMLA_RAIL_FEES: setting(
    checkRailFees,
    undefined,
    "what a payee bears on each rail, such as stripe=0.25%+0.25; nothing where it is not named",
  ),
  OMLA_PAYOUT_APPROVAL_USD: setting(
    integer(0, 1_000_000_000),
    10_000,
    "US dollars of real money that leave within 24 hours above which a payout waits for two members of the board",
  ),
  OMLA_ANSWER_CACHE_SECONDS: setting(
    integer(0, 60),
    5,
    "how long this process repeats its answer to a stranger's look-up (/rest/v1/rpc by GET); 0 asks the database each time",
  ),
  OMLA_LIMIT_MODELS: limit(DEFAULT_LIMITS.models, 100_000, "models in one lineage"),
  OMLA_LIMIT_DEPTH: limit(DEFAULT_LIMITS.depth, 10_000, "edges on the longest path of a lineage"),
  OMLA_LIMIT_PARENTS: limit(DEFAULT_LIMITS.parents, 1_000, "parents of one model"),
  OMLA_LIMIT_SPLITS: limit(DEFAULT_LIMITS.splits, 1_000, "contribution splits of one model"),
  OMLA_LIMIT_ENTRIES: limit(500, 5_000, "entries of one report"),
  OMLA_LIMIT_BODY_BYTES: limit(65_536, 16_777_216, "bytes of a request body"),
  OMLA_LIMIT_REPORT_BODY_BYTES: limit(262_144, 16_777_216, "bytes of a report's body"),
  OMLA_LIMIT_EVIDENCE_BODY_BYTES: limit(1_048_576, 16_777_216, "bytes of a request that carries evidence"),
  OMLA_LIMIT_CONNECTIONS: limit(1_000, 100_000, "connections at a time"),
  OMLA_LIMIT_RATES: setting(onOff, true, "rates per address and per key; off only where something in front limits them"),
};
