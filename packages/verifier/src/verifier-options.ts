import { assertPublicKey, OmlaError } from "@omla/sdk/protocol";
import type { ListStore } from "./disk-store.ts";
import { POLICIES, type PolicyFunction, type PolicyName } from "./policy.ts";
import type { VerifierEvent } from "./verifier-event.ts";

export interface VerifierOptions {
  /** Where the list is published, `https://…/api/blacklist.json`; `http` only for a loopback address. */
  readonly url: string;
  /** The association's public keys, base64. With none a list can only be advisory. */
  readonly keys: readonly string[];
  /** How many of the keys must have signed; 1 unless said. */
  readonly threshold?: number;
  /** Version of the pinned keys, 1 unless said; later versions are trusted when these have signed them. */
  readonly keysetVersion?: number;
  /** Public keys that sign heartbeats, base64; those of a later keyset take their place. */
  readonly heartbeatKeys?: readonly string[];
  /** `gateway` (fails open) unless said. */
  readonly policy?: PolicyName | PolicyFunction;
  /** The file that keeps the last good list, or a store of one's own; nothing is kept where it is left out. */
  readonly store?: string | ListStore;
  /** The operator's own names of models (`owner/repo`), each with the model's id. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** Between two downloads, 6 hours unless said, ± 20 %. `0`: only when `refresh()` is called. */
  readonly refreshMs?: number;
  /** Bytes after decompression, 64 MiB unless said. */
  readonly maxBytes?: number;
  /** Entries of a list, 250,000 unless said. */
  readonly maxEntries?: number;
  /** For a whole download, 10 seconds unless said. */
  readonly timeoutMs?: number;
  /** The machine's unless said. */
  readonly clock?: (() => Date) | undefined;
  readonly fetch?: typeof fetch;
  /** A number from 0 up to 1, for jitter. */
  readonly random?: () => number;
  readonly onEvent?: (event: VerifierEvent) => void;
}

type Defaulted =
  | "threshold"
  | "keysetVersion"
  | "heartbeatKeys"
  | "policy"
  | "aliases"
  | "refreshMs"
  | "maxBytes"
  | "maxEntries"
  | "timeoutMs"
  | "fetch"
  | "random";
export type CompleteOptions = VerifierOptions & Required<Pick<VerifierOptions, Defaulted>>;

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** The options with what is usual where nothing is said. @throws {OmlaError} CONFIG_URL | CONFIG_KEYS | CONFIG_POLICY */
export function readOptions(given: VerifierOptions): CompleteOptions {
  const options: CompleteOptions = {
    threshold: 1,
    keysetVersion: 1,
    heartbeatKeys: [],
    policy: "gateway",
    aliases: {},
    refreshMs: 6 * 3_600_000,
    maxBytes: 64 * 1024 * 1024,
    maxEntries: 250_000,
    timeoutMs: 10_000,
    fetch: (...args) => globalThis.fetch(...args),
    random: Math.random,
    ...said(given),
  };
  checkUrl(options.url);
  checkKeys(options.keys, options.threshold);
  if (typeof options.policy === "string" && !Object.hasOwn(POLICIES, options.policy)) {
    throw new OmlaError("CONFIG_POLICY", `there is no policy ${JSON.stringify(options.policy)}`, {
      path: "policy",
      hint: `Name one of ${Object.keys(POLICIES).join(", ")}, or give a function.`,
    });
  }
  return options;
}

/** What is given as undefined was not said: it must not take the place of what is usual, such as the six hours between downloads. */
function said(given: VerifierOptions): VerifierOptions {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as unknown as VerifierOptions;
}

function checkUrl(url: string): void {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol === "https:" || (parsed?.protocol === "http:" && LOOPBACK.has(parsed.hostname))) return;
  throw new OmlaError("CONFIG_URL", `${JSON.stringify(url)} is not an https URL`, {
    path: "url",
    hint: "Give the address of the list, such as https://registry.example/api/blacklist.json; http is for loopback only.",
  });
}

function checkKeys(keys: readonly string[], threshold: number): void {
  const fault = (message: string, path: string): OmlaError =>
    new OmlaError("CONFIG_KEYS", message, {
      path,
      hint: "Pin the association's public keys, 44 base64 characters each, and a threshold between 1 and their number.",
    });
  keys.forEach((key, index) => {
    try {
      assertPublicKey(key);
    } catch (error) {
      throw fault((error as Error).message, `keys[${index}]`);
    }
  });
  const distinct = new Set(keys).size;
  if (distinct > 0 && !(Number.isInteger(threshold) && threshold >= 1 && threshold <= distinct)) {
    throw fault(`the threshold is ${threshold} of ${distinct} distinct keys`, "threshold");
  }
}
