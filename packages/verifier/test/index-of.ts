import type { BlacklistEntry } from "@omla/sdk/protocol";
import { EntryColumns } from "../src/entry-columns.ts";
import { IndexOfEntries } from "../src/index-of-entries.ts";
import { Slices } from "../src/slices.ts";

export const random = (numbers: Uint32Array<ArrayBuffer>): void => void crypto.getRandomValues(numbers);

/** The index of entries as the plain reader gives them: what the fast reader's index is held against. */
export async function indexOf(entries: readonly BlacklistEntry[]): Promise<IndexOfEntries> {
  const columns = new EntryColumns();
  for (const entry of entries) if (["model", "commercial_user"].includes(entry.kind)) columns.add(entry);
  await columns.trim(new Slices());
  const index = new IndexOfEntries(columns, {}, random);
  await index.buildIds(new Slices());
  await index.buildNames(new Slices());
  return index;
}
