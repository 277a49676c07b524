import { signer } from "./signer.ts";

const [MODEL, RECOVERY, OWNER, HOSTER] = [signer(6), signer(7), signer(8), signer(5)] as const;
const MODEL_ID = "3f2b8c1e-5d4a-4f6b-9a70-1c2d3e4f5a6b";
const PARENT_ID = "58b8413f-8ef5-4163-8ef3-50e708d01bfe";
const WALLET = "omla18u4cc8jaff8khxnsrsknun66dv5n87l9";
const OTHER_WALLET = "omla1wescua72zs89uq7q9mdycpd92sdys9zw";
const HASH = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const OFF_CURVE = "AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
const SENT = { issued_at: "2026-07-01T00:00:00Z", registry: "https://registry.example" };
const SIGNATURE = signer(6).sign(Buffer.from("a signature is verified elsewhere"));

const REGISTRATION = {
  spec: "omla-registration/1",
  ...SENT,
  model_id: MODEL_ID,
  name: "Modèle 🦙",
  license_version: "v8-10-2025",
  ed25519_pubkey: MODEL.publicKey,
  model_hash: HASH,
  wallet: { address: WALLET, rail: "stripe" },
  lineage: [{ parent_id: PARENT_ID, relationship: "fine-tune", contribution_weight: "0.40" }],
  contribution_splits: [
    { recipient: "creator", wallet: WALLET, percentage: "70" },
    { recipient: "funder", wallet: OTHER_WALLET, percentage: "30" },
  ],
  private_sha256: "0".repeat(64),
};
const PROOF = { spec: "omla-recovery-proof/1", ...SENT, model_id: MODEL_ID, ed25519_pubkey: MODEL.publicKey, signature: SIGNATURE };
const MUTATION = { spec: "omla-mutation/1", ...SENT, model_id: MODEL_ID, nonce: 1 };
const ROTATION = { spec: "omla-key-rotation/1", ...SENT, model_id: MODEL_ID, nonce: 2 };
const HOSTED = { ...SENT, model_id: MODEL_ID, hoster_pubkey: HOSTER.publicKey };
const STATEMENT = {
  spec: "omla-statement/1",
  generated_at: "2026-11-01T00:00:00Z",
  registry: "https://registry.example",
  company_id: "0b9c7a52-1f7e-4c0e-8f4e-6d3b2a190c77",
  company_name: "Example Hosting LLC",
  quarter: "2026-Q3",
  state: "COMPLIANT",
  state_since: "2026-10-20T00:00:00Z",
  reported: true,
  line_count: 1,
  royalty_usd: "5520.000000",
  deducted_fees_usd: "0.000000",
  net_royalty_usd: "5520.000000",
  settled_usd: "5520.000000",
};
const BATCH = {
  spec: "omla-batch/1",
  generated_at: "2026-10-01T06:00:00Z",
  registry: "https://registry.example",
  run_id: "7bdc9f95-4922-4ec9-b9e8-ff64adc3d815",
  quarter: "2026-Q3",
  lineage_policy: "sequential",
  line_count: 1,
  unfunded_count: 0,
  distributed_usd: "5520.000000",
  creator_pool_usd: "5520.000000",
  hoster_pool_usd: "0.000000",
  carried_usd: "0.050000",
  totals: [{ rail: "stripe", currency: "USD", payment_count: 2, amount_usd: "5519.950000" }],
};

/** The whole field table in one registration: every optional member stands. */
const WHOLE = {
  ...REGISTRATION,
  description: "two\nlines",
  domain: "text",
  asset_kind: "dataset",
  recovery_pubkey: RECOVERY.publicKey,
  recovery_proof: PROOF,
  files: [{ path: "model.safetensors", sha256: HASH, size: 0 }],
  hoster_share_pct: "50",
  wallets: [{ address: OTHER_WALLET, owner_pubkey: OWNER.publicKey, label: "funder" }],
  lineage: [
    { parent_wallet: "omla1tzuyz0uw74qk8rhn2rns35qmlch02tma", relationship: "merge", contribution_weight: "0.5" },
    { parent_ref: "https://elsewhere.example/base", relationship: "distill", contribution_weight: "0.500000" },
  ],
  creator_currency_prefs: [
    { code: "USD", is_backup: false },
    { code: "BTC", is_backup: true },
  ],
  locations: ["https://huggingface.co/owner/repo"],
  future: { unknown: ["members", "are", "kept"] },
  registration_signature: SIGNATURE,
};

function accepted(name: string, type: string, document: object): object {
  return { name, type, document, code: "OK" };
}

function refused(name: string, type: string, document: unknown, code: string, path?: string): object {
  return { name, type, document, code, ...(path !== undefined && { path }) };
}

/** A registration with other members; one that is undefined is left out. */
function registration(name: string, changes: object, code: string, path: string): object {
  return refused(name, "registration", { ...REGISTRATION, ...changes }, code, path);
}

const parents = (...lineage: object[]): object => ({ lineage: lineage.map((each) => ({ ...REGISTRATION.lineage[0], ...each })) });
const splits = (...percentages: unknown[]): object => ({
  contribution_splits: percentages.map((percentage, index) => ({
    recipient: "r",
    wallet: index === 0 ? WALLET : OTHER_WALLET,
    percentage,
  })),
});
const prefs = (...codes: string[]): object => ({
  creator_currency_prefs: codes.map((code) => ({ code: code.slice(0, 3), is_backup: code.endsWith("*") })),
});
const change = (kind: string, values: object): object => ({ ...MUTATION, change: { kind, ...values } });

function registrationCases(): object[] {
  return [
    accepted("a registration with what is needed", "registration", REGISTRATION),
    accepted("a registration with everything", "registration", WHOLE),
    accepted("without parents and splits", "registration", { ...REGISTRATION, lineage: [], contribution_splits: [] }),
    refused("no object", "registration", "a text", "DOCUMENT_SCHEMA"),
    registration("another type's spec", { spec: "omla-mutation/1" }, "DOCUMENT_SCHEMA", "spec"),
    registration("no name", { name: undefined }, "DOCUMENT_SCHEMA", "name"),
    registration("an empty name", { name: " " }, "DOCUMENT_SCHEMA", "name"),
    registration("a name of 201 characters", { name: "x".repeat(201) }, "DOCUMENT_SCHEMA", "name"),
    registration("a line break in the name", { name: "a\nb" }, "DOCUMENT_SCHEMA", "name"),
    registration("a model id that is no UUID v4", { model_id: "3f2b8c1e-5d4a-1f6b-9a70-1c2d3e4f5a6b" }, "DOCUMENT_SCHEMA", "model_id"),
    registration("a date for a time", { issued_at: "2026-07-01" }, "DOCUMENT_SCHEMA", "issued_at"),
    registration("a path in the registry's origin", { registry: "https://registry.example/" }, "DOCUMENT_SCHEMA", "registry"),
    registration("an unknown asset kind", { asset_kind: "voice" }, "DOCUMENT_SCHEMA", "asset_kind"),
    registration("a hash in upper case", { model_hash: HASH.toUpperCase() }, "DOCUMENT_SCHEMA", "model_hash"),
    registration("a negative size", { files: [{ path: "a", sha256: HASH, size: -1 }] }, "DOCUMENT_SCHEMA", "files[0].size"),
    registration("a rail that does not exist", { wallet: { address: WALLET, rail: "cheque" } }, "DOCUMENT_SCHEMA", "wallet.rail"),
    registration(
      "a private member in public",
      { wallet: { ...REGISTRATION.wallet, rail_identifier: "acct_1" } },
      "DOCUMENT_SCHEMA",
      "wallet.rail_identifier",
    ),
    registration("an e-mail address in public", { contact_email: "a@b.example" }, "DOCUMENT_SCHEMA", "contact_email"),
    registration(
      "a primary wallet that encodes another model",
      { wallet: { address: OTHER_WALLET, rail: "stripe" } },
      "DOCUMENT_SCHEMA",
      "wallet.address",
    ),
    registration(
      "a wallet that is named twice",
      { wallets: [{ address: WALLET, owner_pubkey: OWNER.publicKey, label: "x" }] },
      "DOCUMENT_SCHEMA",
      "wallets[0].address",
    ),
    registration("a location without https", { locations: ["http://huggingface.co/owner/repo"] }, "DOCUMENT_SCHEMA", "locations[0]"),
    registration("a recovery key without its proof", { recovery_pubkey: RECOVERY.publicKey }, "DOCUMENT_SCHEMA", "recovery_proof"),
    registration(
      "the model's key as its recovery key",
      { recovery_pubkey: MODEL.publicKey, recovery_proof: PROOF },
      "DOCUMENT_SCHEMA",
      "recovery_pubkey",
    ),
    registration(
      "a proof of another model",
      { recovery_pubkey: RECOVERY.publicKey, recovery_proof: { ...PROOF, model_id: PARENT_ID } },
      "DOCUMENT_SCHEMA",
      "recovery_proof.model_id",
    ),
    registration(
      "a checksum that does not hold",
      { wallet: { address: WALLET.replace("9", "8"), rail: "stripe" } },
      "ADDRESS_INVALID",
      "wallet.address",
    ),
    registration("a key of 31 bytes", { ed25519_pubkey: "AAAA" }, "KEY_INVALID", "ed25519_pubkey"),
    registration("a key that is not on the curve", { ed25519_pubkey: OFF_CURVE }, "KEY_INVALID", "ed25519_pubkey"),
    registration("a hosters' share above 50", { hoster_share_pct: "50.000001" }, "HOSTER_SHARE_RANGE", "hoster_share_pct"),
    registration("a hosters' share as a number", { hoster_share_pct: 20 }, "DOCUMENT_SCHEMA", "hoster_share_pct"),
    registration("a weight as a number", parents({ contribution_weight: 1 }), "DOCUMENT_SCHEMA", "lineage[0].contribution_weight"),
    registration("a parent with two names", parents({ parent_ref: "x" }), "DOCUMENT_SCHEMA", "lineage[0]"),
    registration("a parent without a name", parents({ parent_id: undefined }), "DOCUMENT_SCHEMA", "lineage[0]"),
    registration("an unknown relationship", parents({ relationship: "cousin" }), "DOCUMENT_SCHEMA", "lineage[0].relationship"),
    registration("a parent twice", parents({}, {}), "PARENT_DUPLICATE", "lineage[1].parent_id"),
    registration("a parent twice, once by its wallet", parents({}, BY_WALLET), "PARENT_DUPLICATE", "lineage[1].parent_wallet"),
    registration("a model as its own parent", parents({ parent_id: MODEL_ID }), "PARENT_SELF", "lineage[0].parent_id"),
    registration(
      "33 parents",
      parents(...Array.from({ length: 33 }, (_, index) => ({ ...BY_REF, parent_ref: `x${index}` }))),
      "PARENTS_TOO_MANY",
      "lineage",
    ),
    registration(
      "a weight of seven places",
      parents({ contribution_weight: "0.0000001" }),
      "WEIGHT_RANGE",
      "lineage[0].contribution_weight",
    ),
    registration(
      "weights above 1, external ones too",
      parents({ contribution_weight: "0.6" }, { ...BY_REF, contribution_weight: "0.400001" }),
      "WEIGHT_SUM",
      "lineage",
    ),
    registration("a percentage as a number", splits(100), "DOCUMENT_SCHEMA", "contribution_splits[0].percentage"),
    registration("a split of 0 percent", splits("100", "0"), "SPLIT_RANGE", "contribution_splits[1].percentage"),
    registration("splits of 101 percent", splits("70", "31"), "SPLIT_SUM", "contribution_splits"),
    registration("a wallet twice in the splits", splits("70", "15", "15"), "SPLIT_DUPLICATE", "contribution_splits[2].wallet"),
    registration("65 splits", splits(...Array.from({ length: 65 }, () => "1")), "SPLITS_TOO_MANY", "contribution_splits"),
    registration("no backup currency", prefs("USD"), "CURRENCY_BACKUP", "creator_currency_prefs"),
    registration("two backup currencies", prefs("BTC*", "ETH*"), "CURRENCY_BACKUP", "creator_currency_prefs"),
    registration("a currency twice", prefs("USD", "USD", "BTC*"), "PREFERENCE_DUPLICATE", "creator_currency_prefs[1].code"),
  ];
}

const BY_WALLET = { parent_id: undefined, parent_wallet: "omla1tzuyz0uw74qk8rhn2rns35qmlch02tma" };
const BY_REF = { parent_id: undefined, parent_ref: "a paper", contribution_weight: "0.01" };

function mutationCases(): object[] {
  const mutation = (name: string, document: object, code: string, path: string): object => refused(name, "mutation", document, code, path);
  return [
    accepted("a wallet's rail", "mutation", change("wallet-rail", { address: WALLET, rail: "sepa", private_sha256: HASH })),
    accepted("splits", "mutation", change("splits", splits("100"))),
    accepted("lineage", "mutation", change("lineage", parents({}))),
    accepted("currency preferences", "mutation", change("currency-prefs", prefs("BTC*"))),
    accepted("the hosters' share", "mutation", change("hoster-share", { hoster_share_pct: "0" })),
    accepted("metadata", "mutation", change("metadata", { metadata: { "training.data": "x", gone: null } })),
    accepted("locations", "mutation", change("locations", { locations: [] })),
    accepted("files", "mutation", change("files", { files: [] })),
    accepted("deactivation", "mutation", change("deactivate", {})),
    mutation("a kind to come", change("rename", {}), "DOCUMENT_SCHEMA", "change.kind"),
    mutation("no new values", change("splits", {}), "DOCUMENT_SCHEMA", "change.contribution_splits"),
    mutation("nonce 0", { ...change("deactivate", {}), nonce: 0 }, "DOCUMENT_SCHEMA", "nonce"),
    mutation(
      "a rail identifier in public",
      change("wallet-rail", { address: WALLET, rail: "sepa", private_sha256: HASH, rail_identifier: "DE1" }),
      "DOCUMENT_SCHEMA",
      "change.rail_identifier",
    ),
    mutation("new splits of 99 percent", change("splits", splits("99")), "SPLIT_SUM", "change.contribution_splits"),
    mutation(
      "a model as its own new parent",
      change("lineage", parents({ parent_id: MODEL_ID })),
      "PARENT_SELF",
      "change.lineage[0].parent_id",
    ),
  ];
}

function otherCases(): object[] {
  const claim = { spec: "omla-hoster-claim/1", ...HOSTED, name: "Hosting", wallet: WALLET, host_signature: SIGNATURE };
  const volume = { spec: "omla-hoster-report/1", ...HOSTED, quarter: "2026-Q3", inferences: 0, revision: 1 };
  const challenge = { spec: "omla-key-challenge/1", ...SENT, model_id: MODEL_ID, nonce: 3, rotation_digest: HASH };
  const signIn = { spec: "omla-sign-in/1", ...SENT, pubkey: MODEL.publicKey, challenge: "x" };
  return [
    accepted("a rotation of the model's key", "key-rotation", { ...ROTATION, new_pubkey: OWNER.publicKey }),
    refused(
      "a rotation of both keys at once",
      "key-rotation",
      { ...ROTATION, new_pubkey: OWNER.publicKey, new_recovery_pubkey: RECOVERY.publicKey },
      "DOCUMENT_SCHEMA",
      "new_pubkey",
    ),
    refused("a rotation of no key", "key-rotation", ROTATION, "DOCUMENT_SCHEMA", "new_pubkey"),
    accepted("a challenge of a rotation", "key-challenge", challenge),
    refused("a challenge of nothing", "key-challenge", { ...challenge, rotation_digest: undefined }, "DOCUMENT_SCHEMA", "rotation_digest"),
    accepted("a hoster's claim", "hoster-claim", claim),
    refused(
      "a host signature of 63 bytes",
      "hoster-claim",
      { ...claim, host_signature: SIGNATURE.slice(4) },
      "DOCUMENT_SCHEMA",
      "host_signature",
    ),
    accepted("a counter-signature", "hoster-verification", { spec: "omla-hoster-verification/1", ...HOSTED, verified: false, nonce: 1 }),
    refused(
      "a counter-signature that says maybe",
      "hoster-verification",
      { spec: "omla-hoster-verification/1", ...HOSTED, verified: "maybe", nonce: 1 },
      "DOCUMENT_SCHEMA",
      "verified",
    ),
    accepted("a hoster's volume", "hoster-report", volume),
    refused("a volume of a fifth quarter", "hoster-report", { ...volume, quarter: "2026-Q5" }, "DOCUMENT_SCHEMA", "quarter"),
    refused("a volume below 0", "hoster-report", { ...volume, inferences: -1 }, "DOCUMENT_SCHEMA", "inferences"),
    accepted("a recovery proof", "recovery-proof", PROOF),
    accepted("a sign-in", "sign-in", signIn),
    refused("a sign-in with a key that is not on the curve", "sign-in", { ...signIn, pubkey: OFF_CURVE }, "KEY_INVALID", "pubkey"),
    accepted("a statement", "statement", STATEMENT),
    refused("a statement with a number for an amount", "statement", { ...STATEMENT, royalty_usd: 5520 }, "DOCUMENT_SCHEMA", "royalty_usd"),
    refused(
      "a statement with an amount of 10^12",
      "statement",
      { ...STATEMENT, settled_usd: "1000000000000" },
      "AMOUNT_RANGE",
      "settled_usd",
    ),
    accepted("the totals of a payout run", "batch", BATCH),
    refused("totals with a signed amount", "batch", { ...BATCH, carried_usd: "-1" }, "AMOUNT_INVALID", "carried_usd"),
    refused("totals under a policy to come", "batch", { ...BATCH, lineage_policy: "fair" }, "DOCUMENT_SCHEMA", "lineage_policy"),
  ];
}

export function documentFieldCases(): object[] {
  return [...registrationCases(), ...mutationCases(), ...otherCases()];
}
