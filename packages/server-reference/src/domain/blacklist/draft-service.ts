import {
  type Blacklist,
  type BlacklistBody,
  type BlacklistEntry,
  buildBlacklist,
  canonicalize,
  formatTimestamp,
  nextEdition,
  type SignableFile,
} from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import { currentKeys, keysetVersionFor } from "./keyset-service.ts";
import { findBlacklisted, findLatestList, findSettledList, type PublishedList } from "./repository.ts";

/** Weekly editions take in whom 14 days of notice are over; `drops` is what goes out at once when the board clears or suspends. */
export type EditionKind = "due" | "drops";

/** The next list as the state says, before anybody signed it. */
export interface Draft {
  readonly file: SignableFile<BlacklistBody>;
  readonly weekly: boolean;
  /** Entries that are new, gone or altered. */
  readonly changed: number;
  readonly needsTwo: boolean;
  readonly latest: PublishedList | undefined;
}

const MANY_CHANGES = 50;
/** Below this a share says nothing: one entry of three would be a third of the list. */
const FEW_CHANGES = 5;
const LARGE_SHARE = 5n; // one fifth
const SOON_MS = 3_600_000;

/**
 * Generates the next list from the state of every subject.
 *
 * @throws {ApiError} SIGNING_KEY_UNKNOWN
 * @see docs/spec/6-compliance.md and docs/spec/7-blacklist.md clause 7.20
 */
export async function draftList(ctx: AppContext, tx: Tx, kind: EditionKind): Promise<Draft> {
  const now = ctx.clock.now();
  const latest = await findLatestList(tx);
  const weekly = latest === undefined || (kind === "due" && now >= latest.next_update);
  const before = entriesIn(latest);
  const entries = await entriesOf(tx, before, weekly);
  const edition = nextEdition(latest ?? null, now);
  const keyset_version = await versionOfKeys(ctx, tx);
  const next_update = weekly ? edition.next_update : nextOf(latest, now);
  const file = await buildBlacklist({ ...edition, next_update, keyset_version, entries });
  const changed = countChanges(before, entries);
  // A placeholder denies nobody, so there is nothing to stop. Many editions of one entry each are one large change.
  const needsTwo = keyset_version > 0 && (isLarge(before, entries) || isLarge(entriesIn(await findSettledList(tx)), entries));
  return { file, weekly, changed, needsTwo, latest };
}

function entriesIn(list: PublishedList | undefined): readonly BlacklistEntry[] {
  return list === undefined ? [] : (JSON.parse(list.raw) as Blacklist).entries;
}

function isLarge(before: readonly BlacklistEntry[], after: readonly BlacklistEntry[]): boolean {
  return isLargeChange(countChanges(before, after), before.length, after.length);
}

/** The weekly rhythm stays, whatever is published in between; where the week is over already, it is due within the hour. */
function nextOf(latest: PublishedList | undefined, now: Date): string {
  return formatTimestamp(new Date(Math.max(latest?.next_update.getTime() ?? 0, now.getTime() + SOON_MS)));
}

async function versionOfKeys(ctx: AppContext, tx: Tx): Promise<number> {
  return ctx.keys.list === undefined ? (await currentKeys(tx)).version : keysetVersionFor(ctx, tx, ctx.keys.list);
}

async function entriesOf(tx: Tx, before: readonly BlacklistEntry[], weekly: boolean): Promise<BlacklistEntry[]> {
  const listed = new Set(before.map(nameOf));
  return (await findBlacklisted(tx))
    .filter(({ entry, notice_over }) => listed.has(nameOf(entry)) || (weekly && notice_over))
    .map(({ entry }) => entry);
}

export function nameOf({ kind, id }: Pick<BlacklistEntry, "kind" | "id">): string {
  return `${kind}:${id}`;
}

/** Entries that are new, gone or altered. */
export function countChanges(before: readonly BlacklistEntry[], after: readonly BlacklistEntry[]): number {
  const textOf = (entry: BlacklistEntry): string => canonicalize(entry);
  const held = new Map(before.map((entry) => [nameOf(entry), textOf(entry)]));
  const kept = after.filter((entry) => held.has(nameOf(entry)));
  const altered = kept.filter((entry) => held.get(nameOf(entry)) !== textOf(entry)).length;
  return altered + (after.length - kept.length) + (before.length - kept.length);
}

/**
 * The safety stop: more than 50 entries change, or more than a fifth of the longer list where more than five do.
 *
 * A stolen session or a fault of ours must not list or free many, at once or one by one within a week; readers hold such a list back as well.
 */
export function isLargeChange(changed: number, countBefore: number, countAfter: number): boolean {
  if (changed > MANY_CHANGES) return true;
  return changed > FEW_CHANGES && BigInt(changed) * LARGE_SHARE > BigInt(Math.max(countBefore, countAfter));
}
