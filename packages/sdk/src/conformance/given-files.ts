import { type JsonObject, toBase64, utf8Encode } from "../protocol/index.ts";
import { answered, refused, type Section, withCode } from "./case-readers.ts";
import { ACCEPTED, type Check, check, coded, gives, member, members, objectMember, REFUSED, textMember } from "./vector-case.ts";

const LINEAGE = ["models", "target_model_id"] as const;
const BLACKLIST = ["raw_base64", "keys", "threshold?", "now", "prior?"] as const;
const GOLDEN = { keys: ["11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="], threshold: 1, now: "2026-10-02T00:00:00Z" };

function readAddress(given: JsonObject): Check[] {
  const { payload_hex, address, canonical = address } = members(given, "payload_hex", "address", "canonical?") as Record<string, string>;
  return [
    check("decodeAddress", { address } as JsonObject, gives({ payload_hex, address: canonical } as JsonObject)),
    check("encodeAddress", { payload_hex } as JsonObject, gives(canonical as string)),
  ];
}

function readSignedDocument(given: JsonObject): Check[] {
  const { type, document, public_key, signed_document } = members(given, "type", "document", "public_key", "signed_document");
  const secretKeys = [textMember(given, "secret_key"), textMember(given, "secret_key_tweetnacl")];
  const common = { type, document } as JsonObject;
  return [
    check("documentMessage", common, gives(members(given, "canonical", "message_hex"))),
    ...secretKeys.flatMap((secret_key) => [
      check("readSecretKey", { secret_key }, gives(public_key as string)),
      check("signDocument", { ...common, secret_key }, gives(signed_document as JsonObject)),
    ]),
    check("verifyDocument", { type, signed_document, public_key } as JsonObject, ACCEPTED),
  ];
}

function readSplits(given: JsonObject): Check[] {
  const input = members(given, ...LINEAGE);
  const expected = objectMember(given, "expected");
  return ["sequential", "declared"].map((lineage_policy) =>
    check("resolveSplits", { ...input, lineage_policy }, gives(member(expected, lineage_policy))),
  );
}

function readBlacklistCase(given: JsonObject): Check[] {
  const code = textMember(given, "expected");
  const expected = code === "OK" ? gives(textMember(given, "expected_state")) : coded({ code });
  return [check("verifyBlacklist", members(given, ...BLACKLIST), expected)];
}

/** The files that came with the protocol. */
export const GIVEN_FILES: Readonly<Record<string, readonly Section[]>> = {
  "addresses.json": [
    { at: "valid", read: readAddress },
    { at: "invalid", read: refused("decodeAddress", "address") },
  ],
  "amounts.json": [
    { at: "valid", read: (given) => [check("parseAmount", members(given, "text"), gives(textMember(given, "micro_usd")))] },
    { at: "invalid", read: refused("parseAmount", "text") },
  ],
  "blacklist.json": [{ read: readBlacklistCase }],
  "canonical-json.json": [
    { at: "valid", read: (given) => [check("canonicalizeText", members(given, "text"), gives(textMember(given, "canonical")))] },
    { at: "invalid", read: refused("canonicalizeText", "text") },
  ],
  "compliance.json": [{ read: answered("tickCompliance", "subject_kind", "state", "previous_state?", "facts", "now") }],
  "documents.json": [
    { at: "valid", read: readSignedDocument },
    { at: "invalid", read: refused("verifyDocument", "type", "public_key", "signed_document") },
    { at: "invalid_keys", read: (given) => [check("readSecretKey", { secret_key: textMember(given, "secret_key_tweetnacl") }, REFUSED)] },
  ],
  "hoster-fork.json": [{ read: answered("resolveHosterFork", "royalty_usd", "hoster_share_pct", "claims") }],
  "lineage-refusals.json": [{ read: withCode("assertLineage", ...LINEAGE, "limits?") }],
  "payout-currency.json": [
    { read: answered("resolvePayoutCurrency", "creator_currency_prefs", "remitter_currencies", "remitter_conversion_fees") },
  ],
  "payout.json": [{ read: answered("payoutAmounts", ...LINEAGE, "lineage_policy", "creator_pool_usd") }],
  "royalty.json": [{ read: answered("computeRoyalty", "rate", "revenue_usd", "run_cost_usd", "pipeline_weight?", "routing_fees_usd?") }],
  "splits.json": [{ read: readSplits }],
};

/** Files that are one case as a whole, their bytes included. */
export const WHOLE_FILES: Readonly<Record<string, (text: string) => Check>> = {
  "golden-blacklist.json": (text) => check("verifyBlacklist", { ...GOLDEN, raw_base64: toBase64(utf8Encode(text)) }, gives("FRESH")),
};
