import { verifyDocument } from "../protocol/documents.ts";
import { readSignIn } from "../protocol/documents/sign-in.ts";
import { keyId } from "../protocol/keys.ts";
import { formatTimestamp } from "../protocol/timestamp.ts";
import { checkIssued } from "./signed-document.ts";
import { Refusal, type State } from "./state.ts";

const CHALLENGE_MS = 5 * 60_000;
const SESSION_SECONDS = 15 * 60;

/** Without a document a challenge to be signed, with one a short session. */
export async function signIn(state: State, body: Readonly<Record<string, unknown>>): Promise<object> {
  const { document } = body;
  if (document === undefined) return newChallenge(state);
  const { pubkey, challenge, registry, issued_at } = readSignIn(document);
  await verifyDocument("sign-in", document as object, pubkey);
  checkIssued(state, { issued_at });
  if (registry !== state.origin)
    throw new Refusal(401, "REGISTRY_MISMATCH", `the document is meant for ${registry}`, { path: "document.registry" });
  if (!useChallenge(state, challenge))
    throw new Refusal(401, "CHALLENGE_UNKNOWN", "this challenge is not open", { path: "document.challenge" });
  const access_token = `session-${crypto.randomUUID()}`;
  state.sessions.set(access_token, { pubkey, until: new Date(state.clock.now().getTime() + SESSION_SECONDS * 1_000) });
  return { access_token, token_type: "bearer", expires_in: SESSION_SECONDS, key_id: await keyId(pubkey) };
}

function newChallenge(state: State): object {
  const challenge = crypto.randomUUID();
  const until = new Date(state.clock.now().getTime() + CHALLENGE_MS);
  state.challenges.set(challenge, until);
  return { challenge, registry: state.origin, expires_at: formatTimestamp(until) };
}

/** A challenge is good once, for five minutes. */
export function useChallenge(state: State, challenge: string): boolean {
  const until = state.challenges.get(challenge);
  state.challenges.delete(challenge);
  return until !== undefined && until > state.clock.now();
}

/** The key of a session that is not over; undefined for any other token. */
export function sessionKey(state: State, token: string): string | undefined {
  const session = state.sessions.get(token);
  return session !== undefined && session.until > state.clock.now() ? session.pubkey : undefined;
}
