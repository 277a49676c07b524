/** The roles that a transaction can take; `omla_jobs` owns the tables of the job queue and nothing else. */
export const ROLES = ["anon", "authenticated", "service_role", "reviewer", "payout", "omla_jobs"] as const;
export type Role = (typeof ROLES)[number];

/** What row-level security knows of the caller, as PostgREST hands it on in `request.jwt.claims`. */
export type Claims = Readonly<Record<string, unknown>>;

/** The login of the server: it owns nothing and can only take {@link ROLES}. */
export const APP_ROLE = "omla_app";
export const OWNER_ROLE = "omla_owner";
