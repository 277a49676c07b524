import { type BlacklistBody, canonicalize, type FileSignature, type KeysetBody, keyId, verify } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import { appendAudit } from "../audit/repository.ts";
import { type Draft, draftList } from "./draft-service.ts";
import { blacklistError } from "./errors.ts";
import { currentKeys, listKeysOf } from "./keyset-service.ts";
import { type OfflineFile, readOfflineFile } from "./offline-file.ts";
import {
  findOpenProposal,
  findProposal,
  findProposals,
  insertProposal,
  markApproved,
  type Proposal,
  type ProposalKind,
  storeSignatures,
} from "./proposal-repository.ts";

/** A proposal that is not published yet, and what it waits for. */
export interface Waiting {
  readonly published: false;
  readonly kind: ProposalKind;
  /** The sequence of a list, the version of a keyset. */
  readonly number: number;
  readonly digest: string;
  /** What each signer signs, in hex: 50 bytes for a list, 47 for a keyset. */
  readonly message_hex: string;
  readonly changed: number;
  readonly signatures: number;
  readonly threshold: number;
  /** Two members of the board must approve, or two keys sign. */
  readonly needs_approval: boolean;
}

const KEPT_MS = 3 * 86_400_000;
const LISTED_PROPOSALS = 50;

/** Generates the next list and leaves it for its signers; an open proposal that says the same stays. */
export async function proposeList(ctx: AppContext, tx: Tx, actor: string): Promise<Waiting> {
  await ctx.keys.refresh?.();
  return proposeDraft(ctx, tx, await draftList(ctx, tx, "due"), actor);
}

/** @throws {ApiError} KEYSET_MISSING where there are no keys yet that could sign */
export async function proposeDraft(ctx: AppContext, tx: Tx, draft: Draft, actor: string): Promise<Waiting> {
  const { file, changed, needsTwo } = draft;
  if (file.body.keyset_version === 0)
    throw blacklistError("KEYSET_MISSING", "There is no keyset, so nobody can sign: propose a keyset first.");
  const open = await findOpenProposal(tx, "blacklist");
  if (open !== undefined && saysTheSame(open, file.body, ctx.clock.now())) return waitingOf(tx, open);
  return propose(tx, file, file.body.sequence, changed, needsTwo, actor);
}

/** Stores a file for its signers, in the place of the one that waited before. */
export async function propose(
  tx: Tx,
  file: OfflineFile,
  number: number,
  changed: number,
  needs_two: boolean,
  proposed_by: string,
): Promise<Waiting> {
  const kind = file.type as ProposalKind;
  const body = canonicalize(file.body);
  await insertProposal(tx, { digest: file.digest, kind, number, body, changed, needs_two, proposed_by });
  const detail = { after: { kind, number, changed, needs_two } };
  await appendAudit(tx, { actor: proposed_by, action: `${kind}.propose`, entity: "list_proposal", entityId: file.digest, detail });
  return waitingOf(tx, await requireProposal(tx, file.digest));
}

/** What differs is only when it was generated, and that is not long ago. */
function saysTheSame(open: Proposal, next: BlacklistBody, now: Date): boolean {
  const held = JSON.parse(open.body) as BlacklistBody;
  const timeless = ({ generated_at: _g, next_update: _n, expires_at: _e, ...body }: BlacklistBody): string => canonicalize(body);
  const young = now.getTime() - Date.parse(held.generated_at) < KEPT_MS && now < new Date(held.next_update);
  return young && timeless(held) === timeless(next);
}

/**
 * Adds signatures that were made elsewhere, after checking each; whether they are enough is decided by who publishes.
 *
 * @returns the proposal with all its signatures
 * @throws {ApiError} PROPOSAL_UNKNOWN | PROPOSAL_CLOSED | SIGNER_UNKNOWN | PROPOSAL_SIGNATURE with the path
 */
export async function addSignatures(tx: Tx, digest: string, signatures: readonly FileSignature[]): Promise<Proposal> {
  const proposal = await requireProposal(tx, digest);
  const signers = await signersOf(tx, proposal);
  const message = (await fileOf(proposal)).message;
  for (const [index, signature] of signatures.entries()) await checkSignature(signature, message, signers, `signatures[${index}]`);
  const all = new Map([...proposal.signatures, ...signatures].map((signature) => [signature.key_id, signature]));
  await storeSignatures(tx, digest, [...all.values()]);
  return { ...proposal, signatures: [...all.values()] };
}

/** The public keys that may sign a proposal, by key id. */
async function signersOf(tx: Tx, proposal: Proposal): Promise<Map<string, string>> {
  const own = proposal.kind === "keyset" ? listKeysOf(JSON.parse(proposal.body) as KeysetBody) : [];
  const keys = [...new Set([...listKeysOf(await currentKeys(tx)), ...own])];
  return new Map(await Promise.all(keys.map(async (key) => [await keyId(key), key] as const)));
}

async function checkSignature(
  { key_id, sig }: FileSignature,
  message: Uint8Array,
  signers: ReadonlyMap<string, string>,
  path: string,
): Promise<void> {
  const key = signers.get(key_id);
  if (key === undefined) throw blacklistError("SIGNER_UNKNOWN", `${key_id} may not sign this.`, `${path}.key_id`);
  if (!(await verify(sig, message, key))) throw blacklistError("PROPOSAL_SIGNATURE", `This is no signature of ${key_id}.`, `${path}.sig`);
}

/** @throws {ApiError} PROPOSAL_UNKNOWN | PROPOSAL_CLOSED */
export async function requireProposal(tx: Tx, digest: string, kind?: ProposalKind): Promise<Proposal> {
  const proposal = /^[0-9a-f]{64}$/.test(digest) ? await findProposal(tx, digest) : undefined;
  if (proposal === undefined || (kind !== undefined && proposal.kind !== kind))
    throw blacklistError("PROPOSAL_UNKNOWN", `Nothing was proposed under ${digest.slice(0, 64)}.`);
  if (proposal.status !== "open") throw blacklistError("PROPOSAL_CLOSED", `This proposal is ${proposal.status}.`);
  return proposal;
}

/** Notes that two members of the board agreed. */
export async function approve(tx: Tx, digest: string): Promise<Proposal> {
  await requireProposal(tx, digest);
  await markApproved(tx, digest);
  return requireProposal(tx, digest);
}

export function fileOf(proposal: Proposal): Promise<OfflineFile> {
  return readOfflineFile(proposal.body);
}

/** Two people stand behind a proposal where the board approved it, or two keys of the keyset in force signed it by hand. */
export async function lacksSecondPerson(tx: Tx, { needs_two, approved_at, signatures }: Proposal): Promise<boolean> {
  if (!needs_two || approved_at !== null) return false;
  const inForce = new Set(await Promise.all(listKeysOf(await currentKeys(tx)).map((key) => keyId(key))));
  return signatures.filter(({ key_id }) => inForce.has(key_id)).length < 2;
}

export async function waitingOf(tx: Tx, proposal: Proposal): Promise<Waiting> {
  const { kind, number, digest, changed, signatures } = proposal;
  const own = kind === "keyset" ? (JSON.parse(proposal.body) as KeysetBody).threshold : 0;
  return {
    published: false,
    kind,
    number,
    digest,
    message_hex: messageHex(kind, digest),
    changed,
    signatures: signatures.length,
    threshold: Math.max((await currentKeys(tx)).threshold, own),
    needs_approval: await lacksSecondPerson(tx, proposal),
  };
}

/** The signing message without reading the body again: prefix, zero byte, digest. */
function messageHex(kind: ProposalKind, digest: string): string {
  return `${Buffer.from(`omla.${kind}.v1\0`).toString("hex")}${digest}`;
}

/** What waits and what waited, newest first. */
export async function listProposals(tx: Tx): Promise<(Omit<Proposal, "body"> & { readonly message_hex: string })[]> {
  return (await findProposals(tx, LISTED_PROPOSALS)).map((row) => ({ ...row, message_hex: messageHex(row.kind, row.digest) }));
}

/** The exact text that is carried to the signers. @throws {ApiError} PROPOSAL_UNKNOWN | PROPOSAL_CLOSED */
export async function proposalBody(tx: Tx, digest: string): Promise<string> {
  return (await requireProposal(tx, digest)).body;
}
