import type { JsonObject } from "../protocol/index.ts";
import { answered, type Section, withCode } from "./case-readers.ts";
import type { OperationName } from "./implementation.ts";
import { type Check, check, coded, gives, MalformedCase, member, members, objectMember, textMember } from "./vector-case.ts";

/** Whose rule refuses a case of another file. */
const RULES: Readonly<Record<string, OperationName>> = {
  "addresses.json": "decodeAddress",
  "amounts.json": "parseAmount",
  "blacklist.json": "verifyBlacklist",
  "canonical-json.json": "canonicalizeText",
  "compliance.json": "tickCompliance",
  "documents.json": "verifyDocument",
  "hoster-fork.json": "resolveHosterFork",
  "payout-currency.json": "resolvePayoutCurrency",
  "payout.json": "payoutAmounts",
  "royalty.json": "computeRoyalty",
};

function readRefusal(given: JsonObject): Check[] {
  const file = textMember(given, "file");
  const operation = Object.hasOwn(RULES, file) ? RULES[file] : undefined;
  if (operation === undefined) throw new MalformedCase(`there is no rule for ${file}`);
  return [check(operation, objectMember(given, "case"), coded(given))];
}

function readSignature(given: JsonObject): Check[] {
  const common = members(given, "public_key", "signature");
  return [
    check("passesPrecheck", common, gives(member(given, "passes_precheck"))),
    check("verifySignature", { ...common, ...members(given, "message_hex") }, gives(member(given, "verifies"))),
  ];
}

const file = (read: Section["read"]): readonly Section[] => [{ read }];

/** The files that this project has added. */
export const ADDED_FILES: Readonly<Record<string, readonly Section[]>> = {
  "allocations.json": file(withCode("allocate", "total", "receivers")),
  "document-fields.json": file(withCode("readDocument", "type", "document")),
  "due-quarters.json": file(withCode("dueQuarters", "reporting_from", "reporting_until", "reported_quarters", "now")),
  "heartbeats.json": file(withCode("verifyHeartbeat", "raw_base64", "keys", "now", "list", "prior?")),
  "keysets.json": file(withCode("walkKeysets", "previous", "files_base64", "now")),
  "legacy-registrations.json": file(withCode("verifyLegacyRegistration", "document")),
  "lineage-graphs.json": file(withCode("lineageGraph", "models", "target_model_id", "limits?")),
  "public-keys.json": file(withCode("readPublicKey", "public_key")),
  "quarters.json": file(withCode("parseQuarter", "text")),
  "refusals.json": file(readRefusal),
  "registration-plans.json": file(answered("planRegistration", "draft", "models", "lineage_policy", "rails?")),
  "reports.json": file(withCode("computeReport", "entries", "rates", "limits?")),
  "settlements.json": file(withCode("settleAmount", "amount_usd", "fee_pct", "rate", "scale")),
  "sidecars.json": file(answered("checkSidecar", "text", "record?", "location?", "sha256?")),
  "signatures.json": file(readSignature),
  "timestamps.json": file(withCode("parseTimestamp", "text")),
};
