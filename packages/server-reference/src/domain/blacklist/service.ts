import {
  assembleFile,
  buildBlacklist,
  buildHeartbeat,
  type BlacklistBody,
  type Blacklist,
  type BlacklistEntry,
  formatTimestamp,
  nextEdition,
  parseTimestamp,
  signFile,
  utf8Encode,
  verifyBlacklist,
} from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import { appendAudit } from "../audit/repository.ts";
import { blacklistError } from "./errors.ts";
import { keysetVersionFor } from "./keyset-service.ts";
import { findBlacklisted, findLatestList, insertHeartbeat, insertList, type PublishedList } from "./repository.ts";

/** What was published, for the operator and the log. */
export interface Publication {
  readonly sequence: number;
  readonly digest: string;
  readonly signed: boolean;
  readonly weekly: boolean;
  readonly entry_count: number;
  readonly generated_at: string;
  readonly next_update: string;
  readonly expires_at: string;
}

/**
 * Publishes the next list. A weekly edition takes in whom 14 days of notice are over; one in between only drops and changes.
 *
 * @throws {ApiError} SIGNING_KEY_MISSING | SIGNING_KEY_UNKNOWN | LIST_SELF_CHECK
 * @see docs/spec/6-compliance.md and docs/spec/7-blacklist.md clause 7.20
 */
export async function publishBlacklist(ctx: AppContext, tx: Tx): Promise<Publication> {
  const now = ctx.clock.now();
  const latest = await findLatestList(tx);
  const key = ctx.keys.list;
  if (key === undefined && latest?.signed)
    throw blacklistError("SIGNING_KEY_MISSING", `List ${latest.sequence} is signed, and this process has no key.`);
  const weekly = latest === undefined || now >= latest.next_update;
  const entries = await entriesOf(tx, latest, weekly);
  const edition = nextEdition(latest ?? null, now);
  const list = await buildBlacklist({
    ...edition,
    // The weekly rhythm stays, whatever is published in between.
    next_update: weekly ? edition.next_update : formatTimestamp(latest.next_update),
    keyset_version: key === undefined ? 0 : await keysetVersionFor(ctx, tx, key),
    entries,
  });
  const raw = assembleFile(list, key === undefined ? [] : await signFile(list, [key.secretKey]));
  await checkAsReader(ctx, raw, latest);
  await store(tx, raw, list.body, list.digest, key !== undefined);
  await publishHeartbeat(ctx, tx, { sequence: list.body.sequence, digest: list.digest, length: list.length });
  await audit(tx, key?.keyId ?? "system", list.body, list.digest);
  const { sequence, entry_count, generated_at, next_update, expires_at } = list.body;
  return { sequence, digest: list.digest, signed: key !== undefined, weekly, entry_count, generated_at, next_update, expires_at };
}

async function entriesOf(tx: Tx, latest: PublishedList | undefined, weekly: boolean): Promise<BlacklistEntry[]> {
  const listed = new Set(latest === undefined ? [] : (JSON.parse(latest.raw) as Blacklist).entries.map(({ kind, id }) => `${kind}:${id}`));
  const subjects = await findBlacklisted(tx);
  return subjects
    .filter(({ entry, notice_over }) => listed.has(`${entry.kind}:${entry.id}`) || (weekly && notice_over))
    .map(({ entry }) => entry);
}

/** A list that our own readers would refuse must never be published. */
async function checkAsReader(ctx: AppContext, raw: string, latest: PublishedList | undefined): Promise<void> {
  const keys = ctx.keys.list === undefined ? [] : [ctx.keys.list.publicKey];
  const prior = latest === undefined ? null : { sequence: latest.sequence, digest: latest.digest, signed: latest.signed };
  const verdict = await verifyBlacklist(utf8Encode(raw), { keys, now: ctx.clock.now(), prior });
  if (!verdict.ok)
    throw blacklistError("LIST_SELF_CHECK", `A reader would refuse the new list: ${verdict.error.message}.`, undefined, {
      code: verdict.code,
    });
}

async function store(tx: Tx, raw: string, body: BlacklistBody, digest: string, signed: boolean): Promise<void> {
  const { sequence, quarter, prev_sha256, entry_count } = body;
  const times = {
    generated_at: parseTimestamp(body.generated_at),
    next_update: parseTimestamp(body.next_update),
    expires_at: parseTimestamp(body.expires_at),
  };
  await insertList(tx, { sequence, quarter, digest, prev_sha256, raw, signed, entry_count, ...times });
}

async function publishHeartbeat(ctx: AppContext, tx: Tx, list: { sequence: number; digest: string; length: number }): Promise<void> {
  const key = ctx.keys.heartbeat;
  if (key === undefined) return;
  const heartbeat = await buildHeartbeat(list, ctx.clock.now());
  const raw = assembleFile(heartbeat, await signFile(heartbeat, [key.secretKey]));
  const { generated_at, expires_at } = heartbeat.body;
  await insertHeartbeat(tx, {
    sequence: list.sequence,
    raw,
    generated_at: parseTimestamp(generated_at),
    expires_at: parseTimestamp(expires_at),
  });
}

async function audit(tx: Tx, actor: string, { sequence, entry_count }: BlacklistBody, digest: string): Promise<void> {
  await appendAudit(tx, {
    actor,
    action: "blacklist.publish",
    entity: "blacklist",
    entityId: String(sequence),
    detail: { after: { digest, entry_count } },
  });
}
