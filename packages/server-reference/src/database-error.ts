import { ApiError } from "./api-error.ts";

interface DatabaseFault {
  readonly code: string;
  readonly message: string;
  readonly constraint?: string;
  readonly detail?: string;
  readonly hint?: string;
}

/** Refusals that PostgreSQL states by itself, by SQLSTATE. */
const STATES: Readonly<Record<string, { readonly status: number; readonly code: string; readonly hint: string }>> = {
  "40001": { status: 409, code: "CONFLICT", hint: "Somebody wrote at the same moment: send the same request again." },
  "40P01": { status: 409, code: "CONFLICT", hint: "Somebody wrote at the same moment: send the same request again." },
  "55P03": { status: 503, code: "BUSY", hint: "Try again in a moment, with the same Idempotency-Key." },
  "57014": { status: 503, code: "TIMEOUT", hint: "Ask for less at a time, or try again later." },
  "53300": { status: 503, code: "BUSY", hint: "Try again in a moment." },
  "57P03": { status: 503, code: "BUSY", hint: "Try again in a moment." },
};

const UNIQUE_VIOLATION = "23505";
const INTEGRITY_CLASS = "23";
const REFUSAL_STATE = /^PT([45]\d\d)$/;

/** The API's refusal for what the database refused; undefined where it is a fault of ours. No SQL and no row leaves the server. */
export function databaseError(error: unknown): ApiError | undefined {
  if (!isDatabaseFault(error)) return undefined;
  const refusal = REFUSAL_STATE.exec(error.code);
  if (refusal !== null) return fromRefusal(error, Number(refusal[1]));
  const state = STATES[error.code];
  if (state !== undefined) return new ApiError(state.status, state.code, "The database is busy.", { hint: state.hint });
  if (error.code.startsWith(INTEGRITY_CLASS) && error.constraint) return fromConstraint(error, error.constraint);
  return undefined;
}

function isDatabaseFault(error: unknown): error is DatabaseFault {
  if (typeof error !== "object" || error === null) return false;
  const { code, message } = error as Partial<DatabaseFault>;
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) && typeof message === "string";
}

/** `omla.refuse` writes the code into the constraint field and again before the message. */
function fromRefusal(fault: DatabaseFault, status: number): ApiError {
  const code = fault.constraint ?? "REFUSED";
  const message = fault.message.startsWith(`${code}: `) ? fault.message.slice(code.length + 2) : fault.message;
  const details = parseDetail(fault.detail);
  return new ApiError(status, code, message, { details, hint: fault.hint || undefined });
}

function parseDetail(detail: string | undefined): Record<string, unknown> | undefined {
  if (detail === undefined || !detail.startsWith("{")) return undefined;
  const parsed = JSON.parse(detail) as Record<string, unknown>;
  return Object.keys(parsed).length === 0 ? undefined : parsed;
}

/** A constraint's name is its code: `wallets_address_key` is answered as `WALLETS_ADDRESS_KEY`. */
function fromConstraint(fault: DatabaseFault, constraint: string): ApiError {
  const unique = fault.code === UNIQUE_VIOLATION;
  const message = unique ? "Something of that name is already there." : `The rule "${constraint}" of the database is not met.`;
  return new ApiError(unique ? 409 : 422, constraint.toUpperCase(), message, { hint: "See /docs for the rules of this operation." });
}
