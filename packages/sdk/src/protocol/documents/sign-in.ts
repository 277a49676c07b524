import { type Draft, draftDocument } from "../document-draft.ts";
import { type DocumentHead, LINE_TEXT, PUBLIC_KEY, readDocument, SENT } from "../document-rules.ts";

/** Answers a registry's challenge with any key. Gives a short session that reads and changes nothing. */
export interface SignIn extends DocumentHead<"sign-in"> {
  readonly pubkey: string;
  readonly challenge: string;
  readonly signature?: string;
}

/**
 * Reads a sign-in.
 *
 * @throws {OmlaError} DOCUMENT_SCHEMA | KEY_INVALID with the path of the field
 * @see docs/spec/3-identity.md clause 3.26
 */
export function readSignIn(value: unknown, path?: string): SignIn {
  return readDocument("sign-in", value, { ...SENT, pubkey: PUBLIC_KEY, challenge: LINE_TEXT }, path) as unknown as SignIn;
}

/** An unsigned sign-in. @throws {OmlaError} as {@link readSignIn} */
export function buildSignIn(fields: Draft<SignIn>): SignIn {
  return readSignIn(draftDocument("sign-in", fields));
}
