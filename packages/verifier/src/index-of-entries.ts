import { type BlacklistEntry, isAddress } from "@omla/sdk/protocol";
import type { EntryColumns, NameIndex } from "./entry-columns.ts";
import { readPayload, readSha256, readTail, readUuid, SHA256_PIECES, UUID_PIECES } from "./key-forms.ts";
import { KeyTable, type Random } from "./key-table.ts";
import { domainsAbove, locationsAbove, normalizeDomain, normalizeLocation } from "./names.ts";
import type { Slices } from "./slices.ts";

/** What a gateway knows of a request; any single hit counts. */
export interface Subject {
  readonly model_id?: string | undefined;
  readonly address?: string | undefined;
  /** Weight hash, hex. */
  readonly sha256?: string | undefined;
  readonly commercial_user_id?: string | undefined;
  /** A company's domain or one below it. */
  readonly domain?: string | undefined;
  /** Where the weights came from, a URL. */
  readonly location?: string | undefined;
  /** What the gateway calls the model: an id, an address, a weight hash, an alias or `owner/repo`. */
  readonly model?: string | undefined;
}

export type MatchedBy = Exclude<keyof Subject, "model"> | "alias" | "repository";

export interface Match {
  readonly kind: BlacklistEntry["kind"];
  readonly id: string;
  readonly reason: BlacklistEntry["reason"];
  readonly since: string;
  readonly enforce: BlacklistEntry["enforce"];
  readonly case: string;
  readonly matched_by: MatchedBy;
}

type Hits = Map<number, MatchedBy>;

const NONE: readonly never[] = [];
const [UUID_LENGTH, SHA256_LENGTH] = [36, 64] as const;
/** The longest address. */
const MAX_ADDRESS = 63;
/** The longest location, and so the longest name at a hub. */
const MAX_NAME = 2_048;

/** The entries of one list, found by every name under which a gateway may know them. */
export class IndexOfEntries {
  readonly #columns: EntryColumns;
  readonly #ids: KeyTable;
  readonly #addresses: KeyTable;
  readonly #hashes: KeyTable;
  readonly #aliases: ReadonlyMap<string, string>;
  readonly #key = new Uint16Array(SHA256_PIECES);

  /**
   * @param columns - trimmed; no more is added to them
   * @param aliases - the operator's own names of models, each with the model's id
   */
  constructor(columns: EntryColumns, aliases: Readonly<Record<string, string>>, random: Random) {
    this.#columns = columns;
    const named = Object.entries(aliases).filter(([, id]) => typeof id === "string");
    this.#aliases = new Map([...named.map(([name, id]) => [name.toLowerCase(), id] as const), ...named]);
    this.#ids = new KeyTable(UUID_PIECES, columns.ids.data, random);
    this.#addresses = new KeyTable(UUID_PIECES, columns.addresses.data, random);
    this.#hashes = new KeyTable(SHA256_PIECES, columns.hashes.data, random);
  }

  get size(): number {
    return this.#columns.size;
  }

  /** Makes the ids findable, and answers the number of the first entry that repeats the kind and id of another. */
  async buildIds(slices: Slices): Promise<number | undefined> {
    let twin: number | undefined;
    await this.#ids.build(slices, (number, earlier) => {
      if (twin === undefined && this.#columns.isModel(number) === this.#columns.isModel(earlier)) twin = number;
    });
    return twin;
  }

  /** Makes the other names findable. */
  async buildNames(slices: Slices): Promise<void> {
    await this.#addresses.build(slices);
    await this.#hashes.build(slices);
  }

  /** How many entries stand in one of the two and not in the other, or are enforced in another way. */
  async countChanges(other: IndexOfEntries, slices: Slices): Promise<number> {
    let kept = 0;
    let altered = 0;
    for (let number = 0; number < other.size; number += 1) {
      const isModel = other.#columns.isModel(number);
      const held = this.#ids.find(other.#ids.keyAt(number)).find((one) => this.#columns.isModel(one) === isModel);
      if (held !== undefined) kept += 1;
      if (held !== undefined && this.#columns.enforcementAt(held) !== other.#columns.enforcementAt(number)) altered += 1;
      if ((number & 63) === 0 && slices.isOver()) await slices.next();
    }
    return this.size + other.size - 2 * kept + altered;
  }

  /** Every entry that a subject hits, each once, by the first name that hit it; what is not a text hits nothing. */
  find(subject: Subject): readonly Match[] {
    const { model_id, address, sha256, commercial_user_id, domain, location, model } = subject;
    let hits: Hits | undefined;
    if (typeof model_id === "string") hits = this.#findId(model_id, true, "model_id", hits);
    if (typeof address === "string") hits = this.#findAddress(address, hits);
    if (typeof sha256 === "string") hits = this.#findHash(sha256, hits);
    if (typeof commercial_user_id === "string") hits = this.#findId(commercial_user_id, false, "commercial_user_id", hits);
    if (typeof domain === "string") hits = this.#findDomain(domain, hits);
    if (typeof location === "string") hits = this.#findLocation(location, hits);
    if (typeof model === "string") hits = this.#findModel(model, hits);
    if (hits === undefined) return NONE;
    return Array.from(hits, ([entry, matched_by]) => ({ ...this.#columns.factsAt(entry), matched_by }));
  }

  #findId(text: string, isModel: boolean, by: MatchedBy, hits: Hits | undefined): Hits | undefined {
    if (!mayBeIn(this.#ids, text, UUID_LENGTH) || !readUuid(text, this.#key)) return hits;
    for (const entry of this.#ids.find(this.#key)) if (this.#columns.isModel(entry) === isModel) hits = hit(hits, entry, by);
    return hits;
  }

  #findAddress(text: string, hits: Hits | undefined): Hits | undefined {
    if (!readPayload(text, this.#key)) return this.#findOtherAddress(text, hits);
    const own = this.#ids.find(this.#key);
    const others = this.#addresses.find(this.#key);
    // The payload alone is not the address: its checksum has to hold as well.
    if (own.length + others.length === 0 || !isAddress(text)) return hits;
    for (const entry of own) if (this.#columns.hasOwnAddress(entry)) hits = hit(hits, entry, "address");
    for (const number of others) hits = hit(hits, this.#columns.addressEntries.data[number] as number, "address");
    return hits;
  }

  /** An address of other than 16 bytes. */
  #findOtherAddress(text: string, hits: Hits | undefined): Hits | undefined {
    const others = this.#columns.otherAddresses;
    if (others.size === 0 || text.length > MAX_ADDRESS || !isAddress(text)) return hits;
    return hitAll(hits, others, text.toLowerCase(), "address");
  }

  #findHash(text: string, hits: Hits | undefined): Hits | undefined {
    if (!mayBeIn(this.#hashes, text, SHA256_LENGTH) || !readSha256(text, this.#key)) return hits;
    for (const number of this.#hashes.find(this.#key)) hits = hit(hits, this.#columns.hashEntries.data[number] as number, "sha256");
    return hits;
  }

  #findDomain(domain: string, hits: Hits | undefined): Hits | undefined {
    const name = this.#columns.domains.size === 0 ? undefined : normalizeDomain(domain);
    if (name === undefined) return hits;
    for (const above of domainsAbove(name)) hits = hitAll(hits, this.#columns.domains, above, "domain");
    return hits;
  }

  #findLocation(location: string, hits: Hits | undefined): Hits | undefined {
    const name = this.#columns.locations.size === 0 ? undefined : normalizeLocation(location);
    if (name === undefined) return hits;
    for (const above of locationsAbove(name, this.#columns.deepestLocation))
      hits = hitAll(hits, this.#columns.locations, above, "location");
    return hits;
  }

  #findModel(model: string, hits: Hits | undefined): Hits | undefined {
    hits = this.#findId(model, true, "model_id", hits);
    hits = this.#findAddress(model, hits);
    hits = this.#findHash(model, hits);
    if (model.length > MAX_NAME) return hits;
    const { repositories } = this.#columns;
    const name = this.#aliases.size + repositories.size > 0 ? model.toLowerCase() : model;
    const alias = this.#aliases.get(model) ?? this.#aliases.get(name);
    if (alias !== undefined) hits = this.#findId(alias, true, "alias", hits);
    if (isLocation(model)) hits = this.#findLocation(model, hits);
    return hitAll(hits, repositories, name, "repository");
  }
}

/** A URL, or one that its scheme is left out of: `hub.example/owner/repo`. */
function isLocation(model: string): boolean {
  if (model.includes("://")) return true;
  const host = model.indexOf("/");
  return host > 0 && model.lastIndexOf(".", host) >= 0 && model.includes("/", host + 1);
}

/** Most names that are not listed go no further than this. */
function mayBeIn(table: KeyTable, text: string, length: number): boolean {
  if (text.length !== length) return false;
  const tail = readTail(text);
  return !Number.isNaN(tail) && table.mayHold(tail);
}

function hit(hits: Hits | undefined, entry: number, by: MatchedBy): Hits {
  const found = hits ?? new Map<number, MatchedBy>();
  if (!found.has(entry)) found.set(entry, by);
  return found;
}

function hitAll(hits: Hits | undefined, names: NameIndex, name: string, by: MatchedBy): Hits | undefined {
  const held = names.get(name);
  if (held === undefined) return hits;
  for (const entry of typeof held === "number" ? [held] : held) hits = hit(hits, entry, by);
  return hits;
}
