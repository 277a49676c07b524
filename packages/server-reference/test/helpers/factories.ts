import { randomUUID } from "node:crypto";
import {
  buildRecoveryProof,
  buildRegistration,
  encodeAddress,
  generateKeyPair,
  type KeyPair,
  privateDigest,
  type PrivatePart,
  type Registration,
  sha256Hex,
  signDocument,
  utf8Encode,
} from "@omla/sdk/protocol";
import { REGISTRY, type TestApp } from "./app.ts";
import { START } from "./clock.ts";

export interface SignedModel {
  readonly keys: KeyPair;
  readonly model_id: string;
  readonly address: string;
  readonly hash: string;
  readonly document: Registration & { registration_signature: string };
  readonly private: PrivatePart;
}

export type ModelFields = Partial<Parameters<typeof buildRegistration>[0]>;

/** A model with its own key, signed for the tests' registry; fields replace the usual ones. */
export async function signModel(fields: ModelFields = {}, keys?: KeyPair): Promise<SignedModel> {
  const pair = keys ?? (await generateKeyPair());
  const model_id = (fields.model_id as string | undefined) ?? randomUUID();
  const hash = (fields.model_hash as string | undefined) ?? (await sha256Hex(utf8Encode(model_id)));
  const part: PrivatePart = { rail_identifier: "acct_test", contact_email: "creator@example.org", salt: "0123456789abcdef" };
  const draft = buildRegistration({
    issued_at: START,
    registry: REGISTRY,
    model_id,
    name: "A model",
    license_version: "v8-10-2025",
    ed25519_pubkey: pair.publicKey,
    model_hash: hash,
    wallet: { address: encodeAddress(model_id), rail: "stripe" },
    lineage: [],
    contribution_splits: [],
    private_sha256: await privateDigest(part),
    ...fields,
  });
  const document = (await signDocument("registration", draft, pair.secretKey)) as SignedModel["document"];
  return { keys: pair, model_id, address: encodeAddress(model_id), hash, document, private: part };
}

/** The same, registered. */
export async function registerModel(test: TestApp, fields: ModelFields = {}, keys?: KeyPair): Promise<SignedModel> {
  const model = await signModel(fields, keys);
  const answer = await test.post("/functions/v1/register-model", { document: model.document, private: model.private });
  if (answer.statusCode !== 201) throw new Error(`register-model answered ${answer.statusCode}: ${answer.body}`);
  return model;
}

/** A registered model whose recovery key has proved itself. */
export async function registerModelWithRecovery(test: TestApp, recovery: KeyPair): Promise<SignedModel> {
  const keys = await generateKeyPair();
  const model_id = randomUUID();
  const proof = buildRecoveryProof({ issued_at: START, registry: REGISTRY, model_id, ed25519_pubkey: keys.publicKey });
  const recovery_proof = await signDocument("recovery-proof", proof, recovery.secretKey);
  return registerModel(test, { model_id, recovery_pubkey: recovery.publicKey, recovery_proof }, keys);
}

export interface Company {
  readonly company_id: string;
  readonly api_key: string;
}

export async function registerCompany(test: TestApp, name = "A company"): Promise<Company> {
  const answer = await test.post("/functions/v1/register-company", {
    company_name: name,
    contact_email: "office@example.com",
    domains: ["example.com"],
  });
  if (answer.statusCode !== 201) throw new Error(`register-company answered ${answer.statusCode}: ${answer.body}`);
  return answer.json() as Company;
}
