export { assertAddress, type DecodedAddress, decodeAddress, encodeAddress, isAddress } from "./address.ts";
export { BECH32_CHARACTERS, CHECKSUM_HOLDS, CHECKSUM_OF_PREFIX, checksumStep } from "./address-checksum.ts";
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
export { LIST_NOT_CANONICAL, LIST_NOT_UTF8, LIST_SCHEMA, LIST_TOO_LARGE } from "./codes/lists.ts";
export { type ErrorBody, type HintedCode, joinPath, OmlaError, type OmlaErrorOptions, protocolError } from "./errors.ts";
export type { ProtocolCode } from "./hints.ts";
export { hashWeights, type HashWeightsOptions, type WeightSource } from "./hash-weights.ts";
export { assertPublicKey, generateKeyPair, isPublicKey, type KeyPair, keyId, keyPairFromSecretKey } from "./keys.ts";
export { createSha256, type IncrementalHash } from "./incremental-sha256.ts";
export { sha256, sha256Hex } from "./sha256.ts";
export { sign, verify } from "./signing.ts";
export { formatTimestamp, isTimestamp, parseTimestamp } from "./timestamp.ts";
export { type Allocation, type Allocator, allocate, createAllocator, type Receiver } from "./allocate.ts";
export { type ExplainedEdge, type ExplainedPart, explainSplits, type SplitExplanation } from "./explain.ts";
export { type HosterClaim, type HosterFork, type HosterForkInput, resolveHosterFork } from "./hoster-fork.ts";
export { DEFAULT_LIMITS, DEFAULT_REPORT_LIMITS, type LineageLimits, type ReportLimits } from "./limits.ts";
export { assertLineage, checkLineage, type LineageInput } from "./lineage.ts";
export { type LineageGraph, lineageGraph } from "./lineage-graph.ts";
export type { ContributionSplit, FindModel, LineageEdge, LineageModel, LineageModels } from "./lineage-walk.ts";
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
  conversionFee,
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
export { type PlanFault, type PlannedParent, type PlannedShare, planRegistration, type RegistrationPlan } from "./registration.ts";
export type { DraftParent, RailOf, RegistrationDraft } from "./registration-faults.ts";
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
export {
  type ComplianceFacts,
  type ComplianceInput,
  type ComplianceLine,
  type ComplianceState,
  type ComplianceStep,
  type BaseState,
  type DueQuarter,
  dueQuarters,
  dutyAfter,
  type DutyReport,
  type DutySpan,
  type LineStatus,
  lineDeadline,
  quarterDeadline,
  type ReportingDuty,
  type SubjectKind,
  tickCompliance,
} from "./compliance.ts";
export {
  DEFAULT_MAX_BYTES,
  judgeBlacklist,
  type ListState,
  listState,
  type PriorList,
  type VerifiedBlacklist,
  verifyBlacklist,
  type VerifyBlacklistOptions,
} from "./blacklist.ts";
export {
  BLACKLIST_ENFORCEMENTS,
  BLACKLIST_REASONS,
  type Blacklist,
  type BlacklistBody,
  type BlacklistEnforcement,
  type BlacklistEntry,
  type BlacklistReason,
  checkCritical,
  checkEntry,
  enforcementOf,
  isUnsigned,
  NO_PREVIOUS,
  readBlacklist,
  readListHead,
  reasonOf,
  UNSIGNED_PLACEHOLDER,
} from "./blacklist-schema.ts";
export { type BlacklistContent, buildBlacklist, type Edition, nextEdition } from "./blacklist-build.ts";
export { assembleFile, type SignableFile, signFile } from "./build-file.ts";
export { type FileSignature, pinKeys, type PinnedKeys, refusable, type Refusal } from "./signed-file.ts";
export {
  buildKeyset,
  type Keyset,
  type KeysetBody,
  type KeysetContent,
  type KeysetKey,
  priorAfterKeyset,
  readKeyset,
  type TrustedKeys,
  trustedKeys,
  type VerifiedKeyset,
  verifyKeyset,
  type VerifyKeysetOptions,
} from "./keyset.ts";
export { type KeysetWalk, walkKeysets } from "./keyset-walk.ts";
export {
  buildHeartbeat,
  type Heartbeat,
  type HeartbeatBody,
  type NamedList,
  readHeartbeat,
  type VerifiedHeartbeat,
  verifyHeartbeat,
  type VerifyHeartbeatOptions,
} from "./heartbeat.ts";
export { type Batch, type BatchTotal, buildBatch, readBatch } from "./documents/batch.ts";
export {
  buildHosterClaim,
  buildHosterReport,
  buildHosterVerification,
  type HosterClaimDocument,
  type HosterReport,
  type HosterVerification,
  hostMessage,
  readHosterClaim,
  readHosterReport,
  readHosterVerification,
  verifyHosterClaim,
} from "./documents/hoster.ts";
export {
  buildKeyChallenge,
  buildKeyRotation,
  type KeyChallenge,
  type KeyRotation,
  readKeyChallenge,
  readKeyRotation,
} from "./documents/key-rotation.ts";
export { buildMutation, type Change, CHANGE_KINDS, type ChangeKind, type Mutation, readMutation } from "./documents/mutation.ts";
export { type PrivatePart, privateDigest, readPrivatePart } from "./documents/private-part.ts";
export { buildRecoveryProof, type RecoveryProof, readRecoveryProof } from "./documents/recovery-proof.ts";
export { buildRegistration, type Registration, readRegistration, verifyRegistration } from "./documents/registration.ts";
export { buildSidecar, readSidecar, type Sidecar, verifySidecar } from "./documents/sidecar.ts";
export { buildSignIn, readSignIn, type SignIn } from "./documents/sign-in.ts";
export { buildStatement, readStatement, type Statement } from "./documents/statement.ts";
export type { Draft } from "./document-draft.ts";
export {
  assertParents,
  assertPreferences,
  assertSplits,
  type DeclaredParent,
  type DeclaredSplit,
  type ModelFile,
} from "./document-sets.ts";
export { ASSET_KINDS, type AssetKind, RAILS, type Rail, RELATIONSHIPS, type Relationship } from "./forms.ts";
export { type LegacyRegistration, type LegacyVerdict, verifyLegacyRegistration } from "./legacy-registration.ts";
export {
  checkSidecar,
  type CheckResult,
  type SidecarCheckName,
  type SidecarContext,
  type SidecarRecord,
  type SidecarVerdict,
  standsAt,
} from "./sidecar.ts";
export { type VerifiedStatement, verifyStatement } from "./verify-statement.ts";
