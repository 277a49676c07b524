import {
  assembleFile,
  type BlacklistBody,
  type FileSignature,
  type KeysetBody,
  keyId,
  parseTimestamp,
  type SignableFile,
  signFile,
  type TrustedKeys,
  trustedKeys,
  utf8Encode,
  verifyKeyset,
} from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import { appendAudit } from "../audit/repository.ts";
import { nameOf } from "./draft-service.ts";
import { blacklistError } from "./errors.ts";
import { type CurrentKeys, currentKeys, listKeysOf } from "./keyset-service.ts";
import type { Proposal } from "./proposal-repository.ts";
import { markPublished } from "./proposal-repository.ts";
import { type Publication, publishSigned } from "./publication-service.ts";
import { findBlacklisted, findLatestList, insertKeyset } from "./repository.ts";
import { addSignatures, approve, fileOf, lacksSecondPerson, type Waiting, waitingOf } from "./sign-off-service.ts";

/** A keyset that is in force now. */
export interface PublishedKeys {
  readonly published: true;
  readonly version: number;
  readonly digest: string;
  readonly threshold: number;
}

export type SignOff = Publication | PublishedKeys | Waiting;

/**
 * Takes signatures that were made elsewhere, and publishes the proposal once they are enough.
 *
 * @throws {ApiError} PROPOSAL_UNKNOWN | PROPOSAL_CLOSED | PROPOSAL_STALE | SIGNER_UNKNOWN | PROPOSAL_SIGNATURE | LIST_SELF_CHECK
 */
export async function importSignatures(ctx: AppContext, tx: Tx, digest: string, signatures: readonly FileSignature[]): Promise<SignOff> {
  return publishIfComplete(ctx, tx, await addSignatures(tx, digest, signatures));
}

/** What two members of the board approved is published, as soon as its signatures are there. */
export async function approveProposal(ctx: AppContext, tx: Tx, digest: string): Promise<SignOff> {
  return publishIfComplete(ctx, tx, await approve(tx, digest));
}

async function publishIfComplete(ctx: AppContext, tx: Tx, proposal: Proposal): Promise<SignOff> {
  await ctx.keys.refresh?.();
  const keys = await currentKeys(tx);
  const file = await fileOf(proposal);
  const done =
    file.type === "blacklist"
      ? await publishList(ctx, tx, proposal, file as SignableFile<BlacklistBody>, keys)
      : await publishKeyset(ctx, tx, proposal, file as SignableFile<KeysetBody>, keys);
  if (done === undefined) return waitingOf(tx, proposal);
  await markPublished(tx, proposal.digest);
  return done;
}

async function publishList(
  ctx: AppContext,
  tx: Tx,
  proposal: Proposal,
  file: SignableFile<BlacklistBody>,
  keys: CurrentKeys,
): Promise<Publication | undefined> {
  await refuseStale(ctx, tx, file.body, keys);
  if (await lacksSecondPerson(tx, proposal)) return undefined;
  const signatures = await withOwnKey(ctx, file, proposal.signatures, keys);
  return signatures.length < keys.threshold ? undefined : publishSigned(ctx, tx, file, signatures);
}

/** The server's key file signs beside those who signed by hand. */
async function withOwnKey(
  ctx: AppContext,
  file: SignableFile,
  signatures: readonly FileSignature[],
  keys: CurrentKeys,
): Promise<FileSignature[]> {
  const own = ctx.keys.list;
  const missing = own !== undefined && !signatures.some(({ key_id }) => key_id === own.keyId);
  if (!missing || !listKeysOf(keys).includes(own.publicKey)) return [...signatures];
  return [...signatures, ...(await signFile(file, [own.secretKey]))];
}

/** A list that was overtaken while it waited: by another list, by other keys, by its own date, or by an act of the board. */
async function refuseStale(ctx: AppContext, tx: Tx, body: BlacklistBody, keys: CurrentKeys): Promise<void> {
  const latest = await findLatestList(tx);
  if (latest !== undefined && body.prev_sha256 !== latest.digest)
    throw blacklistError("PROPOSAL_STALE", `List ${latest.sequence} was published since then.`);
  if (body.keyset_version !== keys.version) throw blacklistError("PROPOSAL_STALE", `Keyset ${keys.version} is in force since then.`);
  if (ctx.clock.now() >= parseTimestamp(body.next_update)) throw blacklistError("PROPOSAL_STALE", "The next list is due already.");
  const subjects = new Map((await findBlacklisted(tx)).map(({ entry }) => [nameOf(entry), entry]));
  for (const entry of body.entries) {
    const now = subjects.get(nameOf(entry));
    if (now === undefined || now.enforce !== entry.enforce)
      throw blacklistError("PROPOSAL_STALE", `The board decided otherwise on ${nameOf(entry)} since then.`);
  }
}

async function publishKeyset(
  ctx: AppContext,
  tx: Tx,
  proposal: Proposal,
  file: SignableFile<KeysetBody>,
  keys: CurrentKeys,
): Promise<PublishedKeys | undefined> {
  const { version, threshold, expires_at } = file.body;
  if (version !== keys.version + 1) throw blacklistError("PROPOSAL_STALE", `Keyset ${keys.version} is in force since then.`);
  if ((await lacksSecondPerson(tx, proposal)) || !(await bothAgree(proposal, file.body, keys))) return undefined;
  const raw = assembleFile(file, proposal.signatures);
  const verdict = await verifyKeyset(trustedBefore(file.body, keys), utf8Encode(raw), { now: ctx.clock.now() });
  if (!verdict.ok)
    throw blacklistError("LIST_SELF_CHECK", `A reader would refuse the keyset: ${verdict.error.message}.`, undefined, {
      code: verdict.code,
    });
  await insertKeyset(tx, { version, threshold, raw, expires_at: parseTimestamp(expires_at) });
  const detail = { after: { digest: file.digest, threshold, signers: proposal.signatures.map(({ key_id }) => key_id) } };
  await appendAudit(tx, { actor: proposal.proposed_by, action: "keyset.publish", entity: "keyset", entityId: String(version), detail });
  return { published: true, version, digest: file.digest, threshold };
}

/** The first keyset has none before it: readers pin its keys by hand. */
function trustedBefore(body: KeysetBody, { version, threshold, keys }: CurrentKeys): TrustedKeys {
  if (version > 0) return { version, threshold, keys: listKeysOf({ keys }) };
  return { ...trustedKeys(body), version: 0 };
}

/** Whether the thresholds of the keys in force and of the new ones have signed. */
async function bothAgree({ signatures }: Proposal, next: KeysetBody, current: CurrentKeys): Promise<boolean> {
  const signed = new Set(signatures.map(({ key_id }) => key_id));
  for (const { keys, threshold } of [current, next]) {
    const ids = await Promise.all(listKeysOf({ keys }).map((key) => keyId(key)));
    if (ids.filter((id) => signed.has(id)).length < threshold) return false;
  }
  return true;
}
