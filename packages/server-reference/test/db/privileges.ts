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
    board_members: "insert update(is_active,role)",
    commercial_user_private: "insert update(company_id,contact_email,email_confirmed_at) delete",
    commercial_users: "insert update(company_name,domains,is_active,owner_pubkey,reporting_from,reporting_until)",
    complaint_private: "insert update(complainant_email,complaint_id,description,evidence,resolution)",
    complaints: "insert update(closed_at,notified_at,status)",
    compliance_state: "update(told_at)",
    idempotency_keys: "insert update(answer,status) delete",
    keysets: "insert",
    published_heartbeats: "insert",
    published_lists: "insert",
    rate_limits: "insert update(hits,key,reset_at) delete",
    remitter_conversion_fees: "insert update(declared_at,fee_pct,from_code,remitter_id,remitter_kind,to_code) delete",
    remitter_currencies: "insert update(code,declared_at,position,remitter_id,remitter_kind) delete",
    sessions: "insert update(claims,created_at,expires_at,last_used_at,revoked_at,role,token_sha256) delete",
    sign_in_challenges: "insert update(challenge,expires_at,used_at) delete",
    submissions: "insert",
    usage_reports: "insert update(disputed_at,funded_at,status)",
  },
  reviewer: {
    complaint_private: "update(resolution)",
    complaints: "update(closed_at,notified_at,status)",
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
  "document_private",
  "idempotency_keys",
  "lineage_turn",
  "rate_limits",
  "schema_migrations",
  "sessions",
  "sign_in_challenges",
] as const;
