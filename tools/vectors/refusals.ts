import { readFileSync } from "node:fs";
import { signedDocument, signer } from "./signer.ts";

type Case = Record<string, unknown>;

/** The first case of one of the files, with other inputs. */
function based(file: string, changes: object = {}): Case {
  const [first = {}] = JSON.parse(readFileSync(new URL(`../../vectors/${file}`, import.meta.url), "utf8")) as Case[];
  const inputs = Object.entries(first).filter(([name]) => !["name", "note", "expected", "expected_state"].includes(name));
  return { ...Object.fromEntries(inputs), ...changes };
}

/** What must be refused when it is given to the rule of another file, and by which code. */
function refused(name: string, file: string, given: object, code: string, path?: string): object {
  return { name, file, case: given, code, ...(path !== undefined && { path }) };
}

const KEY = signer(1);
const DOCUMENT = { spec: "omla-sidecar/1", name: "x" };
const signed = signedDocument("sidecar", DOCUMENT, KEY);
const document = (changes: object): object => ({ type: "sidecar", public_key: KEY.publicKey, signed_document: signed, ...changes });
const claim = { hoster_id: "827f72d0-3d80-4cae-ab7d-9e55958f3640", verified: true, revoked: false, inferences: 1, owed_usd: "0" };
const fork = (changes: object): object => ({ royalty_usd: "1", hoster_share_pct: "20", claims: [claim], ...changes });
const royalty = (changes: object): object => ({
  rate: "0.30",
  revenue_usd: "1",
  run_cost_usd: "0",
  pipeline_weight: "1",
  routing_fees_usd: "0",
  ...changes,
});
const currency = (changes: object): object => ({
  creator_currency_prefs: [{ code: "BTC", is_backup: true }],
  remitter_currencies: ["BUZZ"],
  remitter_conversion_fees: [],
  ...changes,
});

export function refusalCases(): object[] {
  const fee = (fee_pct: string): object => currency({ remitter_conversion_fees: [{ from: "BUZZ", to: "BTC", fee_pct }] });
  const backup = "creator_currency_prefs";
  return [
    refused("a checksum that does not hold", "addresses.json", { address: "omla1pneljw3wrlvkugkfcplth9ldp5zzd4hq" }, "ADDRESS_INVALID"),
    refused("a sign", "amounts.json", { text: "-1" }, "AMOUNT_INVALID"),
    refused("10^12", "amounts.json", { text: "1000000000000" }, "AMOUNT_RANGE"),
    refused("a name twice, inside", "canonical-json.json", { text: '{"a":[{"b":1,"b":1}]}' }, "CANONICAL_JSON", "a[0].b"),
    refused("minus zero, inside", "canonical-json.json", { text: '{"a":[0,-0]}' }, "CANONICAL_JSON", "a[1]"),
    refused(
      "a member was changed",
      "documents.json",
      document({ signed_document: { ...signed, name: "y" } }),
      "SIGNATURE_INVALID",
      "signature",
    ),
    refused("no signature", "documents.json", document({ signed_document: DOCUMENT }), "SIGNATURE_INVALID", "signature"),
    refused(
      "a reserved member",
      "documents.json",
      document({ signed_document: { ...signed, signature_hint: "x" } }),
      "SIGNATURE_MEMBER",
      "signature_hint",
    ),
    refused(
      "a registration's signature member",
      "documents.json",
      document({ signed_document: { ...signed, registration_signature: "x" } }),
      "SIGNATURE_MEMBER",
      "registration_signature",
    ),
    refused("a key of 31 bytes", "documents.json", document({ public_key: Buffer.alloc(31, 1).toString("base64") }), "KEY_INVALID"),
    refused(
      "a float inside a document",
      "documents.json",
      document({ signed_document: { ...signed, weight: 0.5 } }),
      "CANONICAL_JSON",
      "weight",
    ),
    refused("a type to come", "documents.json", document({ type: "invoice" }), "DOCUMENT_SCHEMA"),
    refused("a rate above 1", "royalty.json", royalty({ rate: "1.000001" }), "RATE_RANGE", "rate"),
    refused("a weight above 1", "royalty.json", royalty({ pipeline_weight: "1.000001" }), "WEIGHT_RANGE", "pipeline_weight"),
    refused("a revenue with an exponent", "royalty.json", royalty({ revenue_usd: "1e3" }), "AMOUNT_INVALID", "revenue_usd"),
    refused("fees of 10^12", "royalty.json", royalty({ routing_fees_usd: "1000000000000" }), "AMOUNT_RANGE", "routing_fees_usd"),
    refused("a policy to come", "payout.json", based("payout.json", { lineage_policy: "fair" }), "LINEAGE_POLICY", "lineage_policy"),
    refused(
      "a target that is not among the models",
      "payout.json",
      based("payout.json", { target_model_id: "x" }),
      "MODEL_NOT_FOUND",
      "target_model_id",
    ),
    refused("a pool with a sign", "payout.json", based("payout.json", { creator_pool_usd: "-1" }), "AMOUNT_INVALID", "creator_pool_usd"),
    refused(
      "a hosters' share above 50",
      "hoster-fork.json",
      fork({ hoster_share_pct: "50.000001" }),
      "HOSTER_SHARE_RANGE",
      "hoster_share_pct",
    ),
    refused(
      "half an inference",
      "hoster-fork.json",
      fork({ claims: [{ ...claim, inferences: 0.5 }] }),
      "COUNT_INVALID",
      "claims[0].inferences",
    ),
    refused(
      "two unrevoked claims of one hoster",
      "hoster-fork.json",
      fork({ claims: [claim, claim] }),
      "CLAIM_DUPLICATE",
      "claims[1].hoster_id",
    ),
    refused(
      "what is owed with a sign",
      "hoster-fork.json",
      fork({ claims: [{ ...claim, owed_usd: "-1" }] }),
      "AMOUNT_INVALID",
      "claims[0].owed_usd",
    ),
    refused(
      "no backup where one is needed",
      "payout-currency.json",
      currency({ [backup]: [{ code: "USD", is_backup: false }] }),
      "CURRENCY_BACKUP",
      backup,
    ),
    refused("a conversion fee above 50", "payout-currency.json", fee("50.000001"), "FEE_RANGE", "remitter_conversion_fees[0].fee_pct"),
    refused(
      "a review without a state under it",
      "compliance.json",
      based("compliance.json", { state: "UNDER_REVIEW", previous_state: null }),
      "COMPLIANCE_STATE",
      "previous_state",
    ),
    refused("a state to come", "compliance.json", based("compliance.json", { state: "SUSPENDED" }), "COMPLIANCE_STATE", "state"),
    refused("a clock without a time", "compliance.json", based("compliance.json", { now: "2026-11-01" }), "TIMESTAMP_INVALID"),
    refused("a file of more bytes than allowed", "blacklist.json", based("blacklist.json", { max_bytes: 100 }), "LIST_TOO_LARGE"),
  ];
}
