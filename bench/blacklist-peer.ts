import { CompactSign, compactVerify, importJWK } from "jose";
import * as z from "zod";

const HEX = /^[0-9a-f]{64}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const entry = z.looseObject({
  kind: z.string(),
  id: z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
  address: z
    .string()
    .regex(/^omla1[a-z0-9]{32,58}$/)
    .optional(),
  sha256: z.array(z.string().regex(HEX)).optional(),
  name: z.string().optional(),
  domains: z.array(z.string()).optional(),
  locations: z.array(z.string()).optional(),
  reason: z.string(),
  since: z.string().regex(TIME),
  enforce: z.string(),
  case: z.string(),
});
const list = z.looseObject({
  spec: z.literal("omla-blacklist/1"),
  sequence: z.int().min(1),
  generated_at: z.string().regex(TIME),
  next_update: z.string().regex(TIME),
  expires_at: z.string().regex(TIME),
  prev_sha256: z.string().regex(HEX),
  entry_count: z.int(),
  entries: z.array(entry),
});

const asJwk = (publicKey: string, secretKey?: string) => ({
  kty: "OKP",
  crv: "Ed25519",
  alg: "EdDSA",
  x: Buffer.from(publicKey, "base64").toString("base64url"),
  ...(secretKey === undefined ? {} : { d: Buffer.from(secretKey, "base64").toString("base64url") }),
});

/** The same list as a JSON web signature, as one would publish it with jose. */
export async function asToken(raw: Uint8Array, publicKey: string, secretKey: string): Promise<string> {
  const key = await importJWK(asJwk(publicKey, secretKey), "EdDSA");
  return new CompactSign(raw).setProtectedHeader({ alg: "EdDSA" }).sign(key);
}

/** What one writes first: jose verifies, JSON.parse parses, zod checks, Maps find. It does not look at canonical form or checksums. */
export async function readWithPeers(token: string, publicKey: string): Promise<Map<string, unknown>[]> {
  const { payload } = await compactVerify(token, await importJWK(asJwk(publicKey), "EdDSA"));
  const { entries } = list.parse(JSON.parse(new TextDecoder().decode(payload)));
  const [ids, addresses, hashes, domains] = [new Map(), new Map(), new Map(), new Map()] as Map<string, unknown>[] & { length: 4 };
  for (const listed of entries) {
    ids?.set(`${listed.kind} ${listed.id}`, listed);
    if (listed.address !== undefined) addresses?.set(listed.address, listed);
    for (const hash of listed.sha256 ?? []) hashes?.set(hash, listed);
    for (const domain of listed.domains ?? []) domains?.set(domain, listed);
  }
  return [ids, addresses, hashes, domains].filter((map) => map !== undefined);
}
