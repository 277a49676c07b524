import { buildSignIn } from "../protocol/documents/sign-in.ts";
import { signDocument } from "../protocol/documents.ts";
import type { KeyPair } from "../protocol/keys.ts";
import { expectMembers } from "./answer.ts";
import type { CallOptions } from "./call.ts";
import { OmlaVersionError } from "./errors.ts";
import type { Registry } from "./registry.ts";

/** A session that reads and changes nothing. */
export interface Session {
  /** Pass it to createClient as `accessToken`. */
  readonly access_token: string;
  readonly expires_in: number;
}

/**
 * Signs the registry's challenge with a key and gives a session.
 *
 * The document names the registry that was asked, never one that the answer names: it would be valid there.
 *
 * @throws {OmlaVersionError} REGISTRY_NAME
 */
export async function signIn(registry: Registry, keys: KeyPair, now: () => Date, options?: CallOptions): Promise<Session> {
  const asked = await registry.act("sign-in", {}, { ...options, reads: true });
  const { challenge, registry: name } = expectMembers<{ challenge: string; registry: string }>(
    asked,
    { challenge: "string", registry: "string" },
    "the challenge",
  );
  const { origin } = new URL(registry.url);
  if (name !== origin) {
    throw new OmlaVersionError("REGISTRY_NAME", `${origin} calls itself ${name}`, {
      hint: `Use ${name} as \`url\` if that is the registry you mean.`,
    });
  }
  const document = buildSignIn({ registry: origin, issued_at: now(), pubkey: keys.publicKey, challenge });
  const answer = await registry.act("sign-in", { document: await signDocument("sign-in", document, keys.secretKey) }, options);
  return expectMembers<Session>(answer, { access_token: "string", expires_in: "number" }, "the session");
}
