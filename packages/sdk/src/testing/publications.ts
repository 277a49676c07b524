import { buildBlacklist, nextEdition } from "../protocol/blacklist-build.ts";
import type { BlacklistEntry } from "../protocol/blacklist-schema.ts";
import { assembleFile, signFile } from "../protocol/build-file.ts";
import { parseTimestamp } from "../protocol/timestamp.ts";
import { holdUnanswered } from "./audits.ts";
import { lapseComplaints } from "./complaints.ts";
import { tickAll } from "./compliance.ts";
import { primaryWallet } from "./registrations.ts";
import { completeRotations } from "./rotations.ts";
import type { PublishedList, State, Subject } from "./state.ts";

const WEEK_MS = 7 * 86_400_000;
const NOTICE_MS = 14 * 86_400_000;
/** Twenty years of weeks: a test that goes farther moves the clock twice. */
const MAX_WEEKS = 1_040;

/** Does what the weeks since the last call would have done: ticks every subject and publishes the list. */
export async function catchUp(state: State): Promise<void> {
  const now = state.clock.now();
  for (let week = 0; week < MAX_WEEKS && now.getTime() - state.tickedAt.getTime() >= WEEK_MS; week += 1) {
    state.tickedAt = new Date(state.tickedAt.getTime() + WEEK_MS);
    state.clock.set(state.tickedAt);
    completeRotations(state);
    lapseComplaints(state);
    holdUnanswered(state);
    tickAll(state);
    await publishBlacklist(state);
  }
  state.clock.set(now);
  completeRotations(state);
  holdUnanswered(state);
}

/**
 * Publishes the next signed list. A subject comes in with the first publication at least 14 days after it was told.
 *
 * @see docs/spec/6-compliance.md clause 6.20
 */
export async function publishBlacklist(state: State): Promise<PublishedList> {
  const now = state.clock.now();
  const latest = state.lists.at(-1);
  const subjects = [...state.subjects.values()].filter((subject) => isListed(subject, latest, now));
  const edition = nextEdition(latest ?? null, now);
  const list = await buildBlacklist({ ...edition, keyset_version: 1, entries: subjects.map((subject) => entryOf(state, subject)) });
  const raw = assembleFile(list, await signFile(list, [state.listKey.secretKey]));
  const published = {
    sequence: edition.sequence,
    digest: list.digest,
    raw,
    next_update: edition.next_update,
    listed: new Set(subjects.map(nameOf)),
  };
  state.lists.push(published);
  return published;
}

function isListed(subject: Subject, latest: PublishedList | undefined, now: Date): boolean {
  if (subject.listing === null) return false;
  return latest?.listed.has(nameOf(subject)) === true || now.getTime() >= parseTimestamp(subject.listing.since).getTime() + NOTICE_MS;
}

function nameOf({ kind, id }: Subject): string {
  return `${kind}:${id}`;
}

function entryOf(state: State, { kind, id, listing }: Subject): BlacklistEntry {
  const facts = { kind, id, ...listing } as BlacklistEntry;
  const model = state.models.get(id);
  if (model !== undefined) return { ...facts, address: primaryWallet(model.document), sha256: [...model.hashes].sort() };
  const company = state.companies.get(id);
  return { ...facts, name: company?.company_name ?? id, domains: [...(company?.domains ?? [])] };
}
