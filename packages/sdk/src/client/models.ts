import { decodeAddress, isAddress } from "../protocol/address.ts";
import type { LineageGraph } from "../protocol/lineage-graph.ts";
import type { LineageModel } from "../protocol/lineage-walk.ts";
import { expectArray, expectMembers } from "./answer.ts";
import { asInputError, OmlaInputError } from "./errors.ts";
import { sendSigned, type SignedCallOptions } from "./signed-call.ts";
import { pages } from "./pages.ts";
import type { Registry } from "./registry.ts";
import type { CallOptions } from "./call.ts";

/** A row of the registry's `models`, with its wallets. Other columns come along as they are. */
export interface Model {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly ed25519_pubkey: string;
  readonly model_hash: string;
  readonly license_version: string;
  readonly is_active: boolean;
  readonly created_at: string;
  readonly wallets?: readonly ModelWallet[];
  readonly [column: string]: unknown;
}

export interface ModelWallet {
  readonly address: string;
  readonly rail: string | null;
  readonly is_primary: boolean;
  readonly [column: string]: unknown;
}

/** One receiver of what is paid to a model. */
export interface ResolvedSplit {
  readonly wallet_address: string;
  readonly wallet_rail: string | null;
  readonly percentage: string;
  /** Units of 10^18, which sum to exactly that; a plain Supabase deployment does not give them. */
  readonly share?: string;
}

/** What the registry says of a model that somebody holds. */
export interface Standing {
  readonly registered: boolean;
  readonly model_id: string | null;
  readonly name: string | null;
  readonly address: string | null;
  readonly ed25519_pubkey: string | null;
  readonly license_version: string | null;
  readonly state: string | null;
  readonly state_since: string | null;
  readonly as_of: string;
  /** What was asked. */
  readonly query: string;
  readonly [member: string]: unknown;
}

export interface RegisteredModel {
  readonly model_id: string;
  readonly address: string;
  readonly name: string;
  /** Of the signed document: its name for ever. */
  readonly digest: string;
  readonly registered_at: string;
  readonly [member: string]: unknown;
}

/** What a mutation changed. */
export interface MutatedModel {
  readonly model_id: string;
  readonly kind: string;
  readonly nonce: number;
  readonly digest: string;
  readonly effective_from: string;
}

/** A rotation that was asked for, or one that a challenge stopped. */
export interface PendingRotation {
  readonly model_id: string;
  /** Of the rotation that waits, and until when. */
  readonly digest?: string;
  readonly completes_at?: string;
  /** Of the rotation that was stopped. */
  readonly rotation_digest?: string;
}

export interface Models {
  /** Registers a model by its signed registration document. The same document twice is one registration. */
  register(document: object, options?: SignedCallOptions): Promise<RegisteredModel>;
  /** Changes a model by a signed mutation: rail, splits, lineage, preferences, metadata, … */
  update(document: object, options?: SignedCallOptions): Promise<MutatedModel>;
  /** Asks for another key by a signed rotation, or stops one within seven days by a challenge of the other key. */
  rotateKey(document: object, options?: CallOptions): Promise<PendingRotation>;
  /** A model by id, address or weight hash; undefined where the registry has none. */
  get(reference: string, options?: CallOptions): Promise<Model | undefined>;
  /** The active model whose weights have this SHA-256. */
  byHash(sha256: string, options?: CallOptions): Promise<Model | undefined>;
  /** Active models whose name contains the text, the newest first; all where it is empty. */
  search(text: string, options?: SearchOptions): AsyncIterable<Model>;
  /** Who is paid what part of the model's royalty, through its whole lineage. */
  splits(reference: string, options?: CallOptions): Promise<readonly ResolvedSplit[]>;
  /** The models from which this one descends, and how. */
  lineage(reference: string, options?: CallOptions): Promise<LineageGraph>;
  /** Edges and splits of some models and of all their ancestors, as they stand now: what `planRegistration` asks for. Unknown ones are left out. */
  terms(modelIds: readonly string[], options?: CallOptions): Promise<ReadonlyMap<string, LineageModel>>;
  /** Key, wallet and compliance state of many models, in the order asked; any number, asked for in hundreds. */
  verify(references: readonly string[], options?: CallOptions): Promise<readonly Standing[]>;
}

export interface SearchOptions extends CallOptions {
  /** Only this kind. */
  readonly asset_kind?: "model" | "dataset" | "likeness" | "artwork" | undefined;
}

const MODEL = { id: "string", name: "string", ed25519_pubkey: "string", model_hash: "string" } as const;
const REGISTERED = { model_id: "string", address: "string", digest: "string" } as const;
const SELECT = "*,wallets(*)";
const VERIFY_AT_ONCE = 100;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const SHA256 = /^[0-9a-f]{64}$/;

export function createModels(registry: Registry): Models {
  return {
    register: async (document, options) =>
      expectMembers<RegisteredModel>(
        await sendSigned(registry, "register-model", ["registration"], document, options),
        REGISTERED,
        "the registration",
      ),
    update: async (document, options) =>
      expectMembers<MutatedModel>(
        await sendSigned(registry, "mutate", ["mutation"], document, options),
        { model_id: "string", digest: "string" },
        "the mutation",
      ),
    rotateKey: async (document, options) =>
      expectMembers<PendingRotation>(
        await sendSigned(registry, "rotate-key", ["key-rotation", "key-challenge"], document, options),
        { model_id: "string" },
        "the rotation",
      ),
    get: (reference, options) => getModel(registry, reference, options),
    byHash: (sha256, options) => oneModel(registry, { model_hash: `eq.${assertHash(sha256)}`, is_active: "eq.true" }, options),
    search: (text, { asset_kind, ...options } = {}) => {
      const query = { ...searchQuery(text), ...(asset_kind === undefined ? {} : { asset_kind: `eq.${asset_kind}` }) };
      return pages(async (offset, limit) => readModels(await registry.rows("models", { ...query, limit, offset }, options)));
    },
    splits: async (reference, options) => {
      const body = await registry.rpc("resolve_splits", { target_model_id: await modelId(registry, reference, options) }, options);
      return expectArray(body, "the splits").map((row) => {
        const split = expectMembers<ResolvedSplit>(row, { wallet_address: "string" }, "a split");
        return { ...split, percentage: String(split.percentage) };
      });
    },
    lineage: async (reference, options) => {
      const body = await registry.rpc("lineage_graph", { target_model_id: await modelId(registry, reference, options) }, options);
      return expectMembers<LineageGraph>(body, { nodes: "array", edges: "array" }, "the lineage");
    },
    terms: async (ids, options) => (await import("./terms.ts")).fetchTerms(registry, ids, undefined, options),
    verify: (references, options) => verifyModels(registry, references, options),
  };
}

/** By address the wallet is looked up first: a model has one that encodes its id, and maybe others that do not. */
async function getModel(registry: Registry, reference: string, options?: CallOptions): Promise<Model | undefined> {
  const { kind, value } = readReference(reference);
  if (kind === "hash") return oneModel(registry, { model_hash: `eq.${value}` }, options);
  if (kind === "id") return oneModel(registry, { id: `eq.${value}` }, options);
  const [wallet] = expectArray(
    await registry.rows("wallets", { address: `eq.${value}`, select: "model_id", limit: "1" }, options),
    "the wallets",
  );
  if (wallet === undefined) return undefined;
  return oneModel(
    registry,
    { id: `eq.${expectMembers<{ model_id: string }>(wallet, { model_id: "string" }, "a wallet").model_id}` },
    options,
  );
}

/** The id that a reference names. A primary address encodes it; a request is needed only for a hash. */
async function modelId(registry: Registry, reference: string, options?: CallOptions): Promise<string> {
  const { kind, value } = readReference(reference);
  if (kind === "id") return value;
  const encoded = kind === "address" ? decodeAddress(value).model_id : undefined;
  const id = encoded ?? (await getModel(registry, reference, options))?.id;
  if (id !== undefined) return id;
  throw new OmlaInputError("MODEL_NOT_FOUND", `the registry has no model ${reference}`, {
    path: "model",
    hint: "Copy the address from the model card, or search by name.",
  });
}

async function oneModel(registry: Registry, filter: Readonly<Record<string, string>>, options?: CallOptions): Promise<Model | undefined> {
  return readModels(await registry.rows("models", { ...filter, select: SELECT, limit: "1" }, options))[0];
}

function readModels(body: unknown): readonly Model[] {
  return expectArray(body, "the list of models").map((row) => expectMembers<Model>(row, MODEL, "a model"));
}

/** A quoted pattern, so that commas, dots and parentheses of a name stay part of it; `*` is PostgREST's wildcard. */
function searchQuery(text: string): Readonly<Record<string, string>> {
  const name = text.replace(/[%_\\]/g, "\\$&").replaceAll("*", "");
  return { ...(name === "" ? {} : { name: `ilike.*${name}*` }), is_active: "eq.true", order: "created_at.desc,id.desc", select: SELECT };
}

async function verifyModels(registry: Registry, references: readonly string[], options?: CallOptions): Promise<readonly Standing[]> {
  const standings = new Map<string, Standing>();
  for (let at = 0; at < references.length; at += VERIFY_AT_ONCE) {
    const asked = { hashes: [] as string[], addresses: [] as string[], ids: [] as string[] };
    for (const reference of references.slice(at, at + VERIFY_AT_ONCE)) {
      const { kind, value } = readReference(reference);
      asked[kind === "hash" ? "hashes" : kind === "id" ? "ids" : "addresses"].push(value);
    }
    const body = expectArray(await registry.rpc("verify_many", asked, options), "the standing of models");
    for (const row of body) {
      const standing = expectMembers<Standing>(row, { registered: "boolean", query: "string" }, "a standing");
      standings.set(standing.query, standing);
    }
  }
  return references.map((reference) =>
    expectMembers<Standing>(standings.get(readReference(reference).value), { registered: "boolean" }, `the standing of ${reference}`),
  );
}

function readReference(reference: string): { kind: "id" | "hash" | "address"; value: string } {
  const value = String(reference).toLowerCase();
  if (UUID.test(value)) return { kind: "id", value };
  if (SHA256.test(value)) return { kind: "hash", value };
  if (isAddress(reference)) return { kind: "address", value };
  try {
    return { kind: "address", value: decodeAddress(reference, "model").address };
  } catch (error) {
    throw asInputError(error);
  }
}

function assertHash(sha256: string): string {
  const value = String(sha256).toLowerCase();
  if (SHA256.test(value)) return value;
  throw new OmlaInputError("HASH_INVALID", "a weight hash is a SHA-256 of 64 hex digits", {
    path: "sha256",
    hint: "`omla hash FILE` and hashWeights() give it.",
  });
}
