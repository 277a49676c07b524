import type { Labels } from "./labels.ts";

export const labels: Labels = {
  registered: "Registered",
  reporting: "Reporting",
  compliant: "Compliant",
  under_review: "Under review",
  delinquent: "Payment overdue",
  blacklisted: "Blacklisted",
  loading: "Checking…",
  unreadable: "No valid omla.json",
  unsigned: "Not signed",
  mismatch_signature: "Invalid signature",
  mismatch_key: "Key does not match",
  mismatch_wallet: "Wallet does not match",
  mismatch_weights: "Weights do not match",
  mismatch_location: "Not for this page",
  claimed: "Claimed at {host}",
  unregistered: "Not registered",
  stale: "Answer out of date",
  unreachable: "Registry unreachable",
};
