import { createHash, createPrivateKey, createPublicKey, sign } from "node:crypto";

/** A key pair of a fixed seed, known to everybody; made by Node's crypto and not by the code that the vectors are for. */
export interface Signer {
  readonly publicKey: string;
  readonly keyId: string;
  sign(message: Uint8Array): string;
}

export interface FileSignature {
  readonly key_id: string;
  readonly sig: string;
}

/** RFC 8410: what stands before a seed in PKCS #8, and before a public key in SPKI. */
const PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");
const SPKI_LENGTH = 12;

/** The key of 32 times the same byte. */
export function signer(byte: number): Signer {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, Buffer.alloc(32, byte)]), format: "der", type: "pkcs8" });
  const raw = createPublicKey(key).export({ format: "der", type: "spki" }).subarray(SPKI_LENGTH);
  const id = sha256(Buffer.concat([Buffer.from("omla.key.v1\0"), raw])).subarray(0, 8);
  return {
    publicKey: raw.toString("base64"),
    keyId: `ed25519:${id.toString("hex")}`,
    sign: (message) => sign(null, message, key).toString("base64"),
  };
}

export function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}

/** Canonical JSON of the plain data that stands in this folder: text, whole numbers, true, false, null. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(",")}}`;
}

/** `omla.<type>.v1`, a zero byte, SHA-256 of the canonical body. */
export function messageOf(type: string, body: object): Buffer {
  return Buffer.concat([Buffer.from(`omla.${type}.v1\0`), sha256(Buffer.from(canonical(body)))]);
}

export function signaturesOf(type: string, body: object, signers: readonly Signer[]): FileSignature[] {
  return signers.map((each) => ({ key_id: each.keyId, sig: each.sign(messageOf(type, body)) }));
}

/** A file as it is published: canonical, with one newline, `signature` repeating the first. */
export function signedFile(type: string, body: object, signers: readonly Signer[]): string {
  const signatures = signaturesOf(type, body, signers);
  return `${canonical({ ...body, signature: signatures[0]?.sig, signatures })}\n`;
}

/** A document with the one signature of its type. */
export function signedDocument(type: string, body: object, by: Signer, member = "signature"): object {
  return { ...body, [member]: by.sign(messageOf(type, body)) };
}

export function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
