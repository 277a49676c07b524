import * as z from "zod";
import type { Blacklist, BlacklistEntry } from "../blacklist-schema.ts";
import type { Heartbeat } from "../heartbeat.ts";
import type { Keyset, KeysetKey } from "../keyset.ts";
import { keyId } from "../keys.ts";
import { address, count, numberFrom1, publicKey, quarter, sha256, spec, timestamp, uuid } from "./fields.ts";

const DAY_MS = 86_400_000;
const KNOWN_LIST_MEMBERS: readonly string[] = [
  ...["spec", "sequence", "quarter", "generated_at", "next_update", "expires_at", "prev_sha256", "keyset_version"],
  ...["critical", "entry_count", "entries", "signature", "signatures"],
];

/** What stands beside the key id matters only to who knows the key. */
const signatures = z.array(z.looseObject({ key_id: z.string() })).max(16);
const lowerCaseAddress = address.refine((text) => text === text.toLowerCase(), "not in lower case");

const listed = {
  id: uuid,
  address: lowerCaseAddress.exactOptional(),
  sha256: z.array(sha256).exactOptional(),
  name: z.string().exactOptional(),
  domains: z.array(z.string()).exactOptional(),
  locations: z.array(z.string()).exactOptional(),
  reason: z.string().describe("an unknown one reads as OTHER"),
  since: timestamp,
  enforce: z.string().describe("an unknown one reads as warn"),
  case: z.string(),
};
/** An entry of a kind that is unknown here matches nothing; only its kind and id count. */
const unknownEntry = z.looseObject({ kind: z.string().refine((kind) => !(kind in KINDS)), id: z.string() });
const KINDS = { model: true, commercial_user: true };

const entry = z.union([
  z.looseObject({ kind: z.literal("model"), ...listed }),
  z.looseObject({ kind: z.literal("commercial_user"), ...listed }),
  unknownEntry,
]) as unknown as z.ZodType<BlacklistEntry>;

const list = z.looseObject({
  spec: spec("blacklist"),
  sequence: numberFrom1,
  quarter,
  generated_at: timestamp,
  next_update: timestamp,
  expires_at: timestamp,
  prev_sha256: sha256,
  keyset_version: count,
  critical: z.array(z.enum(KNOWN_LIST_MEMBERS)),
  entry_count: count,
  entries: z.array(entry),
  signature: z.string(),
  signatures,
});

export const blacklistSchema: z.ZodType<Blacklist> = list
  .refine(hasOnlyOwnSignatures, "a reserved member name")
  .refine(({ sequence, prev_sha256 }) => sequence > 1 || /^0{64}$/.test(prev_sha256), { path: ["prev_sha256"], message: "not 64 zeros" })
  .refine(({ generated_at, next_update, expires_at }) => generated_at < next_update && next_update <= expires_at, {
    path: ["next_update"],
    message: "times out of order",
  })
  .refine((file) => lifetimeMs(file) <= 120 * DAY_MS, { path: ["expires_at"], message: "more than 120 days" })
  .refine((file) => file.entry_count === file.entries.length, { path: ["entry_count"], message: "another number of entries" })
  .refine((file) => (file.signature === "UNSIGNED_PLACEHOLDER") === (file.signatures.length === 0), {
    path: ["signatures"],
    message: "empty beside the placeholder, and only there",
  })
  .refine((file) => isDistinct(file.entries.map(({ kind, id }) => `${kind} ${id}`)), {
    path: ["entries"],
    message: "a subject stands twice",
  }) as unknown as z.ZodType<Blacklist>;

export const heartbeatSchema: z.ZodType<Heartbeat> = z
  .looseObject({
    spec: spec("heartbeat"),
    sequence: numberFrom1,
    sha256,
    length: numberFrom1,
    generated_at: timestamp,
    expires_at: timestamp,
    signature: z.string().exactOptional(),
    signatures,
  })
  .refine(hasOnlyOwnSignatures, "a reserved member name")
  .refine((file) => lifetimeMs(file) > 0 && lifetimeMs(file) <= 7 * DAY_MS, {
    path: ["expires_at"],
    message: "not within 7 days after generated_at",
  }) as unknown as z.ZodType<Heartbeat>;

const keysetKey: z.ZodType<KeysetKey> = z
  .looseObject({ key_id: z.string(), public_key: publicKey, role: z.enum(["list", "heartbeat"]) })
  .refine(async (key) => key.key_id === (await keyId(key.public_key)), { path: ["key_id"], message: "not the id of the public key" });

/** Key ids are hashes: parse by `safeParseAsync`. */
export const keysetSchema: z.ZodType<Keyset> = z
  .looseObject({
    spec: spec("keyset"),
    version: numberFrom1,
    threshold: numberFrom1,
    keys: z.array(keysetKey).max(32),
    min_sequence: numberFrom1,
    generated_at: timestamp,
    expires_at: timestamp,
    signature: z.string().exactOptional(),
    signatures,
  })
  .refine(hasOnlyOwnSignatures, "a reserved member name")
  .refine((file) => isDistinct(file.keys.map(({ key_id }) => key_id)), { path: ["keys"], message: "a key stands twice" })
  .refine((file) => file.threshold <= file.keys.filter(({ role }) => role === "list").length, {
    path: ["threshold"],
    message: "more than there are list keys",
  })
  .refine((file) => lifetimeMs(file) > 0, { path: ["expires_at"], message: "not after generated_at" }) as unknown as z.ZodType<Keyset>;

function lifetimeMs({ generated_at, expires_at }: { generated_at: string; expires_at: string }): number {
  return Date.parse(expires_at) - Date.parse(generated_at);
}

function hasOnlyOwnSignatures(file: object): boolean {
  return Object.keys(file).every((name) => name === "signature" || name === "signatures" || !/^(registration_)?signature/.test(name));
}

function isDistinct(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}
