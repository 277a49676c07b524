import { buildRegistration, privateDigest, type PrivatePart, signDocument } from "@omla/sdk/protocol";
import type { Cast, Creator } from "./cast.ts";
import { hashDemoWeights } from "./weights.ts";

export interface SignedModel {
  readonly creator: Creator;
  readonly document: object;
  readonly private: PrivatePart;
  readonly model_hash: string;
}

type Terms = Pick<Parameters<typeof buildRegistration>[0], "lineage" | "contribution_splits" | "creator_currency_prefs" | "wallets">;

const DOLLARS_FIRST = [
  { code: "USD", is_backup: false },
  { code: "BTC", is_backup: true },
];

/** A base model and two that descend from it, each signed by its creator's key. */
export async function signModels(cast: Cast, registry: string, issuedAt: Date): Promise<SignedModel[]> {
  const { ada, bela, chen, dora } = cast;
  return Promise.all([
    sign(ada, registry, issuedAt, { lineage: [], contribution_splits: [], creator_currency_prefs: DOLLARS_FIRST }),
    sign(bela, registry, issuedAt, {
      lineage: [{ parent_id: ada.modelId, relationship: "distill", contribution_weight: "0.4" }],
      wallets: [{ address: chen.address, owner_pubkey: chen.keys.publicKey, label: "Chen, data" }],
      contribution_splits: [
        { recipient: "Bela", wallet: bela.address, percentage: "70" },
        { recipient: "Chen", wallet: chen.address, percentage: "30" },
      ],
      creator_currency_prefs: [{ code: "BTC", is_backup: true }],
    }),
    sign(dora, registry, issuedAt, {
      lineage: [
        { parent_id: ada.modelId, relationship: "fine-tune", contribution_weight: "0.25" },
        { parent_id: bela.modelId, relationship: "merge", contribution_weight: "0.5" },
      ],
      contribution_splits: [],
      creator_currency_prefs: [{ code: "BUZZ", is_backup: false }, ...DOLLARS_FIRST],
    }),
  ]);
}

async function sign(creator: Creator, registry: string, issuedAt: Date, terms: Terms): Promise<SignedModel> {
  const name = creator.name.toLowerCase();
  const part: PrivatePart = { rail_identifier: `acct_demo_${name}`, contact_email: `${name}@example.org`, salt: `demonstration-${name}` };
  const model_hash = await hashDemoWeights(creator.file);
  const draft = buildRegistration({
    issued_at: issuedAt,
    registry,
    model_id: creator.modelId,
    name: creator.model,
    description: `${creator.file} of face-api, registered for the demonstration.`,
    license_version: "v8-10-2025",
    ed25519_pubkey: creator.keys.publicKey,
    model_hash,
    wallet: { address: creator.address, rail: "stripe" },
    private_sha256: await privateDigest(part),
    ...terms,
  });
  return { creator, document: await signDocument("registration", draft, creator.keys.secretKey), private: part, model_hash };
}
