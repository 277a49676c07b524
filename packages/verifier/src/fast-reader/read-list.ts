import { isUtf8 } from "node:buffer";
import {
  type Blacklist,
  checkCritical,
  DEFAULT_MAX_BYTES,
  judgeBlacklist,
  pinKeys,
  LIST_NOT_UTF8,
  LIST_SCHEMA,
  LIST_TOO_LARGE,
  protocolError,
  readListHead,
  refusable,
  type Refusal,
  type VerifiedBlacklist,
  type VerifyBlacklistOptions,
} from "@omla/sdk/protocol";
import { EntryColumns } from "../entry-columns.ts";
import { IndexOfEntries } from "../index-of-entries.ts";
import type { Random } from "../key-table.ts";
import { hashPieces, PIECE_BYTES, Slices } from "../slices.ts";
import { type ReadDocument, readDocument } from "./document-reader.ts";

export interface ReadListOptions extends VerifyBlacklistOptions {
  readonly aliases: Readonly<Record<string, string>>;
  readonly random: Random;
  readonly maxEntries: number;
}

/** A list that was verified; its entries are in the index alone. */
export interface ReadList extends Omit<VerifiedBlacklist, "list"> {
  readonly facts: Pick<Blacklist, "sequence" | "generated_at" | "next_update" | "expires_at" | "entry_count">;
  readonly index: IndexOfEntries;
}

/**
 * `verifyBlacklist` and the index in one pass over the bytes, in slices that let others run; its verdicts are those of the plain reader.
 *
 * Beyond the protocol it refuses, as LIST_TOO_LARGE, more than `maxEntries` entries, and an entry or a head of more than 1 MiB.
 *
 * @see docs/spec/7-blacklist.md clause 7.26, vectors/blacklist.json
 */
export async function readList(raw: Uint8Array, options: ReadListOptions): Promise<ReadList | Refusal> {
  return refusable(() => readSteps(raw, options));
}

async function readSteps(raw: Uint8Array, options: ReadListOptions): Promise<ReadList> {
  const { keys, threshold = 1, maxBytes = DEFAULT_MAX_BYTES, maxEntries, aliases, random } = options;
  const pinned = await pinKeys(keys, threshold);
  if (raw.length > maxBytes) throw protocolError(LIST_TOO_LARGE, `${raw.length} bytes are more than ${maxBytes}`);
  const slices = new Slices();
  await assertUtf8(raw, slices);
  const columns = new EntryColumns();
  const document = await readDocument(raw, columns, maxEntries, slices);
  await columns.trim(slices);
  const index = new IndexOfEntries(columns, aliases, random);
  await slices.next();
  const list = await checkDocument(document, index, slices);
  const [before, behind] = document.body;
  const body = { hash: await hashPieces(document.body, slices), length: before.length + behind.length };
  const { list: head, ...verified } = await judgeBlacklist(list, body, pinned, options);
  await index.buildNames(slices);
  const { sequence, generated_at, next_update, expires_at } = head;
  return { ...verified, facts: { sequence, generated_at, next_update, expires_at, entry_count: document.entries.count }, index };
}

/** The schema, in the plain reader's order: the members, the entries, then `critical`. */
async function checkDocument({ head, entries }: ReadDocument, index: IndexOfEntries, slices: Slices): Promise<Blacklist> {
  const list = readListHead(head, entries.count);
  if (entries.fault !== undefined) throw entries.fault;
  const twin = await index.buildIds(slices);
  if (twin !== undefined) throw protocolError(LIST_SCHEMA, "an entry stands twice in the list", "entries");
  checkCritical(list);
  return list;
}

async function assertUtf8(raw: Uint8Array, slices: Slices): Promise<void> {
  for (let at = 0; at < raw.length; ) {
    const end = characterEnd(raw, at + PIECE_BYTES);
    if (!isUtf8(raw.subarray(at, end))) throw protocolError(LIST_NOT_UTF8, "not UTF-8");
    at = end;
    if (slices.isOver()) await slices.next();
  }
}

/** The nearest place at or before `at` where a character ends. */
function characterEnd(raw: Uint8Array, at: number): number {
  if (at >= raw.length) return raw.length;
  let end = at;
  while (end > at - 4 && ((raw[end] as number) & 0xc0) === 0x80) end -= 1;
  return end;
}
