import { OmlaError, type OmlaErrorOptions } from "../protocol/errors.ts";

/** The input is wrong: whoever wrote it corrects the field at `path`. */
export class OmlaInputError extends OmlaError {
  override readonly name: string = "OmlaInputError";
}

/** The credentials do not suffice: whoever administers the API key or session acts. */
export class OmlaAccessError extends OmlaError {
  override readonly name: string = "OmlaAccessError";
}

/** The registry holds something else already: whoever knows which of the two is meant decides. */
export class OmlaConflictError extends OmlaError {
  override readonly name: string = "OmlaConflictError";
}

/** The registry cannot be reached or is busy: nobody needs to change anything; run it again later, the same call counts once. */
export class OmlaUnavailableError extends OmlaError {
  override readonly name: string = "OmlaUnavailableError";
  /** How long the registry asks to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(code: string, message: string, options: OmlaErrorOptions & { readonly retryAfterMs?: number | undefined } = {}) {
    super(code, message, options);
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** This SDK and what answers at the URL do not fit: whoever runs either of them upgrades, or corrects the URL. */
export class OmlaVersionError extends OmlaError {
  override readonly name: string = "OmlaVersionError";
}

/** A fault that the protocol's functions find in the caller's input, in the family of the client. */
export function asInputError(error: unknown): unknown {
  if (!(error instanceof OmlaError) || error.name !== "OmlaError") return error;
  const { code, message, path, hint, details } = error;
  return new OmlaInputError(code, message, { path, hint, details, cause: error });
}
