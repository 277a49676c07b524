import { concatBytes, fromBase64, toHex, utf8Encode } from "./bytes.ts";
import { canonicalize, type JsonObject, parseStrictJson } from "./canonical-json.ts";
import { DOCUMENT_SCHEMA, KEY_INVALID, SIGNATURE_INVALID, SIGNATURE_MEMBER } from "./codes/documents.ts";
import { CANONICAL_JSON } from "./codes/values.ts";
import { protocolError } from "./errors.ts";
import { isPublicKey } from "./keys.ts";
import { sha256 } from "./sha256.ts";
import { ONE, SEVERAL } from "./signature-members.ts";
import { sign, verify } from "./signing.ts";

/** Each document type with its signature members; the first of them is the one that `signDocument` adds. */
export const DOCUMENT_TYPES: DocumentTypes = {
  registration: ["registration_signature"],
  mutation: ONE,
  "key-rotation": ONE,
  "key-challenge": ONE,
  "hoster-claim": ONE,
  "hoster-verification": ONE,
  "hoster-report": ONE,
  "recovery-proof": ONE,
  "sign-in": ONE,
  sidecar: ONE,
  blacklist: SEVERAL,
  heartbeat: SEVERAL,
  keyset: SEVERAL,
  statement: ONE,
  batch: ONE,
};

type One = "mutation" | "key-rotation" | "key-challenge" | "hoster-claim" | "hoster-verification" | "hoster-report" | "recovery-proof";
type OneToo = "sign-in" | "sidecar" | "statement" | "batch";

interface DocumentTypes
  extends Readonly<Record<"registration", readonly ["registration_signature"]>>,
    Readonly<Record<One | OneToo, readonly ["signature"]>>,
    Readonly<Record<"blacklist" | "heartbeat" | "keyset", readonly ["signature", "signatures"]>> {}

export type DocumentType = keyof typeof DOCUMENT_TYPES;

/**
 * What is signed of a document: all members but the type's own signature members. Unknown members stay inside.
 *
 * @throws {OmlaError} SIGNATURE_MEMBER where another top-level name begins with `signature` or is another type's signature member
 * @see docs/spec/3-identity.md clauses 3.13 to 3.15
 */
export function signedBody<T extends object>(
  type: DocumentType,
  document: T,
): Omit<T, "signature" | "signatures" | "registration_signature"> {
  const own: readonly string[] = signatureMembers(type);
  const body: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(document)) {
    if (own.includes(name)) continue;
    if (name.startsWith("signature") || name === "registration_signature") {
      throw protocolError(SIGNATURE_MEMBER, `the member ${JSON.stringify(name)} is reserved in a ${type}`, name);
    }
    body[name] = value;
  }
  return body as Omit<T, "signature" | "signatures" | "registration_signature">;
}

/** The bytes that Ed25519 signs: `omla.<type>.v1`, a zero byte, and the SHA-256 of the body's canonical form. */
export async function documentMessage(type: DocumentType, body: object): Promise<Uint8Array> {
  return messageOf(type, await sha256(utf8Encode(canonicalize(body))));
}

/**
 * The name of a document for ever: hex SHA-256 of its canonical body. A signature is never used as a name.
 *
 * @throws {OmlaError} CANONICAL_JSON | SIGNATURE_MEMBER
 * @see docs/spec/3-identity.md clause 3.16
 */
export async function documentDigest(type: DocumentType, document: object): Promise<string> {
  return toHex(await sha256(utf8Encode(canonicalize(signedBody(type, document)))));
}

/**
 * Signs a document: gives it back with its signature member, in the place of one that stood there.
 *
 * @param secretKey - base64, 32-byte seed or tweetnacl's 64 bytes
 * @throws {OmlaError} CANONICAL_JSON | SIGNATURE_MEMBER | KEY_INVALID
 * @see docs/spec/3-identity.md clauses 3.12 to 3.15 and vectors/documents.json
 */
export async function signDocument<K extends DocumentType, T extends object>(
  type: K,
  document: T,
  secretKey: string | Uint8Array,
): Promise<T & Record<(typeof DOCUMENT_TYPES)[K][0], string>> {
  const member = signatureMembers(type)[0];
  const signature = await sign(await documentMessage(type, signedBody(type, document)), secretKey);
  return { ...document, [member]: signature } as T & Record<(typeof DOCUMENT_TYPES)[K][0], string>;
}

/**
 * Verifies a signed document, then gives back exactly what was verified.
 *
 * @param document - the text as it arrived (the safe way: a parsed object hides a member that stood twice), or an object
 * @param publicKey - the key that must have signed; who that is, is the caller's knowledge, never the document's
 * @returns the document and the hex digest of its body
 * @throws {OmlaError} CANONICAL_JSON | SIGNATURE_MEMBER | KEY_INVALID | SIGNATURE_INVALID
 * @see docs/spec/3-identity.md clauses 3.12 to 3.15 and vectors/documents.json
 */
export async function verifyDocument<T extends object = JsonObject>(
  type: DocumentType,
  document: T | string,
  publicKey: string,
): Promise<{ document: T; digest: string }> {
  const snapshot = takeDocument(document);
  const body = signedBody(type, snapshot);
  if (!isPublicKey(publicKey)) throw protocolError(KEY_INVALID, "a public key is 32 bytes in standard base64 (44 characters)");
  const member = signatureMembers(type)[0];
  const signature = snapshot[member];
  if (typeof signature !== "string" || fromBase64(signature)?.length !== 64) {
    throw protocolError(SIGNATURE_INVALID, `${member} is not a signature (64 bytes, 88 base64 characters)`, member);
  }
  const digest = await sha256(utf8Encode(canonicalize(body)));
  if (!(await verify(signature, messageOf(type, digest), publicKey))) {
    throw protocolError(SIGNATURE_INVALID, "the signature does not belong to this document and key", member);
  }
  return { document: snapshot as T, digest: toHex(digest) };
}

/** A copy in the strict subset, so that what is verified and what is used afterwards are the same. */
export function takeDocument(document: object | string): JsonObject {
  const value = parseStrictJson(typeof document === "string" ? document : canonicalize(document));
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw protocolError(CANONICAL_JSON, "a document is a JSON object");
  }
  return value;
}

function signatureMembers(type: DocumentType): readonly [string, ...string[]] {
  if (!Object.hasOwn(DOCUMENT_TYPES, type)) throw protocolError(DOCUMENT_SCHEMA, `there is no document type ${JSON.stringify(type)}`);
  return DOCUMENT_TYPES[type];
}

function messageOf(type: DocumentType, digest: Uint8Array): Uint8Array {
  return concatBytes(utf8Encode(`omla.${type}.v1\0`), digest);
}
