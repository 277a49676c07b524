import {
  BLACKLIST_ENFORCEMENTS,
  BLACKLIST_REASONS,
  type BlacklistEntry,
  checkEntry,
  type JsonValue,
  OmlaError,
  protocolError,
} from "@omla/sdk/protocol";
import type { EntryColumns } from "../entry-columns.ts";
import { SHA256_PIECES, UUID_PIECES } from "../key-forms.ts";
import { CUT, FAULT, scanName, scanValue } from "./canonical-scan.ts";
import { readAddressBytes, readSha256Bytes, readTimeBytes, readUuidBytes } from "./field-bytes.ts";
import { holdsBytes } from "./member-names.ts";

const quoted = (text: string): Uint8Array => new TextEncoder().encode(JSON.stringify(text));
/** The members that are read, in canonical order; `Field` is their place. */
const NAMES = ["address", "case", "domains", "enforce", "id", "kind", "locations", "name", "reason", "sha256", "since"].map(quoted);
const Field = {
  address: 0,
  case: 1,
  domains: 2,
  enforce: 3,
  id: 4,
  kind: 5,
  locations: 6,
  name: 7,
  reason: 8,
  sha256: 9,
  since: 10,
} as const;
const [MODEL, COMMERCIAL_USER] = [quoted("model"), quoted("commercial_user")];
const REASONS = BLACKLIST_REASONS.map(quoted);
const ENFORCEMENTS = BLACKLIST_ENFORCEMENTS.map(quoted);
const [OTHER, WARN] = [BLACKLIST_REASONS.indexOf("OTHER"), BLACKLIST_ENFORCEMENTS.indexOf("warn")];
const [QUOTE, COMMA, BACKSLASH, OPEN_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [34, 44, 92, 91, 123, 125] as const;
/** Levels around an entry: the document and its list of entries. */
const DEPTH = 2;

/** Reads entries off the bytes into columns; what is unusual about one is left to the plain reader, entry by entry. */
export class EntryReader {
  readonly #bytes: Uint8Array;
  readonly #columns: EntryColumns;
  /** Where the value of each known member begins and ends; 0 where it is absent. */
  readonly #spans = new Int32Array(2 * NAMES.length);
  readonly #unknownKinds = new Set<string>();
  /** Entries read, those of an unknown kind included. */
  count = 0;
  /** The first entry that does not follow the schema; what comes after it is still held to the canonical form. */
  fault: OmlaError | undefined;

  constructor(bytes: Uint8Array, columns: EntryColumns) {
    this.#bytes = bytes;
    this.#columns = columns;
  }

  /** Reads the entry that begins at `at`; answers where it ends, FAULT or CUT as `scanValue` does. */
  read(at: number, end: number): number {
    if (at >= end) return CUT;
    if (this.#bytes[at] !== OPEN_OBJECT) return this.#readOddValue(at, end);
    const after = this.#scan(at, end);
    if (after < 0) return after;
    if (!this.fault && !this.#take()) this.#takePlainly(at, after);
    this.count += 1;
    return after;
  }

  #readOddValue(at: number, end: number): number {
    const after = scanValue(this.#bytes, at, end, DEPTH);
    if (after < 0) return after;
    this.fault ??= protocolError("LIST_SCHEMA", "must be a list of objects", `entries[${this.count}]`);
    this.count += 1;
    return after;
  }

  /** Passes over the members in canonical order and notes where the known ones stand. */
  #scan(at: number, end: number): number {
    const bytes = this.#bytes;
    this.#spans.fill(0);
    let next = at + 1;
    if (next < end && bytes[next] === CLOSE_OBJECT) return next + 1;
    let field = 0;
    let previous = 0;
    let previousEnd = 0;
    for (;;) {
      const name = next;
      const colon = scanName(bytes, name, end, previous, previousEnd);
      if (colon < 0) return colon;
      next = scanValue(bytes, colon + 1, end, DEPTH + 1);
      if (next < 0) return next;
      field = this.#note(field, name, colon, next);
      if (next >= end) return CUT;
      if (bytes[next] === CLOSE_OBJECT) return next + 1;
      if (bytes[next] !== COMMA) return FAULT;
      next += 1;
      previous = name;
      previousEnd = colon;
    }
  }

  /** Notes a member where it is a known one; names come in order, so the search goes on where the last one ended. */
  #note(from: number, name: number, colon: number, valueEnd: number): number {
    for (let field = from; field < NAMES.length; field += 1) {
      if (!holdsBytes(this.#bytes, name, colon, NAMES[field] as Uint8Array)) continue;
      this.#spans[2 * field] = colon + 1;
      this.#spans[2 * field + 1] = valueEnd;
      return field + 1;
    }
    return from;
  }

  /** Adds the entry to the columns; false, and nothing added, where anything about it is unusual. */
  #take(): boolean {
    const columns = this.#columns;
    const [bytes, spans] = [this.#bytes, this.#spans];
    const isModel = this.#holds(Field.kind, MODEL);
    if (!isModel && !this.#holds(Field.kind, COMMERCIAL_USER)) return false;
    if (!this.#isText(Field.case) || !this.#isText(Field.reason) || !this.#isText(Field.enforce)) return false;
    if (!this.#isText(Field.name) && this.#isPresent(Field.name)) return false;
    const sinceMs = readTimeBytes(bytes, spans[2 * Field.since] as number, spans[2 * Field.since + 1] as number);
    if (Number.isNaN(sinceMs) || this.#hasEscape(Field.case)) return false;
    const names = { domains: this.#texts(Field.domains), locations: this.#texts(Field.locations) };
    if (names.domains === undefined || names.locations === undefined) return false;
    const before = { ids: columns.ids.length, addresses: columns.addresses.length, hashes: columns.hashes.length };
    if (!this.#takeKeys()) {
      columns.ids.length = before.ids;
      columns.addresses.length = before.addresses;
      columns.hashes.length = before.hashes;
      return false;
    }
    const reason = this.#placeOf(Field.reason, REASONS, OTHER);
    const enforce = this.#placeOf(Field.enforce, ENFORCEMENTS, WARN);
    this.#takeCase();
    const number = columns.addFacts({ isModel, reason, enforce }, sinceMs);
    if (columns.addresses.length > before.addresses) columns.keepAddress(number);
    for (let key = before.hashes; key < columns.hashes.length; key += SHA256_PIECES) columns.hashEntries.push(number);
    if (names.domains.length + names.locations.length > 0) columns.addNames(names, number);
    return true;
  }

  #takeKeys(): boolean {
    const [bytes, spans, columns] = [this.#bytes, this.#spans, this.#columns];
    const start = columns.ids.extend(UUID_PIECES);
    if (!readUuidBytes(bytes, spans[2 * Field.id] as number, spans[2 * Field.id + 1] as number, columns.ids.data, start)) return false;
    if (this.#isPresent(Field.address)) {
      const room = columns.addresses.extend(UUID_PIECES);
      const [at, end] = [spans[2 * Field.address] as number, spans[2 * Field.address + 1] as number];
      if (!readAddressBytes(bytes, at, end, columns.addresses.data, room)) return false;
    }
    return !this.#isPresent(Field.sha256) || this.#takeHashes(spans[2 * Field.sha256] as number, spans[2 * Field.sha256 + 1] as number);
  }

  /** Each hash takes 66 bytes and a comma, the last one the closing bracket. */
  #takeHashes(at: number, end: number): boolean {
    const { hashes } = this.#columns;
    if (this.#bytes[at] !== OPEN_LIST) return false;
    if (end - at === 2) return true;
    if ((end - at - 1) % 67 !== 0) return false;
    for (let from = at + 1; from < end; from += 67) {
      const start = hashes.extend(SHA256_PIECES);
      if (!readSha256Bytes(this.#bytes, from, hashes.data, start)) return false;
    }
    return true;
  }

  #takeCase(): void {
    const { cases } = this.#columns;
    const [from, to] = [(this.#spans[2 * Field.case] as number) + 1, (this.#spans[2 * Field.case + 1] as number) - 1];
    const start = cases.extend(to - from);
    for (let at = from; at < to; at += 1) cases.data[start + at - from] = this.#bytes[at] as number;
  }

  /** The texts of a list; none where the member is absent, undefined where it is not a list of texts. */
  #texts(field: number): readonly string[] | undefined {
    const at = this.#spans[2 * field] as number;
    if (at === 0) return [];
    if (this.#bytes[at] !== OPEN_LIST) return undefined;
    const value = JSON.parse(decode(this.#bytes.subarray(at, this.#spans[2 * field + 1]))) as unknown[];
    return value.every((item) => typeof item === "string") ? (value) : undefined;
  }

  #isPresent(field: number): boolean {
    return this.#spans[2 * field] !== 0;
  }

  #isText(field: number): boolean {
    return this.#isPresent(field) && this.#bytes[this.#spans[2 * field] as number] === QUOTE;
  }

  #hasEscape(field: number): boolean {
    const end = this.#spans[2 * field + 1] as number;
    for (let at = this.#spans[2 * field] as number; at < end; at += 1) if (this.#bytes[at] === BACKSLASH) return true;
    return false;
  }

  #holds(field: number, wanted: Uint8Array): boolean {
    return holdsBytes(this.#bytes, this.#spans[2 * field] as number, this.#spans[2 * field + 1] as number, wanted);
  }

  /** Place of the member's text among known ones. A text that needs an escape is none of them. */
  #placeOf(field: number, known: readonly Uint8Array[], otherwise: number): number {
    for (let place = 0; place < known.length; place += 1) if (this.#holds(field, known[place] as Uint8Array)) return place;
    return otherwise;
  }

  /** What the plain reader makes of an entry. */
  #takePlainly(at: number, end: number): void {
    const entry = JSON.parse(decode(this.#bytes.subarray(at, end))) as JsonValue;
    try {
      const identity = checkEntry(entry, `entries[${this.count}]`);
      const { kind } = entry as unknown as BlacklistEntry;
      if (kind === "model" || kind === "commercial_user") this.#columns.add(entry as unknown as BlacklistEntry);
      else if (this.#unknownKinds.has(identity))
        throw protocolError("LIST_SCHEMA", "stands twice in the list", `entries[${this.count}].id`);
      else this.#unknownKinds.add(identity);
    } catch (error) {
      if (!(error instanceof OmlaError)) throw error;
      this.fault = error;
    }
  }
}

const decode = (bytes: Uint8Array): string => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
