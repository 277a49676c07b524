export { type Audit, type Audits } from "./client/audits.ts";
export { type BlacklistOptions } from "./client/blacklist.ts";
export { type ApiKeyFacts, type Companies, type CompanyInput, type MintedApiKey, type RegisteredCompany } from "./client/companies.ts";
export { type Client, type ClientOptions, createClient } from "./client/create-client.ts";
export { type Credentials } from "./client/credentials.ts";
export { OmlaAccessError, OmlaConflictError, OmlaInputError, OmlaUnavailableError, OmlaVersionError } from "./client/errors.ts";
export { type Explanation, type ExplanationLine } from "./client/explain.ts";
export {
  type Model,
  type Models,
  type ModelWallet,
  type MutatedModel,
  type PendingRotation,
  type RegisteredModel,
  type ResolvedSplit,
  type SearchOptions,
  type Standing,
} from "./client/models.ts";
export { type Complaints, type ComplaintInput, type ComplaintReceipt, type ComplaintStanding } from "./client/complaints.ts";
export { type Currencies, type CurrencyDeclaration, type RemitterReference } from "./client/currencies.ts";
export { type Dispute, type DisputeInput, type Disputes } from "./client/disputes.ts";
export { type CaseLine, type EvidenceFile, type EvidenceType, type StoredEvidence } from "./client/evidence.ts";
export { type HosterAccrual, type HosterClaimStanding, type Hosters, type ReportedVolume } from "./client/hosters.ts";
export { type Payment, type PaymentFilter, type Payments, type TaxHold, type TaxStanding } from "./client/payments.ts";
export {
  type Debts,
  type PaidLine,
  type PayInput,
  type PaymentReceipt,
  type PaymentRequest,
  type Receivable,
  type ReceivableFilter,
  type Receivables,
} from "./client/receivables.ts";
export { type Certificate, type CertificateInput } from "./client/certificate.ts";
export { type Session } from "./client/sessions.ts";
export { type PrivateBeside, type SignedCallOptions } from "./client/signed-call.ts";
export { type RegisteredWallet, type WalletInput, type Wallets } from "./client/wallets.ts";
export { type Quote } from "./client/quote.ts";
export { type Allocation, type Receipt, type ReceiptLine, type Route, type Settled } from "./client/receipt.ts";
export { type RegistryFacts } from "./client/registry-facts.ts";
export { type ReportInput } from "./client/report-input.ts";
export { type FiledLine, type FiledReport } from "./client/filed-report.ts";
export { type Reports } from "./client/reports.ts";
export { type CallOptions } from "./client/call.ts";
export { type Fetch } from "./client/transport.ts";
export { type ExplainedEdge, type ExplainedPart, type SplitExplanation } from "./protocol/explain.ts";
export { type LineageGraph } from "./protocol/lineage-graph.ts";
export { OmlaError, type OmlaErrorOptions } from "./protocol/errors.ts";
export { compareReports, type ReportChange } from "./client/compare-reports.ts";
export { type PipelineEntry, type PipelineModel, type PlainEntry, type ReportEntry } from "./protocol/report.ts";
