/** Forms of fields, shared by the hand-written readers and the zod schemas. */
export const UUID: RegExp = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
export const UUID_V4: RegExp = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
export const SHA256_HEX: RegExp = /^[0-9a-f]{64}$/;
/** Scheme, host and port of a registry, in lower case; `http` for a registry on one's own machine. */
export const ORIGIN: RegExp = /^https?:\/\/(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:.]+\])(?::[1-9][0-9]{0,4})?$/;
export const HTTPS_URL: RegExp = /^https:\/\/[^\s/?#@\\]+(?:[/?#][^\s\\]*)?$/;
export const CURRENCY_CODE: RegExp = /^[A-Z][A-Z0-9_-]{1,15}$/;
export const METADATA_NAME: RegExp = /^[a-z][a-z0-9_.-]{0,63}$/;
/** One line: no control character, and something to see. */
export const LINE: RegExp = /^[^\p{Cc}]*\S[^\p{Cc}]*$/u;

/** Lengths in UTF-16 code units and numbers of items. */
export const MAX: Readonly<Record<MaxName, number>> = {
  line: 200,
  text: 4000,
  url: 500,
  path: 1000,
  wallets: 64,
  prefs: 16,
  files: 1000,
  locations: 32,
  hashes: 1000,
  metadata: 64,
  totals: 1000,
};
type MaxName = "line" | "text" | "url" | "path" | "wallets" | "prefs" | "files" | "locations" | "hashes" | "metadata" | "totals";

export const RAILS = ["stripe", "paypal", "lightning", "ach", "sepa", "wise", "other"] as const;
export const RELATIONSHIPS = ["fine-tune", "merge", "distill", "quantize", "derivative"] as const;
export const ASSET_KINDS = ["model", "dataset", "likeness", "artwork"] as const;
export const COMPLIANCE_STATES = ["REGISTERED", "REPORTING", "COMPLIANT", "UNDER_REVIEW", "DELINQUENT", "BLACKLISTED"] as const;
export type Rail = (typeof RAILS)[number];
export type Relationship = (typeof RELATIONSHIPS)[number];
export type AssetKind = (typeof ASSET_KINDS)[number];
