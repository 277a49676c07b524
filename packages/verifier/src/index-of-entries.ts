import { type Blacklist, type BlacklistEntry, enforcementOf, reasonOf } from "@omla/sdk/protocol";
import { ADDRESS_FORM, type KeyForm, SHA256_FORM, UUID_FORM } from "./key-forms.ts";
import { KeyTable } from "./key-table.ts";
import { domainsAbove, locationsAbove, normalizeDomain, normalizeLocation, repositoryOf } from "./names.ts";

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

type Random = (numbers: Uint32Array<ArrayBuffer>) => void;
type Visit = (entry: number) => void;

const KINDS: ReadonlySet<string> = new Set(["model", "commercial_user"]);

/** The entries of one list, found by every name under which a gateway may know them. */
export class IndexOfEntries {
  readonly #facts: Omit<Match, "matched_by">[];
  readonly #models: Column;
  readonly #companies: Column;
  readonly #addresses: Column;
  readonly #hashes: Column;
  readonly #domains = new Map<string, number[]>();
  readonly #locations = new Map<string, number[]>();
  readonly #repositories = new Map<string, number[]>();
  readonly #aliases: ReadonlyMap<string, string>;

  /** @param aliases - the operator's own names of models, each with the model's id */
  constructor(list: Pick<Blacklist, "entries">, aliases: Readonly<Record<string, string>>, random: Random) {
    const entries = list.entries.filter((entry) => KINDS.has(entry.kind));
    this.#facts = entries.map(factsOf);
    this.#aliases = new Map(Object.entries(aliases));
    this.#models = new Column(
      UUID_FORM,
      keysOf(entries, (entry) => (entry.kind === "model" ? [entry.id] : [])),
      random,
    );
    this.#companies = new Column(
      UUID_FORM,
      keysOf(entries, (entry) => (entry.kind === "commercial_user" ? [entry.id] : [])),
      random,
    );
    this.#addresses = new Column(
      ADDRESS_FORM,
      keysOf(entries, (entry) => (entry.address === undefined ? [] : [entry.address])),
      random,
    );
    this.#hashes = new Column(
      SHA256_FORM,
      keysOf(entries, (entry) => entry.sha256 ?? []),
      random,
    );
    entries.forEach((entry, number) => this.#addNames(entry, number));
  }

  #addNames(entry: BlacklistEntry, number: number): void {
    for (const domain of entry.domains ?? []) push(this.#domains, normalizeDomain(domain), number);
    for (const location of entry.locations ?? []) {
      const name = normalizeLocation(location);
      push(this.#locations, name, number);
      push(this.#repositories, name === undefined ? undefined : repositoryOf(name), number);
    }
  }

  get size(): number {
    return this.#facts.length;
  }

  /** Every entry that a subject hits, each once, by the first name that hit it; what is not a text hits nothing. */
  find(subject: Subject): Match[] {
    let hits: Map<number, MatchedBy> | undefined;
    const hit =
      (by: MatchedBy): Visit =>
      (entry) => {
        hits ??= new Map();
        if (!hits.has(entry)) hits.set(entry, by);
      };
    const { model_id, address, sha256, commercial_user_id, domain, location, model } = subject;
    if (typeof model_id === "string") this.#models.find(model_id, hit("model_id"));
    if (typeof address === "string") this.#addresses.find(address, hit("address"));
    if (typeof sha256 === "string") this.#hashes.find(sha256, hit("sha256"));
    if (typeof commercial_user_id === "string") this.#companies.find(commercial_user_id, hit("commercial_user_id"));
    if (typeof domain === "string") this.#findDomain(domain, hit("domain"));
    if (typeof location === "string") this.#findLocation(location, hit("location"));
    if (typeof model === "string") this.#findModel(model, hit);
    if (hits === undefined) return [];
    return [...hits].flatMap(([entry, matched_by]) => {
      const facts = this.#facts[entry];
      return facts === undefined ? [] : [{ ...facts, matched_by }];
    });
  }

  #findDomain(domain: string, visit: Visit): void {
    if (this.#domains.size === 0) return;
    const name = normalizeDomain(domain);
    if (name === undefined) return;
    for (const above of domainsAbove(name)) this.#domains.get(above)?.forEach(visit);
  }

  #findLocation(location: string, visit: Visit): void {
    if (this.#locations.size === 0) return;
    const name = normalizeLocation(location);
    if (name === undefined) return;
    for (const above of locationsAbove(name)) this.#locations.get(above)?.forEach(visit);
  }

  #findModel(model: string, hit: (by: MatchedBy) => Visit): void {
    this.#models.find(model, hit("model_id"));
    this.#addresses.find(model, hit("address"));
    this.#hashes.find(model, hit("sha256"));
    const alias = this.#aliases.get(model);
    if (alias !== undefined) this.#models.find(alias, hit("alias"));
    if (model.includes("://")) this.#findLocation(model, hit("location"));
    else this.#repositories.get(model.toLowerCase())?.forEach(hit("repository"));
  }
}

/** One kind of key: in flat arrays where it has the usual form, by its lower-case text where it has not. */
class Column {
  readonly #form: KeyForm;
  readonly #scratch: Uint16Array;
  readonly #table: KeyTable;
  readonly #others = new Map<string, number[]>();

  constructor(form: KeyForm, keys: readonly (readonly [key: string, entry: number])[], random: Random) {
    this.#form = form;
    this.#scratch = new Uint16Array(form.pieces);
    this.#table = new KeyTable(form.pieces, keys.length, random);
    for (const [key, entry] of keys) {
      if (form.read(key, this.#scratch)) this.#table.add(this.#scratch, entry);
      else push(this.#others, key.toLowerCase(), entry);
    }
  }

  find(text: string, visit: Visit): void {
    if (this.#form.read(text, this.#scratch)) this.#table.find(this.#scratch, visit);
    else if (this.#others.size > 0 && text.length <= 128) this.#others.get(text.toLowerCase())?.forEach(visit);
  }
}

function keysOf(entries: readonly BlacklistEntry[], keys: (entry: BlacklistEntry) => readonly string[]): [string, number][] {
  return entries.flatMap((entry, number) => keys(entry).map((key): [string, number] => [key, number]));
}

function push(map: Map<string, number[]>, key: string | undefined, entry: number): void {
  if (key === undefined || key === "") return;
  const held = map.get(key);
  if (held === undefined) map.set(key, [entry]);
  else if (!held.includes(entry)) held.push(entry);
}

function factsOf(entry: BlacklistEntry): Omit<Match, "matched_by"> {
  return { kind: entry.kind, id: entry.id, reason: reasonOf(entry), since: entry.since, enforce: enforcementOf(entry), case: entry.case };
}
