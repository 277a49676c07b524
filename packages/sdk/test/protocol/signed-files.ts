import type { BlacklistContent, BlacklistEntry, SignableFile } from "../../src/protocol/index.ts";
import {
  assembleFile,
  buildBlacklist,
  keyPairFromSecretKey,
  nextEdition,
  signFile,
  toBase64,
  utf8Encode,
} from "../../src/protocol/index.ts";

/** Secret keys of the tests: seeds of one repeated byte, known to everybody. */
export const SECRETS: readonly string[] = [1, 2, 3, 4].map((byte) => toBase64(new Uint8Array(32).fill(byte)));

export async function publicKeys(secrets: readonly string[] = SECRETS): Promise<string[]> {
  return Promise.all(secrets.map(async (secret) => (await keyPairFromSecretKey(secret)).publicKey));
}

export const NOW: Date = new Date("2026-10-01T01:00:00Z");

export const MODEL_ENTRY: BlacklistEntry = {
  kind: "model",
  id: "3f2b8c1e-5d4a-4f6b-9a70-1c2d3e4f5a6b",
  address: "omla18u4cc8jaff8khxnsrsknun66dv5n87l9",
  sha256: ["e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
  locations: ["https://huggingface.co/owner/repo"],
  reason: "DELINQUENT_90D",
  since: "2026-07-01T00:00:00Z",
  enforce: "deny",
  case: "C-2026-0041",
};
export const COMPANY_ENTRY: BlacklistEntry = {
  kind: "commercial_user",
  id: "0b9c7a52-1f7e-4c0e-8f4e-6d3b2a190c77",
  name: "Example Hosting LLC",
  domains: ["example.com"],
  reason: "FALSE_REPORT",
  since: "2026-08-14T00:00:00Z",
  enforce: "warn",
  case: "C-2026-0057",
};

export function content(changes: Partial<BlacklistContent> & Record<string, unknown> = {}): BlacklistContent {
  return { ...nextEdition(null, new Date("2026-10-01T00:00:00Z")), keyset_version: 1, entries: [MODEL_ENTRY, COMPANY_ENTRY], ...changes };
}

export async function signedBytes(file: SignableFile, secrets: readonly string[] = SECRETS.slice(0, 1)): Promise<Uint8Array> {
  return utf8Encode(assembleFile(file, await signFile(file, secrets)));
}

export async function listBytes(changes?: Parameters<typeof content>[0], secrets?: readonly string[]): Promise<Uint8Array> {
  return signedBytes(await buildBlacklist(content(changes)), secrets);
}
