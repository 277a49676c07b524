import * as z from "zod";
import type { Batch } from "../documents/batch.ts";
import type { HosterClaimDocument, HosterReport, HosterVerification } from "../documents/hoster.ts";
import type { KeyChallenge, KeyRotation } from "../documents/key-rotation.ts";
import type { PrivatePart } from "../documents/private-part.ts";
import type { Sidecar } from "../documents/sidecar.ts";
import type { SignIn } from "../documents/sign-in.ts";
import type { Statement } from "../documents/statement.ts";
import { MAX } from "../forms.ts";
import {
  address,
  complianceState,
  count,
  currencyCode,
  httpsUrl,
  line,
  modelId,
  numberFrom1,
  origin,
  publicKey,
  quarter,
  rail,
  sent,
  sha256,
  signature,
  spec,
  timestamp,
  usd,
  uuid,
} from "./fields.ts";
import { locations } from "./sets.ts";

const signed = { signature: signature.exactOptional() };
const generated = { generated_at: timestamp, registry: origin };

export const keyRotationSchema: z.ZodType<KeyRotation> = z
  .looseObject({
    spec: spec("key-rotation"),
    ...sent,
    model_id: modelId,
    nonce: numberFrom1,
    new_pubkey: publicKey.exactOptional(),
    new_recovery_pubkey: publicKey.exactOptional(),
    ...signed,
  })
  .refine((rotation) => (rotation.new_pubkey === undefined) !== (rotation.new_recovery_pubkey === undefined), {
    path: ["new_pubkey"],
    message: "one new key, not both",
  });

export const keyChallengeSchema: z.ZodType<KeyChallenge> = z.looseObject({
  spec: spec("key-challenge"),
  ...sent,
  model_id: modelId,
  nonce: numberFrom1,
  rotation_digest: sha256,
  ...signed,
});

export const hosterClaimSchema: z.ZodType<HosterClaimDocument> = z.looseObject({
  spec: spec("hoster-claim"),
  ...sent,
  model_id: modelId,
  hoster_pubkey: publicKey,
  name: line,
  wallet: address,
  host_signature: signature,
  challenge: line.exactOptional(),
  ...signed,
});

export const hosterVerificationSchema: z.ZodType<HosterVerification> = z.looseObject({
  spec: spec("hoster-verification"),
  ...sent,
  model_id: modelId,
  hoster_pubkey: publicKey,
  verified: z.boolean(),
  nonce: numberFrom1,
  ...signed,
});

export const hosterReportSchema: z.ZodType<HosterReport> = z.looseObject({
  spec: spec("hoster-report"),
  ...sent,
  model_id: modelId,
  hoster_pubkey: publicKey,
  quarter,
  inferences: count,
  revision: numberFrom1,
  ...signed,
});

export const signInSchema: z.ZodType<SignIn> = z.looseObject({
  spec: spec("sign-in"),
  ...sent,
  pubkey: publicKey,
  challenge: line,
  ...signed,
});

export const sidecarSchema: z.ZodType<Sidecar> = z.looseObject({
  $schema: httpsUrl.exactOptional(),
  spec: spec("sidecar"),
  ...sent,
  model_id: modelId,
  name: line,
  pubkey: publicKey,
  wallet: address,
  license_version: line,
  sha256: z.array(sha256).max(MAX.hashes),
  locations,
  ...signed,
});

export const statementSchema: z.ZodType<Statement> = z.looseObject({
  spec: spec("statement"),
  ...generated,
  company_id: uuid,
  company_name: line,
  quarter,
  state: complianceState,
  state_since: timestamp,
  reported: z.boolean(),
  line_count: count,
  royalty_usd: usd,
  deducted_fees_usd: usd,
  net_royalty_usd: usd,
  settled_usd: usd,
  ...signed,
});

export const batchSchema: z.ZodType<Batch> = z.looseObject({
  spec: spec("batch"),
  ...generated,
  run_id: uuid,
  quarter,
  lineage_policy: z.enum(["sequential", "declared"]),
  line_count: count,
  unfunded_count: count,
  distributed_usd: usd,
  creator_pool_usd: usd,
  hoster_pool_usd: usd,
  carried_usd: usd,
  totals: z.array(z.looseObject({ rail, currency: currencyCode, payment_count: count, amount_usd: usd })).max(MAX.totals),
  ...signed,
});

/** What travels beside a registration or a change of rail, and is never published. */
export const privatePartSchema: z.ZodType<PrivatePart> = z.looseObject({
  rail_identifier: line,
  contact_email: z
    .string()
    .max(MAX.line)
    .regex(/^[^\s@]+@[^\s@]+$/)
    .exactOptional(),
  salt: z
    .string()
    .max(MAX.line)
    .regex(/^\S{16,}$/),
});
