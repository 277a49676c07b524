import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";
import type { Admin } from "./admin.ts";
import { APP_ROLE } from "./role.ts";

const ITERATIONS = 4_096;
const SALT_BYTES = 16;
const KEY_BYTES = 32;

/**
 * Lets the server's role log in with a password.
 *
 * Only the verifier of SCRAM-SHA-256 is sent, so that the password stands in no log of the database.
 * @param password - printable ASCII, which needs no further preparation
 */
export async function setAppPassword(admin: Admin, password: string): Promise<void> {
  const verifier = scramVerifier(password, randomBytes(SALT_BYTES));
  await admin.run((client) => client.query(`alter role ${APP_ROLE} login password '${verifier}'`));
}

/** What PostgreSQL stores of a password (RFC 5803). */
export function scramVerifier(password: string, salt: Buffer): string {
  const salted = pbkdf2Sync(password, salt, ITERATIONS, KEY_BYTES, "sha256");
  const hmac = (text: string): Buffer => createHmac("sha256", salted).update(text).digest();
  const stored = createHash("sha256").update(hmac("Client Key")).digest("base64");
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString("base64")}$${stored}:${hmac("Server Key").toString("base64")}`;
}
