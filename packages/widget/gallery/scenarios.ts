import { buildSidecar, encodeAddress, generateKeyPair, type Sidecar, signDocument } from "@omla/sdk/protocol";
import type { BadgeState, ComplianceState } from "../src/state.ts";

export type Row = Record<string, unknown>;
export type Attributes = Readonly<Record<string, string>>;

/** One case on the page: the tag's attributes, what the hub serves as `omla.json`, and what the registry knows. */
export interface Scenario {
  readonly attributes: Attributes;
  /** The text; null for a host that does not answer. */
  readonly sidecar?: string | null;
  readonly record?: Row;
}

/** A model with its own key, and the ways to write it down. */
export interface Subject {
  readonly page: string;
  readonly address: string;
  signed(change?: Partial<Record<keyof Sidecar, unknown>>): Promise<string>;
  record(change?: Row): Row;
  attributes(change?: Attributes): Attributes;
}

export const HUB = "https://hub.example";
export const REGISTRY = "https://registry.example";
/** Trusted, and never answers. */
export const DEAD_REGISTRY = "https://dead.example";
const NAMES = ["Aster 7B", "Borage 3B", "Clover XL", "Dahlia Vision", "Elder Coder 14B", "Fennel 1B"];

/** A fresh subject; what it signs is really signed. */
export async function createSubject(number: number, path: string, now: number): Promise<Subject> {
  const modelId = `0b9a2f6c-4f1e-4d6a-9c3b-${number.toString(16).padStart(12, "0")}`;
  const keys = await generateKeyPair();
  const address = encodeAddress(modelId);
  const page = `${HUB}/${path}`;
  const name = NAMES[number % NAMES.length] ?? "";
  const body = buildSidecar({
    model_id: modelId,
    name,
    pubkey: keys.publicKey,
    wallet: address,
    license_version: "v8-10-2025",
    sha256: ["5f".repeat(32)],
    registry: REGISTRY,
    locations: [page],
    issued_at: "2026-10-01T00:00:00Z",
  });
  return {
    page,
    address,
    signed: async (change = {}) => JSON.stringify(await signDocument("sidecar", { ...body, ...change }, keys.secretKey)),
    record: (change = {}) => ({
      registered: true,
      model_id: modelId,
      name,
      address,
      ed25519_pubkey: keys.publicKey,
      license_version: "v8-10-2025",
      asset_kind: "model",
      state: "COMPLIANT",
      state_since: "2026-10-05T00:00:00Z",
      as_of: new Date(now - 30_000).toISOString(),
      ...change,
    }),
    attributes: (change = {}) => ({ src: `${page}/omla.json`, registry: REGISTRY, page, ...change }),
  };
}

type Make = (subject: Subject) => Promise<Scenario>;

const inState =
  (state: ComplianceState): Make =>
  async (subject) => ({ attributes: subject.attributes(), sidecar: await subject.signed(), record: subject.record({ state }) });

/** How each state comes about; the badge finds it out by itself. */
export const SCENARIOS: Readonly<Record<BadgeState, Make>> = {
  registered: inState("REGISTERED"),
  reporting: inState("REPORTING"),
  compliant: inState("COMPLIANT"),
  under_review: inState("UNDER_REVIEW"),
  delinquent: inState("DELINQUENT"),
  blacklisted: inState("BLACKLISTED"),
  loading: async ({ attributes }) => ({ attributes: attributes(), sidecar: null }),
  unreadable: async ({ attributes }) => ({ attributes: attributes(), sidecar: "<!doctype html><title>Not found</title>" }),
  unsigned: async ({ attributes, signed }) => ({ attributes: attributes(), sidecar: (await signed()).replace(/,"signature":"[^"]*"/, "") }),
  mismatch_signature: async ({ attributes, signed, record }) => ({
    attributes: attributes(),
    sidecar: (await signed()).replace("v8-10-2025", "v9-10-2025"),
    record: record(),
  }),
  mismatch_key: async ({ attributes, signed, record }) => ({
    attributes: attributes(),
    sidecar: await signed(),
    record: record({ ed25519_pubkey: (await generateKeyPair()).publicKey }),
  }),
  mismatch_wallet: async ({ attributes, signed, record }) => ({
    attributes: attributes(),
    sidecar: await signed({ wallet: encodeAddress("11111111-1111-4111-8111-111111111111") }),
    record: record(),
  }),
  mismatch_weights: async ({ attributes, signed, record }) => ({
    attributes: attributes({ sha256: "6e".repeat(32) }),
    sidecar: await signed(),
    record: record(),
  }),
  mismatch_location: async ({ attributes, signed, record }) => ({
    attributes: attributes({ page: `${HUB}/somebody-else/copy` }),
    sidecar: await signed(),
    record: record(),
  }),
  claimed: async ({ attributes, signed }) => ({
    attributes: attributes(),
    sidecar: await signed({ registry: "https://my-own-registry.example" }),
  }),
  unregistered: async ({ attributes, signed }) => ({ attributes: attributes(), sidecar: await signed() }),
  stale: async ({ attributes, signed, record }) => ({
    attributes: attributes(),
    sidecar: await signed(),
    record: record({ as_of: "2026-01-05T09:00:00Z" }),
  }),
  unreachable: async ({ attributes, signed }) => ({
    attributes: attributes({ registry: DEAD_REGISTRY }),
    sidecar: await signed({ registry: DEAD_REGISTRY }),
  }),
};

export const STATES: readonly BadgeState[] = Object.keys(SCENARIOS) as BadgeState[];
