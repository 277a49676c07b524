import type {
  ComplianceInput,
  DocumentType,
  HosterForkInput,
  LineageInput,
  LineageModels,
  LineagePolicy,
  NamedList,
  PayoutCurrencyInput,
  PriorList,
  RegistrationDraft,
  ReportEntry,
  ReportingDuty,
  RoyaltyInput,
  SettlementInput,
  SidecarContext,
  SplitsInput,
  TrustedKeys,
} from "../protocol/index.ts";

/** What is handed to each operation, in the words of the vectors. */
export interface OperationInputs {
  decodeAddress: { readonly address: string };
  encodeAddress: { readonly payload_hex: string };
  canonicalizeText: { readonly text: string };
  documentMessage: { readonly type: DocumentType; readonly document: object };
  signDocument: { readonly type: DocumentType; readonly document: object; readonly secret_key: string };
  verifyDocument: { readonly type: DocumentType; readonly signed_document: object; readonly public_key: string };
  readDocument: { readonly type: DocumentType; readonly document: unknown };
  verifyLegacyRegistration: { readonly document: object };
  readSecretKey: { readonly secret_key: string };
  readPublicKey: { readonly public_key: string };
  passesPrecheck: { readonly public_key: string; readonly signature: string };
  verifySignature: { readonly public_key: string; readonly message_hex: string; readonly signature: string };
  parseAmount: { readonly text: string };
  parseQuarter: { readonly text: string };
  parseTimestamp: { readonly text: string };
  computeRoyalty: RoyaltyInput;
  computeReport: {
    readonly entries: readonly ReportEntry[];
    readonly rates: Readonly<Record<string, string>>;
    readonly limits?: { readonly lines: number };
  };
  allocate: { readonly total: string; readonly receivers: readonly { readonly id: string; readonly weight: string }[] };
  resolveSplits: SplitsInput;
  assertLineage: LineageInput;
  lineageGraph: LineageInput;
  planRegistration: {
    readonly draft: RegistrationDraft;
    readonly models: LineageModels;
    readonly lineage_policy: LineagePolicy;
    readonly rails?: Readonly<Record<string, string | null>>;
  };
  resolveHosterFork: HosterForkInput;
  resolvePayoutCurrency: PayoutCurrencyInput;
  settleAmount: SettlementInput;
  payoutAmounts: SplitsInput & { readonly creator_pool_usd: string };
  tickCompliance: ComplianceInput;
  dueQuarters: ReportingDuty & { readonly now: string };
  verifyBlacklist: {
    readonly raw_base64: string;
    readonly keys: readonly string[];
    readonly threshold?: number;
    readonly now: string;
    readonly prior?: PriorList;
    readonly max_bytes?: number;
  };
  walkKeysets: { readonly previous: TrustedKeys; readonly files_base64: readonly string[]; readonly now: string };
  verifyHeartbeat: {
    readonly raw_base64: string;
    readonly keys: readonly string[];
    readonly now: string;
    readonly list: NamedList;
    readonly prior?: { readonly sequence: number; readonly generated_at: string };
  };
  checkSidecar: SidecarContext & { readonly text: string };
}

export type OperationName = keyof OperationInputs;

/**
 * What is held against the vectors: a function per operation, each giving its answer as JSON or throwing an `OmlaError` to refuse.
 *
 * An operation that is left out leaves its cases out, so that a part (such as the SQL functions) can be held against the same files.
 */
export type Implementation = { readonly [Name in OperationName]?: (input: OperationInputs[Name]) => unknown };
