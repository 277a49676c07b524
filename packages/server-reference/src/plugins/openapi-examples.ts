/** What an operation is sent and what it answers; both hold against their schemas. */
export interface Example {
  readonly request?: unknown;
  readonly answer: unknown;
}

const MODEL_ID = "6f1d2c1e-8a53-4b8e-9d0c-3b1f6a7e2c40";
const ADDRESS = "omla1duwjc8522d9ca8gv8v0k5l3vgqefspj6";
const UNKNOWN_ADDRESS = "omla1qqqqqqqqqqqqqqqqqqqqqqqqqqgr6t2a";
const WEIGHT_HASH = "12b82a891c1e082ea02d61a26f52b79246cbd2d502989cfef2ab142d03b847f4";
const PUBLIC_KEY = "6kpsY+KcUgq+9VB7Ey7F+ZVHdq6+vnuSQh7qaRRG0iw=";
const COMPANY_ID = "cc264d5f-3abb-4e08-aaf1-b2c9f62aac8f";
const MODEL_NAME = "Tiny Vision 1";
const QUARTER = "2026-Q1";
const NOW = "2026-05-15T12:00:00Z";
const DUE = "2026-06-14T12:00:00Z";
const NOTHING = "0.000000";
const LICENSE = "v8-10-2025";

/** Signed with the key above, so that the example verifies. */
const REGISTRATION = {
  spec: "omla-registration/1",
  issued_at: NOW,
  registry: "https://registry.test",
  model_id: MODEL_ID,
  name: MODEL_NAME,
  license_version: LICENSE,
  ed25519_pubkey: PUBLIC_KEY,
  model_hash: WEIGHT_HASH,
  wallet: { address: ADDRESS, rail: "stripe" },
  lineage: [],
  contribution_splits: [],
  private_sha256: "c04a0aa355501099dd1dd848777b9617f8f4665cd3578249ef4970653066ba11",
  registration_signature: "t2oo7PdM+PrwcO6zPPTWXikiJkiXjNAd9in7tVBmboE9lWKJ8mC+3x24lgbdyhlCbRXpW46PIkt8JrlQQxHzBg==",
};
const WHOLE = { share: "1000000000000000000", percentage: "100" };

interface Filed {
  readonly submission_id: string | null;
  readonly report_id: string | null;
  readonly version: number | null;
}

function report(revenue_usd: string): object {
  return { quarter: QUARTER, entries: [{ model: ADDRESS, inferences: 120_000, revenue_usd, run_cost_usd: "2100.00" }] };
}

/** Thirty percent of the revenue, all of it to one wallet. */
function receipt({ submission_id, report_id, version }: Filed, revenue_usd: string, royalty_usd: string): object {
  const royalty = { royalty_usd, deducted_fees_usd: NOTHING, net_royalty_usd: royalty_usd };
  const filed = submission_id !== null;
  return {
    ...{ submission_id, company_id: COMPANY_ID, quarter: QUARTER, version, final: false, filed_at: filed ? NOW : null, due_at: DUE },
    ...{ live: true, ...royalty },
    lines: [
      {
        ...{ report_id, entry: "entries[0]", model_id: MODEL_ID, address: ADDRESS, name: MODEL_NAME, asset_kind: "model" },
        ...{ status: filed ? "submitted" : null, inferences: 120_000, revenue_usd, run_cost_usd: "2100.000000" },
        ...{ weight: "1", rate: "0.3", royalty_basis: "revenue", ...royalty, hoster_pool_usd: NOTHING, creator_pool_usd: royalty_usd },
      },
    ],
    allocations: [
      {
        ...{ wallet: ADDRESS, amount_usd: royalty_usd, currency: "USD", route: "native", fee_pct: "0", conversion_fee_usd: NOTHING },
        settled: { currency: "USD", amount: royalty_usd, rate: "1", rate_at: null },
        lines: [{ report_id, entry: "entries[0]", amount_usd: royalty_usd }],
      },
    ],
    policy: "sequential",
  };
}

const FIRST = { submission_id: "4329dc94-341e-4068-936c-e66278b89ffd", report_id: "2be58082-b8b0-45da-9cd1-46571133bce7", version: 1 };
const SECOND = { submission_id: "bfb6c818-ccc7-406a-8503-9bf20bc101e3", report_id: "383ad92f-fd23-4832-969f-b351045d66ab", version: 2 };
const UNFILED = { submission_id: null, report_id: null, version: null };

const REGISTERED = {
  ...{ registered: true, model_id: MODEL_ID, name: MODEL_NAME, address: ADDRESS, ed25519_pubkey: PUBLIC_KEY },
  ...{ license_version: LICENSE, asset_kind: "model", state: "REPORTING", state_since: NOW, registered_at: NOW },
  ...{ locations: [], as_of: NOW, query: WEIGHT_HASH },
};
const UNREGISTERED = {
  ...Object.fromEntries(Object.keys(REGISTERED).map((member) => [member, null])),
  ...{ registered: false, as_of: NOW, query: UNKNOWN_ADDRESS },
};

/** One story from registration to lookup, by the operations that every integration begins with. */
export const EXAMPLES: Readonly<Partial<Record<string, Example>>> = {
  registerModel: {
    request: {
      document: REGISTRATION,
      private: { rail_identifier: "acct_test", contact_email: "creator@example.org", salt: "0123456789abcdef" },
    },
    answer: {
      ...{ model_id: MODEL_ID, address: ADDRESS, name: MODEL_NAME, registered_at: NOW },
      digest: "a4a3ec62ab733acf1638bbad0958e5c88ca6ed6ec57c9086992ae8552d40b1ca",
      plan: {
        ...{ ok: true, model_id: MODEL_ID, address: ADDRESS, lineage_policy: "sequential", faults: [], parents: [], local: WHOLE },
        shares: [{ wallet: ADDRESS, ...WHOLE }],
      },
    },
  },
  registerCompany: {
    request: { company_name: "Example Ltd", contact_email: "office@example.com", domains: ["example.com"] },
    answer: {
      ...{ company_id: COMPANY_ID, company_name: "Example Ltd", domains: ["example.com"], created_at: NOW },
      api_key: "omla_live_shown-once",
    },
  },
  quote: { request: report("18400.00"), answer: receipt(UNFILED, "18400.000000", "5520.000000") },
  submitReport: { request: report("18400.00"), answer: receipt(FIRST, "18400.000000", "5520.000000") },
  amendReport: { request: report("18650.00"), answer: receipt(SECOND, "18650.000000", "5595.000000") },
  due: {
    answer: {
      ...{ company_id: COMPANY_ID, state: "REPORTING", email_confirmed: true, reporting_from: QUARTER, reporting_until: null, reports: [] },
      payments: [
        {
          ...{ report_id: SECOND.report_id, model_id: MODEL_ID, quarter: QUARTER, status: "submitted", due_at: DUE, late: false },
          ...{ net_royalty_usd: "5595.000000", paid_usd: NOTHING, open_usd: "5595.000000" },
        },
      ],
      ...{ total_usd: "5595.000000", as_of: NOW },
    },
  },
  verifyByHash: { request: { hash: WEIGHT_HASH }, answer: [REGISTERED] },
  verifyMany: { request: { hashes: [WEIGHT_HASH], addresses: [UNKNOWN_ADDRESS] }, answer: [REGISTERED, UNREGISTERED] },
};
