import { randomBytes, randomUUID } from "node:crypto";
import {
  assembleFile,
  type BlacklistEntry,
  buildBlacklist,
  encodeAddress,
  keyPairFromSecretKey,
  nextEdition,
  signFile,
} from "@omla/sdk/protocol";

export interface ListSample {
  readonly raw: Uint8Array;
  readonly publicKey: string;
  readonly secretKey: string;
  /** Everything that the entries are found by: ids, addresses, weight hashes, domains. */
  readonly keys: readonly string[];
}

/** A signed list, nine models with an address and a weight hash to one company with a domain. */
export async function listOf(size: number): Promise<ListSample> {
  const { publicKey, secretKey } = await keyPairFromSecretKey(new Uint8Array(32).fill(7));
  const entries = Array.from({ length: size }, (_, at) => (at % 10 === 9 ? companyOf(at) : modelOf(at)));
  const list = await buildBlacklist({ ...nextEdition(null, new Date()), keyset_version: 1, entries });
  const raw = new TextEncoder().encode(assembleFile(list, await signFile(list, [secretKey])));
  return { raw, publicKey, secretKey, keys: entries.flatMap(keysOf) };
}

export function keysOf({ id, address, sha256 = [], domains = [] }: BlacklistEntry): string[] {
  return [id, ...(address === undefined ? [] : [address]), ...sha256, ...domains];
}

const factsOf = (at: number) => ({
  reason: (["DELINQUENT_90D", "FALSE_REPORT", "SPLIT_FRAUD"] as const)[at % 3] ?? "OTHER",
  since: new Date(Date.UTC(2026, 0, 1) + at * 97_000).toISOString().replace(".000", ""),
  enforce: at % 7 === 0 ? ("warn" as const) : ("deny" as const),
  case: `C-2026-${String(at).padStart(6, "0")}`,
});

function modelOf(at: number): BlacklistEntry {
  const id = randomUUID();
  return { ...factsOf(at), kind: "model", id, address: encodeAddress(id), sha256: [randomBytes(32).toString("hex")] };
}

function companyOf(at: number): BlacklistEntry {
  return { ...factsOf(at), kind: "commercial_user", id: randomUUID(), name: `Company ${at}`, domains: [`company-${at}.example`] };
}
