import * as z from "zod";
import { decodeAddress } from "../address.ts";
import { assertParents, assertPreferences, assertSplits } from "../document-sets.ts";
import type { RecoveryProof } from "../documents/recovery-proof.ts";
import type { Registration } from "../documents/registration.ts";
import { ASSET_KINDS, MAX } from "../forms.ts";
import { absent, address, hosterShare, line, longText, modelId, publicKey, rail, sent, sha256, signature, spec } from "./fields.ts";
import { judged } from "./judge.ts";
import { files, lineage, locations, preferences, splits } from "./sets.ts";

export const recoveryProofSchema: z.ZodType<RecoveryProof> = z.looseObject({
  spec: spec("recovery-proof"),
  ...sent,
  model_id: modelId,
  ed25519_pubkey: publicKey,
  signature: signature.exactOptional(),
});

const fields = z.looseObject({
  spec: spec("registration"),
  ...sent,
  model_id: modelId,
  name: line,
  description: longText.exactOptional(),
  domain: line.exactOptional(),
  asset_kind: z.enum(ASSET_KINDS).exactOptional(),
  license_version: line,
  ed25519_pubkey: publicKey,
  recovery_pubkey: publicKey.exactOptional(),
  recovery_proof: recoveryProofSchema.exactOptional(),
  model_hash: sha256,
  files: files.exactOptional(),
  hoster_share_pct: hosterShare.exactOptional(),
  wallet: z.looseObject({ address, rail, rail_identifier: absent }),
  wallets: z
    .array(z.looseObject({ address, owner_pubkey: publicKey, label: line, rail_identifier: absent }))
    .max(MAX.wallets)
    .exactOptional(),
  lineage,
  contribution_splits: splits,
  creator_currency_prefs: preferences.exactOptional(),
  locations: locations.exactOptional(),
  private_sha256: sha256,
  contact_email: absent,
  private: absent,
  registration_signature: signature.exactOptional(),
});

export const registrationSchema: z.ZodType<Registration> = fields
  .refine(hasMatchingRecovery, {
    path: ["recovery_proof"],
    message: "the proof must speak of this model, key and registry, by another key",
  })
  .refine(hasOwnWallets, { path: ["wallet"], message: "the primary address encodes the model id, and no wallet is named twice" })
  .check(judged((document: Registration) => assertParents(document.model_id, document.lineage, "lineage")))
  .check(judged((document: Registration) => assertSplits(document.contribution_splits, "contribution_splits")))
  .check(
    judged(({ creator_currency_prefs: prefs }: Registration) => {
      if (prefs) assertPreferences(prefs, "creator_currency_prefs");
    }),
  );

function hasMatchingRecovery(document: Registration): boolean {
  const { recovery_pubkey: key, recovery_proof: proof } = document;
  if (!key || !proof) return key === proof;
  const isSame = (["model_id", "ed25519_pubkey", "registry"] as const).every((member) => proof[member] === document[member]);
  return isSame && key !== document.ed25519_pubkey;
}

function hasOwnWallets({ model_id, wallet, wallets = [] }: Registration): boolean {
  const decoded = [wallet, ...wallets].map((item) => decodeAddress(item.address));
  return decoded[0]?.model_id === model_id && new Set(decoded.map((item) => item.address)).size === decoded.length;
}
