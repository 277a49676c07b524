import { type Sidecar, verifySidecar } from "./documents/sidecar.ts";
import {
  SIDECAR_KEY,
  SIDECAR_LOCATION,
  SIDECAR_LOCATIONS,
  SIDECAR_MODEL,
  SIDECAR_REGISTRY,
  SIDECAR_UNREGISTERED,
  SIDECAR_UNSIGNED,
  SIDECAR_WALLET,
  SIDECAR_WEIGHTS,
} from "./codes/sidecar.ts";
import { CANONICAL_JSON, LIMIT_EXCEEDED } from "./codes/values.ts";
import { OmlaError, protocolError } from "./errors.ts";

/** What a registry answers about a model; other members of its answer are not looked at. */
export interface SidecarRecord {
  readonly registered: boolean;
  readonly model_id?: string | null;
  /** Primary wallet, in either case. */
  readonly address?: string | null;
  readonly ed25519_pubkey?: string | null;
}

/** What a sidecar is held against. What is left out is not checked. */
export interface SidecarContext {
  /** The answer of a registry that the page, the caller or the package trusts, null where it knows no such model; never of one that only the sidecar names. */
  readonly record?: SidecarRecord | null | undefined;
  /** Where the sidecar stands: the address of the page or the repository. */
  readonly location?: string | undefined;
  /** SHA-256 of the weights that stand beside it, in lower-case hex. */
  readonly sha256?: readonly string[] | undefined;
}

export type SidecarCheckName = "document" | "signature" | "registry" | "registration" | "model" | "key" | "wallet" | "location" | "weights";

/** `open`: nothing to check it against, or an earlier check failed. */
export type CheckResult = "holds" | "fails" | "open";

export interface SidecarVerdict {
  /** `verified`: all that was asked holds, with a trusted registry. `refuted`: something contradicts. `unproven`: neither. */
  readonly verdict: "verified" | "refuted" | "unproven";
  readonly checks: Readonly<Record<SidecarCheckName, CheckResult>>;
  /** Why it is not verified, in the order of the checks; each with code, path and hint. */
  readonly faults: readonly OmlaError[];
  /** There where its signature holds. */
  readonly sidecar: Sidecar | null;
  /** Hex digest of the signed body; null where the signature does not hold. */
  readonly digest: string | null;
}

/** What can be said against a sidecar that could be read, and of which member. */
const FAULTS = {
  SIDECAR_UNSIGNED: ["carries no signature", "signature"],
  SIDECAR_REGISTRY: ["is known to no trusted registry that was asked", "registry"],
  SIDECAR_UNREGISTERED: ["is of a model that the registry does not know", "model_id"],
  SIDECAR_MODEL: ["names another model than the registry", "model_id"],
  SIDECAR_KEY: ["names another key than the registry", "pubkey"],
  SIDECAR_WALLET: ["names another wallet than the registry", "wallet"],
  SIDECAR_LOCATIONS: ["does not say where it may stand", "locations"],
  SIDECAR_LOCATION: ["stands where it may not", "locations"],
  SIDECAR_WEIGHTS: ["names other weights than those beside it", "sha256"],
} as const;
type FaultCode = readonly [code: keyof typeof FAULTS, hint: string];
type Finding = readonly [name: SidecarCheckName, result: CheckResult, fault?: FaultCode | OmlaError];

/** What is not said is no contradiction. */
const NOT_SAID: readonly string[] = ["SIDECAR_UNSIGNED", "SIDECAR_REGISTRY", "SIDECAR_UNREGISTERED", "SIDECAR_LOCATIONS"];
/** A thousand hashes and thirty-two locations fit. */
const MAX_LENGTH = 131_072;
const ALL_OPEN: Record<SidecarCheckName, CheckResult> = {
  document: "open",
  signature: "open",
  registry: "open",
  registration: "open",
  model: "open",
  key: "open",
  wallet: "open",
  location: "open",
  weights: "open",
};

/**
 * Everything that can be said about an `omla.json`: which checks hold, which fail, and what follows. Never throws and never rejects.
 *
 * @param source - the text as it arrived (the safe way), or an object
 * @returns `verified` only where the signature holds, a trusted registry names the same model, key and wallet, and location and
 * weights hold where they were asked; faults with CANONICAL_JSON, DOCUMENT_SCHEMA, KEY_INVALID, ADDRESS_INVALID, SIGNATURE_MEMBER,
 * SIGNATURE_INVALID, LIMIT_EXCEEDED (131,072 characters), or SIDECAR_…
 * @see docs/spec/8-sidecar.md clauses 8.2 to 8.5, vectors/sidecars.json
 * @example
 * const { verdict, faults } = await checkSidecar(text, { record, location: "https://huggingface.co/owner/repo" });
 */
export async function checkSidecar(source: string | object, context: SidecarContext = {}): Promise<SidecarVerdict> {
  try {
    if (isTooLong(source)) throw protocolError(LIMIT_EXCEEDED, `more than ${MAX_LENGTH} characters`);
    const { document, digest } = await verifySidecar(source);
    const findings: Finding[] = [
      ["document", "holds"],
      ["signature", "holds"],
    ];
    findings.push(...registryFindings(document, context.record), locationFinding(document, context), weightsFinding(document, context));
    return { ...verdictOf(findings), sidecar: document, digest };
  } catch (cause) {
    return { ...verdictOf([readFinding(source, cause)]), sidecar: null, digest: null };
  }
}

function isTooLong(source: string | object): boolean {
  return typeof source === "string" && source.length > MAX_LENGTH;
}

function readFinding(source: string | object, cause: unknown): Finding {
  const fault = cause instanceof OmlaError ? cause : protocolError(CANONICAL_JSON, "the sidecar cannot be read");
  if (fault.code !== "SIGNATURE_INVALID") return ["document", "fails", fault];
  return isUnsigned(source) ? ["signature", "open", SIDECAR_UNSIGNED] : ["signature", "fails", fault];
}

/** Whether a document that was parsed before has no signature at all. */
function isUnsigned(source: string | object): boolean {
  const document = typeof source === "string" ? (JSON.parse(source) as object) : source;
  return !Object.hasOwn(document, "signature");
}

function registryFindings({ model_id, pubkey, wallet }: Sidecar, record: SidecarContext["record"]): Finding[] {
  if (record === undefined) return [["registry", "open", SIDECAR_REGISTRY]];
  if (!record?.registered)
    return [
      ["registry", "holds"],
      ["registration", "fails", SIDECAR_UNREGISTERED],
    ];
  return [
    ["registry", "holds"],
    ["registration", "holds"],
    finding("model", record.model_id === model_id, SIDECAR_MODEL),
    finding("key", record.ed25519_pubkey === pubkey, SIDECAR_KEY),
    finding("wallet", record.address?.toLowerCase() === wallet.toLowerCase(), SIDECAR_WALLET),
  ];
}

function locationFinding({ locations }: Sidecar, { location }: SidecarContext): Finding {
  if (location === undefined) return ["location", "open"];
  if (locations.length === 0) return ["location", "open", SIDECAR_LOCATIONS];
  return finding("location", standsAt(locations, location), SIDECAR_LOCATION);
}

function weightsFinding(sidecar: Sidecar, { sha256 }: SidecarContext): Finding {
  if (sha256 === undefined) return ["weights", "open"];
  return finding(
    "weights",
    sha256.every((hash) => sidecar.sha256.includes(hash)),
    SIDECAR_WEIGHTS,
  );
}

function finding(name: SidecarCheckName, holds: boolean, fault: FaultCode): Finding {
  return holds ? [name, "holds"] : [name, "fails", fault];
}

function verdictOf(findings: readonly Finding[]): Pick<SidecarVerdict, "verdict" | "checks" | "faults"> {
  const faults = findings.flatMap(([, , fault]) => (fault === undefined ? [] : [asError(fault)]));
  const refuted = faults.some(({ code }) => !NOT_SAID.includes(code));
  const checks = { ...ALL_OPEN };
  for (const [name, result] of findings) checks[name] = result;
  return { verdict: refuted ? "refuted" : faults.length > 0 ? "unproven" : "verified", checks, faults };
}

function asError(fault: FaultCode | OmlaError): OmlaError {
  if (fault instanceof OmlaError) return fault;
  const [message, path] = FAULTS[fault[0]];
  return protocolError(fault, message, path);
}

/**
 * Whether an address on the web lies at or below one of the locations: the same scheme, host and port, and the same path up to whole segments.
 *
 * @param page - an address with `http` or `https`; one with a user name, a backslash or a dot segment stands nowhere
 * @see docs/spec/8-sidecar.md clause 8.2
 * @example standsAt(["https://huggingface.co/owner/repo"], "https://huggingface.co/owner/repo/tree/main") // true
 */
export function standsAt(locations: readonly string[], page: string): boolean {
  const at = readPlace(page);
  return at !== undefined && locations.some((location) => at.startsWith(readPlace(location) ?? " "));
}

/** Scheme and host in lower case without the default port, and the path with one slash at its end. */
function readPlace(url: string): string | undefined {
  const match = /^(https?):\/\/([^/?#@\\\s]+)([^?#\\\s]*)/i.exec(url);
  if (!match || url.includes("\\")) return undefined;
  const [, scheme = "", host = "", path = ""] = match;
  if (/\/(\.|%2e){1,2}(\/|$)/i.test(path)) return undefined;
  const origin = `${scheme}://${host}`.toLowerCase().replace(/^(https:.*):443$|^(http:.*):80$/, "$1$2");
  return `${origin}${path.replace(/\/+$/, "")}/`;
}
