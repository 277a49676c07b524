import { type JsonObject, LIST_NOT_CANONICAL, LIST_SCHEMA, LIST_TOO_LARGE, protocolError } from "@omla/sdk/protocol";
import type { EntryColumns } from "../entry-columns.ts";
import type { Slices } from "../slices.ts";
import { FAULT, scanName, scanValue } from "./canonical-scan.ts";
import { EntryReader } from "./entry-reader.ts";
import { holdsBytes } from "./member-names.ts";

/** One entry, and all that stands beside the entries, at the most: what is read in one go must be short. */
export const MAX_PART_BYTES = 1_048_576;

const [COMMA, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT, NEWLINE] = [44, 91, 93, 123, 125, 10] as const;
const name = (text: string): Uint8Array => new TextEncoder().encode(`"${text}"`);
const [ENTRIES, SIGNATURE, SIGNATURES] = [name("entries"), name("signature"), name("signatures")];
const EMPTY_LIST = new Uint8Array([OPEN_LIST, CLOSE_LIST]);

/** A list as it stands in its bytes. */
export interface ReadDocument {
  /** Every member, with `entries` left empty where it is a list. */
  readonly head: JsonObject;
  readonly entries: EntryReader;
  /** The two pieces of the body: what stands before the signature members, and what stands behind them. */
  readonly body: readonly [Uint8Array, Uint8Array];
}

/**
 * Passes once over the bytes of a list, which are known to be UTF-8: canonical form, entries into columns, the rest as members.
 *
 * @throws {OmlaError} LIST_NOT_CANONICAL; LIST_TOO_LARGE for more than `maxEntries`, or a part longer than 1 MiB
 * @see docs/spec/7-blacklist.md clauses 7.1 and 7.6
 */
export function readDocument(raw: Uint8Array, columns: EntryColumns, maxEntries: number, slices: Slices): Promise<ReadDocument> {
  return new DocumentReader(raw, columns, maxEntries, slices).read();
}

class DocumentReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  readonly #slices: Slices;
  readonly #maxEntries: number;
  readonly #entries: EntryReader;
  /** Where the list of entries begins and ends; 0 where there is none. */
  #list = { start: 0, end: 0 };
  #signaturesStart = 0;
  #signaturesEnd = 0;

  constructor(raw: Uint8Array, columns: EntryColumns, maxEntries: number, slices: Slices) {
    this.#bytes = raw;
    this.#end = raw.at(-1) === NEWLINE ? raw.length - 1 : raw.length;
    this.#slices = slices;
    this.#maxEntries = maxEntries;
    this.#entries = new EntryReader(raw, columns);
  }

  async read(): Promise<ReadDocument> {
    await this.#readMembers();
    const [bytes, end] = [this.#bytes, this.#end];
    const { start, end: after } = this.#list;
    const parts = start === 0 ? [bytes.subarray(0, end)] : [bytes.subarray(0, start), EMPTY_LIST, bytes.subarray(after, end)];
    const head = JSON.parse(decode(parts)) as JsonObject;
    return { head, entries: this.#entries, body: [bytes.subarray(0, this.#signaturesStart), bytes.subarray(this.#signaturesEnd, end)] };
  }

  async #readMembers(): Promise<void> {
    const bytes = this.#bytes;
    if (bytes[0] !== OPEN_OBJECT || this.#end === 0) throw this.#otherValue();
    let next = 1;
    let previous = 0;
    let previousEnd = 0;
    if (bytes[next] !== CLOSE_OBJECT || next >= this.#end)
      for (;;) {
        const limit = this.#headLimit();
        const start = next;
        const colon = this.#passed(scanName(bytes, start, limit, previous, previousEnd), limit);
        this.#noteSignatures(start, colon);
        next = await this.#readMember(start, colon, limit);
        if (bytes[next] !== COMMA || next >= this.#end) break;
        [previous, previousEnd, next] = [start, colon, next + 1];
      }
    if (bytes[next] !== CLOSE_OBJECT || next + 1 !== this.#end) throw notCanonical();
    if (this.#signaturesStart > 0 && this.#signaturesEnd === 0) this.#signaturesEnd = next;
  }

  /** What is no object is canonical or not, like everything else; only then is it no list. */
  #otherValue(): Error {
    if (this.#end > MAX_PART_BYTES) return tooLarge(`a part of more than ${MAX_PART_BYTES} bytes`);
    // In brackets, so that a number has an end.
    const wrapped = new Uint8Array(this.#end + 2).fill(OPEN_LIST, 0, 1).fill(CLOSE_LIST, this.#end + 1);
    wrapped.set(this.#bytes.subarray(0, this.#end), 1);
    const isWhole = scanValue(wrapped, 1, wrapped.length, 0) === wrapped.length - 1;
    return isWhole ? protocolError(LIST_SCHEMA, "not an object") : notCanonical();
  }

  async #readMember(start: number, colon: number, limit: number): Promise<number> {
    const bytes = this.#bytes;
    if (bytes[colon + 1] !== OPEN_LIST || colon + 1 >= this.#end || !holdsBytes(bytes, start, colon, ENTRIES))
      return this.#passed(scanValue(bytes, colon + 1, limit, 1), limit);
    this.#list = { start: colon + 1, end: colon + 2 };
    this.#list.end = await this.#readEntries(colon + 2);
    return this.#list.end;
  }

  async #readEntries(from: number): Promise<number> {
    const bytes = this.#bytes;
    if (bytes[from] === CLOSE_LIST && from < this.#end) return from + 1;
    for (let next = from; ; next += 1) {
      const limit = Math.min(this.#end, next + MAX_PART_BYTES);
      next = this.#passed(this.#entries.read(next, limit), limit);
      if (this.#entries.count > this.#maxEntries) throw tooLarge(`more than ${this.#maxEntries} entries`);
      if (bytes[next] === CLOSE_LIST && next < this.#end) return next + 1;
      if (bytes[next] !== COMMA || next >= this.#end) throw notCanonical();
      if ((this.#entries.count & 15) === 0 && this.#slices.isOver()) await this.#slices.next();
    }
  }

  /** The body is what stands around these two, which a list has side by side. */
  #noteSignatures(start: number, colon: number): void {
    const isSignature = holdsBytes(this.#bytes, start, colon, SIGNATURE) || holdsBytes(this.#bytes, start, colon, SIGNATURES);
    if (isSignature && this.#signaturesStart === 0) this.#signaturesStart = start;
    if (!isSignature && this.#signaturesStart > 0 && this.#signaturesEnd === 0) this.#signaturesEnd = start;
  }

  /** Where the bytes that are read in one go end: the members beside the entries share one allowance. */
  #headLimit(): number {
    return Math.min(this.#end, this.#list.end - this.#list.start + MAX_PART_BYTES);
  }

  #passed(at: number, limit: number): number {
    if (at >= 0) return at;
    throw at === FAULT || limit === this.#end ? notCanonical() : tooLarge(`a part of more than ${MAX_PART_BYTES} bytes`);
  }
}

function decode(parts: readonly Uint8Array[]): string {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return parts.map((part) => decoder.decode(part)).join("");
}

const notCanonical = (): Error => protocolError(LIST_NOT_CANONICAL, "not the canonical form");
const tooLarge = (message: string): Error => protocolError(LIST_TOO_LARGE, message);
