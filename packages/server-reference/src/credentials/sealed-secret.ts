import { createCipheriv, createDecipheriv, hkdfSync } from "node:crypto";

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
const VERSION = "v1.";

/**
 * Encrypts a small secret for the database: AES-256-GCM under a key that follows from the server's secret by HKDF.
 *
 * @param purpose - what the secret is for and whose it is; it opens under the same words only
 */
export function sealSecret(secret: Uint8Array, purpose: string, serverSecret: string, random: (length: number) => Uint8Array): string {
  const nonce = random(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", keyOf(serverSecret), nonce).setAAD(Buffer.from(purpose));
  const sealed = Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
  return VERSION + sealed.toString("base64url");
}

/** @returns undefined where the text was sealed under another server secret, for another purpose, or was changed */
export function openSecret(text: string, purpose: string, serverSecret: string): Uint8Array | undefined {
  const sealed = Buffer.from(text.slice(VERSION.length), "base64url");
  if (!text.startsWith(VERSION) || sealed.length <= NONCE_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv("aes-256-gcm", keyOf(serverSecret), sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(purpose)).setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch {
    return undefined;
  }
}

function keyOf(serverSecret: string): Buffer {
  return Buffer.from(hkdfSync("sha256", serverSecret, "", "omla.sealed-secret.v1", KEY_BYTES));
}
