import { standsAt } from "@omla/sdk/protocol";
import type { Fetch } from "./fetch-text.ts";
import { createMemory, type Memory } from "./memory.ts";
import { parseUrl, registryOrigin, trustedRegistries } from "./registries.ts";
import { createRegistryClient, type Query, type RegistryClient } from "./registry-client.ts";
import { isAddressLike, isHash, type RegistryAnswer, type RegistryRecord } from "./registry-record.ts";
import { createSharedCache } from "./shared-cache.ts";
import { type Claim, fetchSidecar, type SidecarReading } from "./sidecar-reading.ts";
import { type BadgeState, badgeOf } from "./state.ts";
import type { Verdict } from "./verdict.ts";

/** What a badge asks: its attributes, and the addresses that they are relative to. */
export interface LookupRequest {
  readonly src?: string | null | undefined;
  readonly model?: string | null | undefined;
  readonly registry?: string | null | undefined;
  readonly sha256?: string | null | undefined;
  /** Address of the model's page. */
  readonly page: string;
  /** What `src` is relative to; the page unless said. */
  readonly base?: string | undefined;
}

/** Finds out what may be shown. */
export interface Lookup {
  /** Never rejects: what fails is a state too. */
  lookUp(request: LookupRequest): Promise<Verdict>;
  readonly fetch: Fetch;
}

export interface LookupOptions {
  readonly fetch?: Fetch;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly memory?: Memory;
}

const HOUR_MS = 3_600_000;
/** An answer may come out of a cache; an older one proves nothing about today. */
const MAX_AGE_MS = 48 * HOUR_MS;
/** How far the visitor's own clock may be behind. */
const MAX_SKEW_MS = 24 * HOUR_MS;
const MAX_HASHES = 16;

/**
 * A look-up with one queue and one cache, for all badges of a page.
 *
 * @example
 * const { lookUp } = createLookup();
 * const { state } = await lookUp({ src: "omla.json", registry: "https://registry.example", page: location.href });
 */
export function createLookup(options: LookupOptions = {}): Lookup {
  const { fetch = (url: string, init: RequestInit) => globalThis.fetch(url, init), now = Date.now, memory = createMemory() } = options;
  const client = createRegistryClient(fetch, now, memory);
  const sidecars = createSharedCache<SidecarReading>(now);

  async function readingOf({ src, base, page }: LookupRequest): Promise<SidecarReading> {
    const url = parseUrl(src ?? "", base ?? page)?.href;
    return (url && (await sidecars(url, () => fetchSidecar(fetch, url)))) || "unreadable";
  }

  return {
    fetch,
    async lookUp(request) {
      if (request.model) return lookUpAddress(client, request, request.model.trim().toLowerCase(), now);
      const reading = await readingOf(request);
      if (typeof reading !== "string") return lookUpClaim(client, request, reading, now);
      return { state: reading, checks: reading === "mismatch_signature" ? { signature: false } : {} };
    },
  };
}

/** A signed claim is asked only of the trusted registry that it is for, so that it cannot be replayed elsewhere. */
async function lookUpClaim(client: RegistryClient, request: LookupRequest, claim: Claim, now: () => number): Promise<Verdict> {
  const hashes = hashesOf(request);
  const checks = {
    signature: true,
    page: standsAt(claim.locations, request.page),
    ...(hashes && { weights: hashes.every((hash) => claim.sha256.includes(hash)) }),
  };
  const claimedAt = registryOrigin(claim.registry);
  const registry = trustedRegistries(request.registry).find((origin) => origin === claimedAt);
  if (registry === undefined) return { state: "claimed", checks, claimedAt };
  const query: Query = { kind: "ids", value: claim.model_id };
  const record = await client.ask(registry, query);
  return record ? judge(record, registry, checks, now(), claim) : withoutRecord(client, registry, query, record, checks);
}

/** The first trusted registry that knows the address answers; what stands on the page is checked only where it gives hashes. */
async function lookUpAddress(client: RegistryClient, request: LookupRequest, address: string, now: () => number): Promise<Verdict> {
  const query: Query = { kind: "addresses", value: address };
  const hashes = hashesOf(request);
  if (!isAddressLike(address)) return { state: "unregistered", checks: {} };
  let verdict: Verdict | undefined;
  for (const registry of trustedRegistries(request.registry)) {
    const weights = hashes?.map((value) => (isHash(value) ? client.ask(registry, { kind: "hashes", value }) : null));
    const [record, ...found] = await Promise.all([client.ask(registry, query), ...(weights ?? [])]);
    if (record && !found.includes(undefined)) {
      return judge(record, registry, hashes ? { weights: found.every((other) => other?.address === address) } : {}, now());
    }
    if (verdict?.state !== "unreachable") verdict = withoutRecord(client, registry, query, record, {});
  }
  return verdict ?? { state: "unreachable", checks: {} };
}

/** The first check that fails, or else the compliance that the registry answers. */
function judge(record: RegistryRecord, registry: string, checks: Verdict["checks"], now: number, claim?: Claim): Verdict {
  const isKey = !claim || claim.pubkey === record.ed25519_pubkey;
  const isWallet = !claim || String(claim.wallet).toLowerCase() === record.address;
  const age = now - Date.parse(record.as_of);
  const rows: readonly (readonly [boolean | undefined, BadgeState])[] = [
    [isKey, "mismatch_key"],
    [isWallet, "mismatch_wallet"],
    [checks.weights, "mismatch_weights"],
    [checks.page, "mismatch_location"],
    [age < MAX_AGE_MS && age > -MAX_SKEW_MS, "stale"],
  ];
  const state = rows.find(([holds]) => holds === false)?.[1] ?? badgeOf(record.state);
  return { state, checks: { ...checks, registry: isKey && isWallet }, registry, record };
}

function withoutRecord(client: RegistryClient, registry: string, query: Query, answer: RegistryAnswer, checks: Verdict["checks"]): Verdict {
  if (answer === null) return { state: "unregistered", checks, registry };
  return { state: "unreachable", checks, registry, lastKnown: client.recall(registry, query) };
}

function hashesOf({ sha256 }: LookupRequest): string[] | undefined {
  return sha256?.toLowerCase().match(/\S+/g)?.slice(0, MAX_HASHES);
}
