/** What money is held from a wallet for. */
export type HoldReason = "tax" | "dispute" | "hoster" | "rail";

type AccountKind =
  | "receivable"
  | "accrued"
  | "clearing"
  | "cash"
  | "unapplied"
  | "payable"
  | "held"
  | "in_transit"
  | "fees:conversion"
  | "fees:rail"
  | "fx"
  | "suspense";

/** An account of the ledger, written `kind:owner`; {@link accounts} is the one place that spells them. */
export type Account = `${AccountKind}:${string}`;

/** Debit accounts are positive, credit accounts negative; `docs/explanations/ledger.md` says what moves them. */
export const accounts = {
  /** What a company owes of the lines it filed (debit). */
  receivable: (companyId: string): Account => `receivable:${companyId}`,
  /** Net royalty of a line that was not distributed yet (credit); a debit is still to be taken back from wallets. */
  accrued: (reportId: string): Account => `accrued:${reportId}`,
  /** Received and not cleared (debit). */
  clearing: (rail: string): Account => `clearing:${rail}`,
  /** Cleared money (debit). */
  cash: (rail: string): Account => `cash:${rail}`,
  /** Over-payments of a company (credit). */
  unapplied: (companyId: string): Account => `unapplied:${companyId}`,
  /** What a wallet is to get (credit); a debit after a dispute is offset against later quarters. */
  payable: (wallet: string): Account => `payable:${wallet}`,
  /** What is kept back from a wallet (credit). */
  held: (reason: HoldReason, wallet: string): Account => `held:${reason}:${wallet}`,
  /** Sent, and not known to have arrived (credit). */
  inTransit: (transferId: string): Account => `in_transit:${transferId}`,
  /** Conversion fees that a remitter declared. */
  conversionFees: (companyId: string): Account => `fees:conversion:${companyId}`,
  /** What a rail took. */
  railFees: (rail: string): Account => `fees:rail:${rail}`,
  /** Both sides of an exchange meet here. */
  fx: (rail: string): Account => `fx:${rail}`,
  /** What a person must look at. */
  suspense: (what: string): Account => `suspense:${what}`,
} as const;
