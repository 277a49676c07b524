import { ApiError } from "../api-error.ts";
import { codeHint, constraintCode } from "./constraint-codes.ts";

/** What pg and PGlite say of a failed statement. */
export interface DatabaseFault {
  /** SQLSTATE. */
  readonly code: string;
  readonly message: string;
  readonly constraint?: string | undefined;
  readonly column?: string | undefined;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
}

interface StateRow {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

const CONFLICT: StateRow = {
  status: 409,
  code: "CONFLICT",
  message: "Somebody wrote at the same moment.",
  hint: "Send the same request again, with the same Idempotency-Key.",
};
const BUSY: StateRow = {
  status: 503,
  code: "BUSY",
  message: "The database is busy.",
  hint: "Try again in a moment, with the same Idempotency-Key.",
};
const FULL: StateRow = {
  status: 503,
  code: "STORAGE_FULL",
  message: "The database has no room left.",
  hint: "Tell the operator; then send the same request again, with the same Idempotency-Key.",
};
const RANGE: StateRow = {
  status: 422,
  code: "AMOUNT_RANGE",
  message: "A number is out of range.",
  hint: "Amounts are not negative and below 10^12.",
};
const FORM: StateRow = {
  status: 422,
  code: "FIELD_INVALID",
  message: "A value does not have the form of its field.",
  hint: "Compare the field with its schema.",
};

/** Refusals that PostgreSQL states by itself. */
const STATES: Readonly<Record<string, StateRow>> = {
  "40001": CONFLICT,
  "40P01": CONFLICT,
  "53100": FULL,
  "53200": BUSY,
  "53300": BUSY,
  "55P03": BUSY,
  "57P01": BUSY,
  "57P02": BUSY,
  "57P03": BUSY,
  "57014": { status: 503, code: "TIMEOUT", message: "The question takes too long.", hint: "Ask for less at a time, or try again later." },
  "42501": { status: 403, code: "FORBIDDEN", message: "This role may not do that.", hint: "See the table of roles in the documentation." },
  "22003": RANGE,
  "22001": FORM,
  "22007": FORM,
  "22008": FORM,
  "22021": FORM,
  "22P02": FORM,
  "22P05": FORM,
  "23502": { status: 422, code: "FIELD_MISSING", message: "A field is missing.", hint: "Compare the fields with the schema." },
};

const REFUSAL_STATE = /^PT([45]\d\d)$/;

/** The API's refusal for what the database refused; undefined where it is a fault of ours. No SQL and no row leaves the server. */
export function databaseError(error: unknown): ApiError | undefined {
  if (!isDatabaseFault(error)) return undefined;
  const refusal = REFUSAL_STATE.exec(error.code);
  if (refusal !== null) return fromRefusal(error, Number(refusal[1]));
  return fromConstraint(error) ?? fromState(error);
}

/** What a lost connection means for a caller: PostgreSQL may have stored what was under way, or not. */
export const UNREACHABLE = "DATABASE_UNREACHABLE";

/** The refusal where no connection is made, or one breaks while it is used. */
export function unreachable(cause: unknown): ApiError {
  return new ApiError(503, UNREACHABLE, "The database cannot be reached.", {
    hint: "Try again in a moment; a write with the same Idempotency-Key is done once, even if this one was stored.",
    cause,
  });
}

export function isDatabaseFault(error: unknown): error is DatabaseFault {
  if (typeof error !== "object" || error === null) return false;
  const { code, message } = error as Partial<DatabaseFault>;
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) && typeof message === "string";
}

/** `omla.refuse` writes the code into the constraint field and again before the message. */
function fromRefusal(fault: DatabaseFault, status: number): ApiError {
  const code = fault.constraint ?? "REFUSED";
  const message = fault.message.startsWith(`${code}: `) ? fault.message.slice(code.length + 2) : fault.message;
  const { path, ...details } = parseDetail(fault.detail);
  return new ApiError(status, code, message, {
    path: typeof path === "string" ? path : undefined,
    details: Object.keys(details).length === 0 ? undefined : details,
    hint: fault.hint || codeHint(code),
  });
}

function parseDetail(detail: string | undefined): Record<string, unknown> {
  return detail?.startsWith("{") === true ? (JSON.parse(detail) as Record<string, unknown>) : {};
}

function fromConstraint({ constraint }: DatabaseFault): ApiError | undefined {
  const known = constraint === undefined ? undefined : constraintCode(constraint);
  return known && new ApiError(known.status, known.code, known.message, { hint: known.hint, details: { rule: constraint } });
}

function fromState(fault: DatabaseFault): ApiError | undefined {
  const row = STATES[fault.code];
  return row && new ApiError(row.status, row.code, row.message, { hint: row.hint, path: fault.column, cause: fault });
}
