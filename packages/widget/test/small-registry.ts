import { buildSidecar, encodeAddress, generateKeyPair, signDocument } from "@omla/sdk/protocol";
import type { Served } from "./served-page.ts";

const MODEL_ID = "0b9a2f6c-4f1e-4d6a-9c3b-7a1f2e3d4c5b";
export const PAGE = "https://hub.example/owner/model";

/** What a site serves to be registry and hub at once for one compliant model. */
export interface SmallRegistry {
  readonly address: string;
  readonly sidecar: string;
  answer(path: string): Served | undefined;
}

/** @param origin - of the site; @param now - when it answers */
export async function createSmallRegistry(origin: string, now: Date): Promise<SmallRegistry> {
  const keys = await generateKeyPair();
  const address = encodeAddress(MODEL_ID);
  const body = buildSidecar({
    model_id: MODEL_ID,
    name: "Aster 7B",
    pubkey: keys.publicKey,
    wallet: address,
    license_version: "v8-10-2025",
    sha256: ["5f".repeat(32)],
    registry: origin,
    locations: [PAGE],
    issued_at: "2026-10-01T00:00:00Z",
  });
  const sidecar = JSON.stringify(await signDocument("sidecar", body, keys.secretKey));
  const record = {
    registered: true,
    model_id: MODEL_ID,
    name: "Aster 7B",
    address,
    ed25519_pubkey: keys.publicKey,
    license_version: "v8-10-2025",
    asset_kind: "model",
    state: "COMPLIANT",
    state_since: "2026-10-05T00:00:00Z",
    registered_at: "2026-09-01T00:00:00Z",
    locations: [PAGE],
    as_of: now.toISOString(),
  };
  const json = (value: unknown): Served => ({ type: "application/json", body: JSON.stringify(value) });
  const answers: Record<string, Served> = {
    "/omla.json": { type: "application/json", body: sidecar },
    "/rest/v1/rpc/verify_many": json([MODEL_ID, address].map((query) => ({ ...record, query }))),
    "/rest/v1/rpc/resolve_splits": json([
      { wallet_address: address, wallet_rail: "stripe", percentage: "100", share: "1000000000000000000" },
    ]),
    "/rest/v1/rpc/lineage_graph": json({ nodes: [], edges: [] }),
    "/.well-known/omla": json({ rates: { model: "0.30" } }),
  };
  return { address, sidecar, answer: (path) => answers[path] };
}
