import {
  assembleFile,
  type Blacklist,
  type BlacklistBody,
  buildBlacklist,
  buildHeartbeat,
  type FileSignature,
  parseTimestamp,
  type SignableFile,
  signFile,
  utf8Encode,
  verifyBlacklist,
} from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import { appendAudit } from "../audit/repository.ts";
import { blacklistError } from "./errors.ts";
import { currentKeys, listKeysOf } from "./keyset-service.ts";
import { findLatestHeartbeat, findLatestList, insertHeartbeat, insertList } from "./repository.ts";

/** What was published, for the operator and the log. */
export interface Publication {
  readonly published: true;
  readonly sequence: number;
  readonly digest: string;
  readonly signed: boolean;
  readonly entry_count: number;
  readonly generated_at: string;
  readonly next_update: string;
  readonly expires_at: string;
}

/**
 * Publishes a list with its signatures, its heartbeat and its audit row, all in the caller's transaction: all of it or nothing.
 *
 * @throws {ApiError} LIST_SELF_CHECK where a reader would refuse it; LIST_SEQUENCE where another was published in the meantime
 */
export async function publishSigned(
  ctx: AppContext,
  tx: Tx,
  list: SignableFile<BlacklistBody>,
  signatures: readonly FileSignature[],
): Promise<Publication> {
  const raw = assembleFile(list, signatures);
  await checkAsReader(ctx, tx, raw, signatures.length > 0);
  const signed = signatures.length > 0;
  await store(tx, raw, list, signed);
  if (signed) await publishHeartbeat(ctx, tx, { sequence: list.body.sequence, digest: list.digest, length: list.length });
  const { sequence, entry_count, generated_at, next_update, expires_at } = list.body;
  await appendAudit(tx, {
    actor: signatures[0]?.key_id ?? "system",
    action: "blacklist.publish",
    entity: "blacklist",
    entityId: String(sequence),
    detail: { after: { digest: list.digest, entry_count, signers: signatures.map(({ key_id }) => key_id) } },
  });
  return { published: true, sequence, digest: list.digest, signed, entry_count, generated_at, next_update, expires_at };
}

/** A list that our own readers would refuse must never be published. */
async function checkAsReader(ctx: AppContext, tx: Tx, raw: string, signed: boolean): Promise<void> {
  const latest = await findLatestList(tx);
  const keyset = await currentKeys(tx);
  const prior = latest === undefined ? null : { sequence: latest.sequence, digest: latest.digest, signed: latest.signed };
  const keys = signed ? listKeysOf(keyset) : [];
  const verdict = await verifyBlacklist(utf8Encode(raw), { keys, threshold: keyset.threshold || 1, now: ctx.clock.now(), prior });
  if (!verdict.ok)
    throw blacklistError("LIST_SELF_CHECK", `A reader would refuse the new list: ${verdict.error.message}.`, undefined, {
      code: verdict.code,
    });
}

async function store(tx: Tx, raw: string, { body, digest }: SignableFile<BlacklistBody>, signed: boolean): Promise<void> {
  const { sequence, quarter, prev_sha256, entry_count } = body;
  const times = {
    generated_at: parseTimestamp(body.generated_at),
    next_update: parseTimestamp(body.next_update),
    expires_at: parseTimestamp(body.expires_at),
  };
  await insertList(tx, { sequence, quarter, digest, prev_sha256, raw, signed, entry_count, ...times });
}

type NamedFile = { readonly sequence: number; readonly digest: string; readonly length: number };

async function publishHeartbeat(ctx: AppContext, tx: Tx, list: NamedFile): Promise<boolean> {
  const key = ctx.keys.heartbeat;
  if (key === undefined) return false;
  const heartbeat = await buildHeartbeat(list, ctx.clock.now());
  const raw = assembleFile(heartbeat, await signFile(heartbeat, [key.secretKey]));
  const { generated_at, expires_at } = heartbeat.body;
  const times = { generated_at: parseTimestamp(generated_at), expires_at: parseTimestamp(expires_at) };
  await insertHeartbeat(tx, { sequence: list.sequence, raw, ...times });
  return true;
}

const HEARTBEAT_PAUSE_MS = 12 * 3_600_000;

/** Confirms the newest signed list once more, where the last heartbeat is half a day old. @returns whether one was published */
export async function beat(ctx: AppContext, tx: Tx): Promise<boolean> {
  const list = await findLatestList(tx);
  if (list === undefined || !list.signed || ctx.keys.heartbeat === undefined) return false;
  const last = await findLatestHeartbeat(tx);
  if (last !== undefined && ctx.clock.now().getTime() - last.generated_at.getTime() < HEARTBEAT_PAUSE_MS) return false;
  const { digest, length } = await bodyOf(list.raw);
  return publishHeartbeat(ctx, tx, { sequence: list.sequence, digest, length });
}

/** The file that was signed, without its signatures. */
async function bodyOf(raw: string): Promise<SignableFile<BlacklistBody>> {
  const { signature: _first, signatures: _all, ...body } = JSON.parse(raw) as Blacklist;
  return buildBlacklist(body);
}
