export { assertAddress, type DecodedAddress, decodeAddress, encodeAddress, isAddress } from "./address.ts";
export { concatBytes, equalBytes, fromBase64, fromHex, toBase64, toHex, utf8Decode, utf8Encode } from "./bytes.ts";
export { canonicalize, type JsonObject, type JsonValue, parseStrictJson, type StrictJsonLimits } from "./canonical-json.ts";
export {
  DOCUMENT_TYPES,
  documentDigest,
  documentMessage,
  type DocumentType,
  signDocument,
  signedBody,
  verifyDocument,
} from "./documents.ts";
export type { Ed25519BackendName } from "./ed25519-backend.ts";
export { passesPrecheck } from "./ed25519-precheck.ts";
export { type ErrorBody, joinPath, OmlaError, type OmlaErrorOptions } from "./errors.ts";
export type { ProtocolCode } from "./hints.ts";
export { assertPublicKey, generateKeyPair, isPublicKey, type KeyPair, keyId, keyPairFromSecretKey } from "./keys.ts";
export { createSha256, type IncrementalHash, sha256, sha256Hex } from "./sha256.ts";
export { sign, verify } from "./signing.ts";
export { formatTimestamp, isTimestamp, parseTimestamp } from "./timestamp.ts";
export { type Allocation, allocate, type Receiver } from "./allocate.ts";
export { type HosterClaim, type HosterFork, type HosterForkInput, resolveHosterFork } from "./hoster-fork.ts";
export { DEFAULT_LIMITS, DEFAULT_REPORT_LIMITS, type LineageLimits, type ReportLimits } from "./limits.ts";
export { assertLineage, checkLineage, type LineageGraph, type LineageInput, lineageGraph } from "./lineage.ts";
export type { ContributionSplit, LineageEdge, LineageModel, LineageModels } from "./lineage-walk.ts";
export {
  type DecimalInput,
  formatAmount,
  formatDecimal,
  formatUsd,
  parseAmount,
  parseDecimal,
  parseUsd,
} from "./money.ts";
export { divideByShares, payoutAmounts, type WalletAmount } from "./payout.ts";
export {
  type ConversionFee,
  type CurrencyPreference,
  type PayoutCurrency,
  type PayoutCurrencyInput,
  type PayoutRoute,
  resolvePayoutCurrency,
  type SettlementInput,
  settleAmount,
} from "./payout-currency.ts";
export {
  compareQuarters,
  isQuarter,
  nextQuarter,
  parseQuarter,
  previousQuarter,
  type Quarter,
  quarterEnd,
  quarterOf,
  quarterStart,
} from "./quarter.ts";
export {
  type ClaimedFigures,
  computeReport,
  type PipelineEntry,
  type PipelineModel,
  type PlainEntry,
  type ReportEntry,
  type ReportLine,
} from "./report.ts";
export { computeRoyalty, type Royalty, type RoyaltyBasis, type RoyaltyInput } from "./royalty.ts";
export { type LineagePolicy, resolveSplits, sharePercentage, type SplitsInput, type WalletShare } from "./splits.ts";
