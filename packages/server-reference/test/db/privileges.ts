import type { Role } from "../../src/db/role.ts";

/** A command on a table, with the columns that may be changed where not all of them may. */
type Grants = Readonly<Record<string, string>>;

/** Everything that a role may write, table by table. What does not stand here must be refused. */
export const WRITES: Readonly<Record<Exclude<Role, "omla_jobs"> | "omla_app", Grants>> = {
  anon: {},
  authenticated: {},
  omla_app: {},
  service_role: {
    api_keys: "insert update(expires_at,revoked_at)",
    board_credentials: "insert update(failures,last_step,locked_until,sealed_secret)",
    board_members: "insert update(is_active,role)",
    board_sessions: "insert update(last_used_at,revoked_at) delete",
    collection_allocations: "insert",
    collection_refunds: "insert",
    collections: "insert",
    commercial_user_private: "insert update(company_id,contact_email,email_confirmed_at) delete",
    commercial_users: "insert update(company_name,domains,is_active,owner_pubkey,reporting_from,reporting_until)",
    complaint_private: "insert update(complainant_email,complaint_id,description,evidence,filer_sha256,redacted_at,resolution)",
    complaints: "insert update(closed_at,notified_at,status)",
    compliance_state: "update(told_at)",
    idempotency_keys: "insert update(answer,status) delete",
    keysets: "insert",
    notices: "insert update(leased_until,sent_at)",
    line_holds: "insert update(released_at,released_by)",
    list_checks: "insert delete",
    list_proposals: "insert update(approved_at,closed_at,signatures,status)",
    payment_request_lines: "insert",
    payment_requests: "insert update(external_id,opened_at,url)",
    published_heartbeats: "insert",
    published_lists: "insert",
    rail_accounts: "insert update(is_ready,told_at)",
    rail_events: "insert update(fact,note,outcome,settled_at,subject)",
    rail_payment_names: "insert",
    rate_limits: "insert update(hits,key,reset_at) delete",
    receipts: "insert",
    remitter_conversion_fees: "insert update(declared_at,fee_pct,from_code,remitter_id,remitter_kind,to_code) delete",
    remitter_currencies: "insert update(code,declared_at,position,remitter_id,remitter_kind) delete",
    sign_in_challenges: "insert update(challenge,expires_at,used_at) delete",
    submissions: "insert",
    usage_reports: "insert update(disputed_at,funded_at,status)",
  },
  reviewer: {
    complaint_private: "update(resolution)",
    complaints: "update(closed_at,notified_at,status)",
    line_holds: "insert update(released_at,released_by)",
    usage_reports: "update(disputed_at,funded_at,status)",
  },
  payout: {
    hoster_reimbursements: "insert",
    payments: "insert update(fx_rate_used,paid_at,rail,settled_amount,settled_currency,status)",
    usage_reports: "update(paid_at,status)",
  },
};

/** Tables whose rows nobody but service_role and the owner may read at all. */
export const SECRET_TABLES = [
  "api_keys",
  "board_credentials",
  "board_sessions",
  "document_private",
  "idempotency_keys",
  "lineage_turn",
  "notices",
  "rail_accounts",
  "rail_events",
  "rail_payment_names",
  "rate_limits",
  "schema_migrations",
  "sign_in_challenges",
  "wallet_rail_private",
  "wallet_rails",
] as const;
