import {
  type HosterReport,
  type HosterVerification,
  readHosterReport,
  readHosterVerification,
  verifyHosterClaim,
} from "../protocol/documents/hoster.ts";
import { type HosterClaim, type HosterFork, resolveHosterFork } from "../protocol/hoster-fork.ts";
import { quarterEnd, quarterStart } from "../protocol/quarter.ts";
import type { HosterAccrual, HosterClaimStanding, ReportedVolume } from "../client/hosters.ts";
import { keysOf } from "./mutations.ts";
import { lockModel } from "./rotations.ts";
import { useChallenge } from "./sessions.ts";
import { checkIssued, documentOf, takeDocument, verifyByOne } from "./signed-document.ts";
import { Refusal, type State, type StoredClaim } from "./state.ts";

const OPEN_AFTER_QUARTER_MS = 15 * 86_400_000;

/** A claim to host a model, or the model's word about one. */
export async function claimOrVerify(state: State, body: Readonly<Record<string, unknown>>): Promise<HosterClaimStanding> {
  const { type, sent } = documentOf(body, ["hoster-claim", "hoster-verification"]);
  return type === "hoster-claim" ? claim(state, sent, body["private"]) : verify(state, readHosterVerification(sent), body["private"]);
}

async function claim(state: State, sent: object, beside: unknown): Promise<HosterClaimStanding> {
  const { document, digest } = await verifyHosterClaim(sent);
  checkIssued(state, document);
  await takeDocument(state, document, digest, beside, undefined);
  const { model_id, hoster_pubkey, wallet, challenge } = document;
  if (state.models.get(model_id)?.isActive !== true)
    throw new Refusal(404, "MODEL_NOT_FOUND", `no model ${model_id}`, { path: "model_id" });
  if (!state.wallets.has(wallet.toLowerCase()))
    throw new Refusal(422, "WALLET_UNKNOWN", `${wallet} is no wallet of this registry`, {
      path: "wallet",
      hint: "Register the wallet first.",
    });
  const earlier = state.claims.filter((other) => other.model_id === model_id && other.hoster_pubkey === hoster_pubkey);
  if (earlier.some(({ isRevoked }) => !isRevoked))
    throw new Refusal(409, "HOSTER_CLAIM_EXISTS", "this key claims to host this model already", { path: "hoster_pubkey" });
  if (earlier.length > 0 && !useChallenge(state, challenge ?? ""))
    throw new Refusal(409, "CHALLENGE_REQUIRED", "an earlier claim was revoked: a new one needs a fresh challenge", { path: "challenge" });
  const claim_id = crypto.randomUUID();
  state.claims.push({ claim_id, model_id, hoster_pubkey, wallet: wallet.toLowerCase(), isVerified: false, isRevoked: false, volumes: [] });
  state.documents.add(digest);
  return { claim_id, model_id, verified: false };
}

async function verify(state: State, document: HosterVerification, beside: unknown): Promise<HosterClaimStanding> {
  checkIssued(state, document);
  const { model_id, hoster_pubkey, verified: isVerified, nonce } = document;
  const verified = await verifyByOne("hoster-verification", document, keysOf(state.models.get(model_id)));
  await takeDocument(state, document, verified.digest, beside, undefined);
  const model = lockModel(state, verified);
  if (verified.signer !== model.document.ed25519_pubkey)
    throw new Refusal(403, "KEY_NOT_ALLOWED", "only the model's key verifies its hosters");
  const found = openClaim(state, model_id, hoster_pubkey);
  if (isVerified) found.isVerified = true;
  else found.isRevoked = true;
  model.nonce = nonce;
  state.documents.add(verified.digest);
  return { claim_id: found.claim_id, model_id, verified: isVerified };
}

function openClaim(state: State, modelId: string, hosterKey: string): StoredClaim {
  const found = state.claims.find(
    ({ model_id, hoster_pubkey, isRevoked }) => model_id === modelId && hoster_pubkey === hosterKey && !isRevoked,
  );
  if (found !== undefined) return found;
  throw new Refusal(404, "HOSTER_CLAIM_NOT_FOUND", "no claim of this key on this model", { path: "hoster_pubkey" });
}

/** Takes a quarter's volume by the hoster's key, until 15 days after the quarter. @see docs/spec/3-identity.md clause 3.24 */
export async function reportVolume(state: State, body: Readonly<Record<string, unknown>>): Promise<ReportedVolume> {
  const document = readHosterReport(documentOf(body, ["hoster-report"]).sent);
  checkIssued(state, document);
  const { digest } = await verifyByOne("hoster-report", document, [document.hoster_pubkey]);
  await takeDocument(state, document, digest, body["private"], undefined);
  const { model_id, hoster_pubkey, quarter, revision, inferences } = document;
  const { claim_id, volumes } = openClaim(state, model_id, hoster_pubkey);
  assertOpen(document, state.clock.now());
  if (volumes.some((volume) => volume.quarter === quarter && volume.revision >= revision))
    throw new Refusal(409, "HOSTER_REPORT_EXISTS", "this revision, or a later one, was reported", {
      path: "revision",
      hint: "Sign again with a higher revision.",
    });
  volumes.push({ quarter, revision, inferences });
  state.documents.add(digest);
  return { claim_id, quarter, revision };
}

function assertOpen({ quarter }: HosterReport, now: Date): void {
  if (now < quarterStart(quarter)) throw new Refusal(422, "QUARTER_NOT_BEGUN", `${quarter} has not begun`, { path: "quarter" });
  if (now.getTime() > quarterEnd(quarter).getTime() + OPEN_AFTER_QUARTER_MS)
    throw new Refusal(409, "HOSTER_REPORT_CLOSED", `volumes of ${quarter} closed 15 days after its end`, { path: "quarter" });
}

/** The part of a line's royalty that is its hosters', by what they reported for the quarter. */
export function forkOf(state: State, modelId: string, quarter: string, royalty_usd: string, hoster_share_pct: string): HosterFork {
  return resolveHosterFork({ royalty_usd, hoster_share_pct, claims: claimsOf(state, modelId, quarter) });
}

function claimsOf(state: State, modelId: string, quarter: string): HosterClaim[] {
  return state.claims
    .filter(({ model_id }) => model_id === modelId)
    .map((claim) => ({
      ...{ hoster_id: claim.claim_id, verified: claim.isVerified, revoked: claim.isRevoked },
      inferences: latestVolumes(claim).find((volume) => volume.quarter === quarter)?.inferences ?? 0,
    }));
}

function latestVolumes({ volumes }: StoredClaim): StoredClaim["volumes"] {
  return volumes
    .filter(({ quarter, revision }) => !volumes.some((other) => other.quarter === quarter && other.revision > revision))
    .sort((a, b) => (a.quarter < b.quarter ? -1 : 1));
}

/** What a hoster's key claimed and reported. The registry of a test plans no payout, so that nothing has accrued. */
export function accrualsOf(state: State, pubkey: string): HosterAccrual[] {
  const nothing = { accrued_usd: "0.000000", by_volume_usd: "0.000000", settled_usd: "0.000000" };
  return state.claims
    .filter(({ hoster_pubkey }) => hoster_pubkey === pubkey)
    .map((claim) => {
      const { claim_id, model_id, isVerified: verified, isRevoked: revoked } = claim;
      const model_name = state.models.get(model_id)?.document.name ?? model_id;
      return { claim_id, model_id, model_name, verified, revoked, volumes: latestVolumes(claim), ...nothing };
    });
}
