import { toHex } from "./bytes.ts";
import { web } from "./web.ts";

/** SHA-256 of bytes that are in memory. */
export async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
  const subtle = web.crypto?.subtle;
  if (subtle) return new Uint8Array(await subtle.digest("SHA-256", bytes));
  const { createSha256 } = await import("./incremental-sha256.ts");
  return createSha256().update(bytes).digest();
}

/** Lower-case hex of the SHA-256 of bytes that are in memory. */
export async function sha256Hex(bytes: Uint8Array): Promise<string> {
  return toHex(await sha256(bytes));
}
