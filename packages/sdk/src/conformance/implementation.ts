import type {
  ComplianceInput,
  DocumentType,
  HosterForkInput,
  LineageInput,
  PayoutCurrencyInput,
  PriorList,
  RoyaltyInput,
  SplitsInput,
} from "../protocol/index.ts";

/** What is handed to each operation, in the words of the vectors. */
export interface OperationInputs {
  decodeAddress: { readonly address: string };
  encodeAddress: { readonly payload_hex: string };
  canonicalizeText: { readonly text: string };
  documentMessage: { readonly type: DocumentType; readonly document: object };
  signDocument: { readonly type: DocumentType; readonly document: object; readonly secret_key: string };
  verifyDocument: { readonly type: DocumentType; readonly signed_document: object; readonly public_key: string };
  readSecretKey: { readonly secret_key: string };
  parseAmount: { readonly text: string };
  computeRoyalty: RoyaltyInput;
  resolveSplits: SplitsInput;
  assertLineage: LineageInput;
  resolveHosterFork: HosterForkInput;
  resolvePayoutCurrency: PayoutCurrencyInput;
  payoutAmounts: SplitsInput & { readonly creator_pool_usd: string };
  tickCompliance: ComplianceInput;
  verifyBlacklist: {
    readonly raw_base64: string;
    readonly keys: readonly string[];
    readonly threshold?: number;
    readonly now: string;
    readonly prior?: PriorList;
  };
}

export type OperationName = keyof OperationInputs;

/**
 * What is held against the vectors: a function per operation, each giving its answer as JSON or throwing an `OmlaError` to refuse.
 *
 * An operation that is left out leaves its cases out, so that a part (such as the SQL functions) can be held against the same files.
 */
export type Implementation = { readonly [Name in OperationName]?: (input: OperationInputs[Name]) => unknown };
