import { describe, expect, it } from "vitest";
import { encodeAddress } from "../../../src/protocol/address.ts";
import { signDocument, verifyDocument } from "../../../src/protocol/documents.ts";
import { buildRecoveryProof } from "../../../src/protocol/documents/recovery-proof.ts";
import { buildRegistration, readRegistration, verifyRegistration } from "../../../src/protocol/documents/registration.ts";
import type { KeyPair } from "../../../src/protocol/keys.ts";
import { KEYS } from "../document-samples.ts";

const [creator, recovery, other] = KEYS as [KeyPair, KeyPair, KeyPair];
const MODEL_ID = "3f2b8c1e-5d4a-4f6b-9a70-1c2d3e4f5a6b";
const PARENT_ID = "0b9c7a52-1f7e-4c0e-8f4e-6d3b2a190c77";
const ALICE = encodeAddress(new Uint8Array(16).fill(1));
const BOB = encodeAddress(new Uint8Array(16).fill(2));
const HASH = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** The example of the documents: numbers where a person would write numbers. */
const fields = {
  issued_at: new Date("2026-07-01T12:00:00.750Z"),
  registry: "https://registry.example",
  model_id: MODEL_ID,
  name: "ExampleLM-7B",
  domain: "NLP",
  description: undefined,
  license_version: "v8-10-2025",
  ed25519_pubkey: creator.publicKey,
  model_hash: HASH,
  hoster_share_pct: 12.5,
  wallet: { address: encodeAddress(MODEL_ID), rail: "stripe" as const },
  lineage: [{ parent_id: PARENT_ID, relationship: "fine-tune" as const, contribution_weight: 0.4 }],
  contribution_splits: [
    { recipient: "Alice", wallet: ALICE, percentage: 70 },
    { recipient: "Bob", wallet: BOB, percentage: "30" },
  ],
  creator_currency_prefs: [
    { code: "USD", is_backup: false },
    { code: "BTC", is_backup: true },
  ],
  private_sha256: HASH,
};

/** The built example with some members replaced, and undefined ones left out. */
function registration(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return JSON.parse(JSON.stringify({ ...buildRegistration(fields), ...changes })) as Record<string, unknown>;
}

const edge = { parent_id: PARENT_ID, relationship: "merge", contribution_weight: "0.5" };
const split = { recipient: "Alice", wallet: ALICE, percentage: "100" };
const fault = (code: string, path: string): unknown => expect.objectContaining({ code, path });

describe("buildRegistration", () => {
  it("lifts numbers to decimal strings and dates to whole seconds, and drops what is absent", () => {
    expect(buildRegistration(fields)).toEqual({
      spec: "omla-registration/1",
      issued_at: "2026-07-01T12:00:00Z",
      registry: "https://registry.example",
      model_id: MODEL_ID,
      name: "ExampleLM-7B",
      domain: "NLP",
      license_version: "v8-10-2025",
      ed25519_pubkey: creator.publicKey,
      model_hash: HASH,
      hoster_share_pct: "12.5",
      wallet: { address: encodeAddress(MODEL_ID), rail: "stripe" },
      lineage: [{ parent_id: PARENT_ID, relationship: "fine-tune", contribution_weight: "0.4" }],
      contribution_splits: [
        { recipient: "Alice", wallet: ALICE, percentage: "70" },
        { recipient: "Bob", wallet: BOB, percentage: "30" },
      ],
      creator_currency_prefs: fields.creator_currency_prefs,
      private_sha256: HASH,
    });
  });

  it("does not guess where a number has no exact decimal of six places", () => {
    const lineage = [{ ...edge, relationship: "merge" as const, contribution_weight: 0.1 + 0.2 }];
    expect(() => buildRegistration({ ...fields, lineage })).toThrow(fault("WEIGHT_RANGE", "lineage[0].contribution_weight"));
    expect(() => buildRegistration({ ...fields, hoster_share_pct: 1e-7 })).toThrow(fault("HOSTER_SHARE_RANGE", "hoster_share_pct"));
    expect(() => buildRegistration({ ...fields, hoster_share_pct: NaN })).toThrow(fault("HOSTER_SHARE_RANGE", "hoster_share_pct"));
  });
});

describe("readRegistration", () => {
  it("keeps members that it does not know", () => {
    const document = registration({ future: { nested: [1] } });
    expect(readRegistration(document)).toBe(document);
  });

  it.each<[string, Record<string, unknown>, string, string]>([
    ["another spec", { spec: "omla-registration/2" }, "DOCUMENT_SCHEMA", "spec"],
    ["no time", { issued_at: undefined }, "DOCUMENT_SCHEMA", "issued_at"],
    ["a day that does not exist", { issued_at: "2026-02-29T00:00:00Z" }, "DOCUMENT_SCHEMA", "issued_at"],
    ["a registry with a path", { registry: "https://registry.example/x" }, "DOCUMENT_SCHEMA", "registry"],
    ["a model id that is not a UUID v4", { model_id: "3f2b8c1e-5d4a-1f6b-9a70-1c2d3e4f5a6b" }, "DOCUMENT_SCHEMA", "model_id"],
    ["an empty name", { name: " " }, "DOCUMENT_SCHEMA", "name"],
    ["a name of two lines", { name: "a\nb" }, "DOCUMENT_SCHEMA", "name"],
    ["a name of 201 characters", { name: "x".repeat(201) }, "DOCUMENT_SCHEMA", "name"],
    ["a null where absent is meant", { description: null }, "DOCUMENT_SCHEMA", "description"],
    ["an unknown asset kind", { asset_kind: "song" }, "DOCUMENT_SCHEMA", "asset_kind"],
    ["a key that is not on the curve", { ed25519_pubkey: `Ag${"A".repeat(41)}=` }, "KEY_INVALID", "ed25519_pubkey"],
    ["a key with white space", { ed25519_pubkey: `${creator.publicKey}\n` }, "KEY_INVALID", "ed25519_pubkey"],
    ["a hash in upper case", { model_hash: HASH.toUpperCase() }, "DOCUMENT_SCHEMA", "model_hash"],
    ["a file of a fractional size", { files: [{ path: "a", sha256: HASH, size: 0.5 }] }, "DOCUMENT_SCHEMA", "files[0].size"],
    ["a hoster share above 50", { hoster_share_pct: "50.000001" }, "HOSTER_SHARE_RANGE", "hoster_share_pct"],
    ["a hoster share as a number", { hoster_share_pct: 10 }, "DOCUMENT_SCHEMA", "hoster_share_pct"],
    ["a wallet that encodes another model", { wallet: { address: ALICE, rail: "sepa" } }, "DOCUMENT_SCHEMA", "wallet.address"],
    ["a mistyped wallet", { wallet: { address: `${ALICE.slice(0, -1)}b`, rail: "sepa" } }, "ADDRESS_INVALID", "wallet.address"],
    ["an unknown rail", { wallet: { address: encodeAddress(MODEL_ID), rail: "cheque" } }, "DOCUMENT_SCHEMA", "wallet.rail"],
    [
      "an account number in the public part",
      { wallet: { address: encodeAddress(MODEL_ID), rail: "stripe", rail_identifier: "acct_1" } },
      "DOCUMENT_SCHEMA",
      "wallet.rail_identifier",
    ],
    ["an e-mail address in the public part", { contact_email: "a@b.example" }, "DOCUMENT_SCHEMA", "contact_email"],
    [
      "the primary wallet among the others",
      { wallets: [{ address: encodeAddress(MODEL_ID).toUpperCase(), owner_pubkey: other.publicKey, label: "x" }] },
      "DOCUMENT_SCHEMA",
      "wallets[0].address",
    ],
    ["no lineage member", { lineage: undefined }, "DOCUMENT_SCHEMA", "lineage"],
    ["an edge without a parent", { lineage: [{ relationship: "merge", contribution_weight: "0" }] }, "DOCUMENT_SCHEMA", "lineage[0]"],
    ["an edge with two parents", { lineage: [{ ...edge, parent_ref: "x" }] }, "DOCUMENT_SCHEMA", "lineage[0]"],
    ["an unknown relationship", { lineage: [edge, { ...edge, relationship: "cousin" }] }, "DOCUMENT_SCHEMA", "lineage[1].relationship"],
    [
      "a weight as a number",
      { lineage: [edge, { ...edge, contribution_weight: 0.4 }] },
      "DOCUMENT_SCHEMA",
      "lineage[1].contribution_weight",
    ],
    ["a weight above 1", { lineage: [{ ...edge, contribution_weight: "1.1" }] }, "WEIGHT_RANGE", "lineage[0].contribution_weight"],
    [
      "weights above 1",
      { lineage: [edge, { ...edge, parent_id: undefined, parent_ref: "x", contribution_weight: "0.500001" }] },
      "WEIGHT_SUM",
      "lineage",
    ],
    ["a parent twice", { lineage: [edge, edge] }, "PARENT_DUPLICATE", "lineage[1].parent_id"],
    [
      "a parent twice, once by its wallet",
      { lineage: [edge, { ...edge, parent_id: undefined, parent_wallet: encodeAddress(PARENT_ID) }] },
      "PARENT_DUPLICATE",
      "lineage[1].parent_wallet",
    ],
    ["the model as its own parent", { lineage: [{ ...edge, parent_id: MODEL_ID }] }, "PARENT_SELF", "lineage[0].parent_id"],
    [
      "33 parents",
      { lineage: Array.from({ length: 33 }, (_, index) => ({ parent_ref: `m${index}`, relationship: "merge", contribution_weight: "0" })) },
      "PARENTS_TOO_MANY",
      "lineage",
    ],
    [
      "a percentage as a number",
      { contribution_splits: [{ ...split, percentage: 100 }] },
      "DOCUMENT_SCHEMA",
      "contribution_splits[0].percentage",
    ],
    ["101 percent", { contribution_splits: [split, { ...split, wallet: BOB, percentage: "1" }] }, "SPLIT_SUM", "contribution_splits"],
    [
      "a split of 0 percent",
      { contribution_splits: [split, { ...split, wallet: BOB, percentage: "0" }] },
      "SPLIT_RANGE",
      "contribution_splits[1].percentage",
    ],
    [
      "a wallet twice, in two cases",
      {
        contribution_splits: [
          { ...split, percentage: "50" },
          { ...split, wallet: ALICE.toUpperCase(), percentage: "50" },
        ],
      },
      "SPLIT_DUPLICATE",
      "contribution_splits[1].wallet",
    ],
    [
      "two backups",
      {
        creator_currency_prefs: [
          { code: "BTC", is_backup: true },
          { code: "USD", is_backup: true },
        ],
      },
      "CURRENCY_BACKUP",
      "creator_currency_prefs",
    ],
    ["no backup", { creator_currency_prefs: [{ code: "BTC", is_backup: false }] }, "CURRENCY_BACKUP", "creator_currency_prefs"],
    [
      "a currency twice",
      {
        creator_currency_prefs: [
          { code: "BTC", is_backup: true },
          { code: "BTC", is_backup: false },
        ],
      },
      "PREFERENCE_DUPLICATE",
      "creator_currency_prefs[1].code",
    ],
    ["a link that runs", { locations: ["javascript:alert(1)"] }, "DOCUMENT_SCHEMA", "locations[0]"],
    ["a recovery key without its proof", { recovery_pubkey: recovery.publicKey }, "DOCUMENT_SCHEMA", "recovery_proof"],
    ["a signature of the wrong length", { registration_signature: "AAAA" }, "DOCUMENT_SCHEMA", "registration_signature"],
  ])("refuses %s", (_, changes, code, path) => {
    expect(() => readRegistration(registration(changes))).toThrow(fault(code, path));
  });

  it("says how a decimal is written", () => {
    const lineage = [{ ...edge, contribution_weight: 0.4 }];
    expect(() => readRegistration(registration({ lineage }))).toThrow(/written as a string, such as "0.4"/);
  });

  it("puts the caller's path before its own", () => {
    expect(() => readRegistration(registration({ lineage: [edge, edge] }), "document")).toThrow(
      fault("PARENT_DUPLICATE", "document.lineage[1].parent_id"),
    );
    expect(() => readRegistration(null, "document")).toThrow(fault("DOCUMENT_SCHEMA", "document"));
  });

  it("takes other limits", () => {
    const limits = { models: 1, depth: 1, parents: 0, splits: 1 };
    expect(() => readRegistration(registration(), undefined, limits)).toThrow(fault("PARENTS_TOO_MANY", "lineage"));
  });

  it("refuses a list of a million at once, and does not look at its items", () => {
    const lineage = new Array(1_000_000).fill(edge);
    expect(() => readRegistration({ ...registration(), lineage })).toThrow(fault("DOCUMENT_SCHEMA", "lineage"));
  });
});

describe("verifyRegistration", () => {
  const common = { issued_at: fields.issued_at, registry: fields.registry, model_id: MODEL_ID, ed25519_pubkey: creator.publicKey };

  async function signed(changes: object = {}): Promise<object> {
    return signDocument("registration", { ...buildRegistration(fields), ...changes }, creator.secretKey);
  }

  it("verifies by the key that is registered", async () => {
    const document = await signed();
    const { document: read, digest } = await verifyRegistration(JSON.stringify(document));
    expect(read).toEqual(document);
    expect(digest).toBe((await verifyDocument("registration", document, creator.publicKey)).digest);
  });

  it("refuses a key that did not sign", async () => {
    const document = await signDocument("registration", buildRegistration(fields), other.secretKey);
    await expect(verifyRegistration(document)).rejects.toThrow(fault("SIGNATURE_INVALID", "registration_signature"));
  });

  it("wants the recovery key's own signature", async () => {
    const proof = await signDocument("recovery-proof", buildRecoveryProof(common), recovery.secretKey);
    const document = await signed({ recovery_pubkey: recovery.publicKey, recovery_proof: proof });
    expect((await verifyRegistration(document)).document.recovery_proof).toEqual(proof);

    const forged = await signDocument("recovery-proof", buildRecoveryProof(common), creator.secretKey);
    const refused = await signed({ recovery_pubkey: recovery.publicKey, recovery_proof: forged });
    await expect(verifyRegistration(refused)).rejects.toThrow(fault("SIGNATURE_INVALID", "recovery_proof.signature"));
  });

  it.each([
    ["another model", { model_id: PARENT_ID }, "recovery_proof.model_id"],
    ["another key", { ed25519_pubkey: other.publicKey }, "recovery_proof.ed25519_pubkey"],
    ["another registry", { registry: "https://elsewhere.example" }, "recovery_proof.registry"],
  ])("refuses a proof made for %s", async (_, changes, path) => {
    const proof = await signDocument("recovery-proof", buildRecoveryProof({ ...common, ...changes }), recovery.secretKey);
    const document = await signed({ recovery_pubkey: recovery.publicKey, recovery_proof: proof });
    await expect(verifyRegistration(document)).rejects.toThrow(fault("DOCUMENT_SCHEMA", path));
  });

  it("refuses the model's own key as recovery key", async () => {
    const proof = await signDocument("recovery-proof", buildRecoveryProof(common), creator.secretKey);
    const document = await signed({ recovery_pubkey: creator.publicKey, recovery_proof: proof });
    await expect(verifyRegistration(document)).rejects.toThrow(fault("DOCUMENT_SCHEMA", "recovery_pubkey"));
  });

  it("refuses a document without a key", async () => {
    await expect(verifyRegistration({ name: "x" })).rejects.toThrow(fault("KEY_INVALID", "ed25519_pubkey"));
  });
});
