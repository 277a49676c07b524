import { LIST_CRITICAL, LIST_SCHEMA } from "./codes/lists.ts";
import { joinPath, protocolError } from "./errors.ts";
import {
  ADDRESS,
  COUNT,
  checkFields,
  exactly,
  type FieldRules,
  NUMBER_FROM_1,
  OBJECTS,
  optional,
  SHA256,
  SHA256_LIST,
  TEXT,
  TEXTS,
  TIME,
  UUID,
} from "./file-rules.ts";
import { isQuarter } from "./quarter.ts";
import { checkSignatureMembers, type FileSignature } from "./signed-file.ts";
import type { JsonObject, JsonValue } from "./strict-subset.ts";

export const BLACKLIST_REASONS = ["DELINQUENT_90D", "FALSE_REPORT", "SPLIT_FRAUD", "SILENT_FEE", "COURT_ORDER", "OTHER"] as const;
export const BLACKLIST_ENFORCEMENTS = ["deny", "warn", "suspended"] as const;
export type BlacklistReason = (typeof BLACKLIST_REASONS)[number];
export type BlacklistEnforcement = (typeof BLACKLIST_ENFORCEMENTS)[number];

/** One listed subject. An entry of another kind matches nothing, and holds more than `kind` and `id` only by chance. */
export interface BlacklistEntry {
  readonly kind: "model" | "commercial_user";
  readonly id: string;
  readonly address?: string;
  readonly sha256?: readonly string[];
  readonly name?: string;
  readonly domains?: readonly string[];
  readonly locations?: readonly string[];
  /** Read it by {@link reasonOf}: a later version may hold one that is unknown here. */
  readonly reason: BlacklistReason;
  readonly since: string;
  /** Read it by {@link enforcementOf}. */
  readonly enforce: BlacklistEnforcement;
  readonly case: string;
}

/** What is signed of a list. Unknown members are kept, and are signed too. */
export interface BlacklistBody {
  readonly spec: "omla-blacklist/1";
  readonly sequence: number;
  readonly quarter: string;
  readonly generated_at: string;
  readonly next_update: string;
  readonly expires_at: string;
  readonly prev_sha256: string;
  readonly keyset_version: number;
  readonly critical: readonly string[];
  readonly entry_count: number;
  readonly entries: readonly BlacklistEntry[];
}

export interface Blacklist extends BlacklistBody {
  readonly signature: string;
  readonly signatures: readonly FileSignature[];
}

export const UNSIGNED_PLACEHOLDER = "UNSIGNED_PLACEHOLDER";
/** The previous hash of the first list. */
export const NO_PREVIOUS: string = "0".repeat(64);
export const MAX_LIFETIME_MS: number = 120 * 86_400_000;

const TOP: FieldRules = {
  spec: exactly("omla-blacklist/1"),
  sequence: NUMBER_FROM_1,
  quarter: ["a quarter of the form YYYY-Qn", isQuarter],
  generated_at: TIME,
  next_update: TIME,
  expires_at: TIME,
  prev_sha256: SHA256,
  keyset_version: COUNT,
  critical: TEXTS,
  entry_count: COUNT,
  entries: OBJECTS,
  signature: TEXT,
  signatures: OBJECTS,
};
const TOP_RULES = Object.entries(TOP);
const ENTRY_RULES = Object.entries({
  id: UUID,
  reason: TEXT,
  since: TIME,
  enforce: TEXT,
  case: TEXT,
  address: optional(ADDRESS),
  sha256: optional(SHA256_LIST),
  name: optional(TEXT),
  domains: optional(TEXTS),
  locations: optional(TEXTS),
});
const IDENTITY_RULES = Object.entries({ kind: TEXT, id: TEXT });
const KINDS: readonly JsonValue[] = ["model", "commercial_user"];

/**
 * Reads the fields of a list; unknown members are kept.
 *
 * @throws {OmlaError} LIST_SCHEMA with the path of the field at fault, then LIST_CRITICAL
 * @see docs/spec/7-blacklist.md clauses 7.2 to 7.5, 7.9 and 7.14
 */
export function readBlacklist(value: JsonValue): Blacklist {
  const list = readListHead(value);
  checkEntries(list.entries);
  checkCritical(list);
  return list;
}

/**
 * Reads every member of a list but the insides of its entries.
 *
 * @param count - how many entries there are, where they are counted elsewhere
 * @throws {OmlaError} LIST_SCHEMA
 */
export function readListHead(value: JsonValue, count?: number): Blacklist {
  const list = checkFields(LIST_SCHEMA, value, TOP_RULES) as JsonObject & Blacklist;
  checkSignatureMembers(LIST_SCHEMA, list);
  for (const [path, fault] of listFaults(list, count ?? list.entries.length)) if (fault) throw protocolError(LIST_SCHEMA, fault, path);
  return list;
}

/** Refuses a list that says it needs a reader who knows more. @throws {OmlaError} LIST_CRITICAL @see docs/spec/7-blacklist.md clause 7.14 */
export function checkCritical({ critical }: Pick<Blacklist, "critical">): void {
  const unknown = critical.findIndex((name) => !Object.hasOwn(TOP, name));
  if (unknown >= 0) throw protocolError(LIST_CRITICAL, `${JSON.stringify(critical[unknown])} is not known here`, `critical[${unknown}]`);
}

/** The faults that lie between several members, by the member that is named. */
function listFaults(list: Blacklist, count: number): [path: string, fault: string | false][] {
  const [generated, next, expires] = [list.generated_at, list.next_update, list.expires_at].map((time) => Date.parse(time)) as [
    number,
    number,
    number,
  ];
  return [
    ["prev_sha256", list.sequence === 1 && list.prev_sha256 !== NO_PREVIOUS && "must be 64 zeros in the first list"],
    ["next_update", next <= generated && "must be after generated_at"],
    ["expires_at", expires < next && "must not be before next_update"],
    ["expires_at", expires - generated > MAX_LIFETIME_MS && "must be at most 120 days after generated_at"],
    ["entry_count", list.entry_count !== count && `must be ${count}`],
    ["signatures", isUnsigned(list) !== (list.signatures.length === 0) && "must be empty beside the placeholder, and only there"],
  ];
}

function checkEntries(entries: readonly BlacklistEntry[]): void {
  const known = new Set<string>();
  for (const [index, entry] of entries.entries()) {
    const identity = checkEntry(entry as unknown as JsonObject, `entries[${index}]`);
    if (known.has(identity)) throw protocolError(LIST_SCHEMA, "stands twice in the list", joinPath(`entries[${index}]`, "id"));
    known.add(identity);
  }
}

/** Holds one entry against its fields and gives what must be unique of it, kind and id. @throws {OmlaError} LIST_SCHEMA */
export function checkEntry(entry: JsonValue, path: string): string {
  const { kind, id } = checkFields(LIST_SCHEMA, entry, IDENTITY_RULES, path) as unknown as BlacklistEntry;
  if (KINDS.includes(kind)) checkFields(LIST_SCHEMA, entry, ENTRY_RULES, path);
  return `${kind}\0${id}`;
}

/** Whether a list carries the placeholder in place of a signature. */
export function isUnsigned({ signature }: Pick<Blacklist, "signature">): boolean {
  return signature === UNSIGNED_PLACEHOLDER;
}

/** The reason of an entry; one that is unknown here reads as OTHER. @see docs/spec/7-blacklist.md clause 7.7 */
export function reasonOf({ reason }: Pick<BlacklistEntry, "reason">): BlacklistReason {
  return BLACKLIST_REASONS.includes(reason) ? reason : "OTHER";
}

/** How an entry is enforced; an unknown word reads as warn. @see docs/spec/7-blacklist.md clause 7.7 */
export function enforcementOf({ enforce }: Pick<BlacklistEntry, "enforce">): BlacklistEnforcement {
  return BLACKLIST_ENFORCEMENTS.includes(enforce) ? enforce : "warn";
}
