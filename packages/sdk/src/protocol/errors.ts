/** A code, and what its reader should do. */
export type HintedCode = readonly [code: string, hint: string];

/** What an {@link OmlaError} can carry beside its code and message. */
export interface OmlaErrorOptions {
  /** Where: the field at fault in the caller's own terms, such as `entries[2].revenue_usd`. */
  readonly path?: string | undefined;
  /** What to do about it, in one sentence. */
  readonly hint?: string | undefined;
  /** Figures that help to see the fault; serialisable. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  readonly cause?: unknown;
  /** The registry's name for the request that it refused: quote it when asking its operator. */
  readonly requestId?: string | undefined;
}

/** The body of every refusal on the wire. */
export interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>> | null;
  readonly hint: string | null;
  readonly request_id: string | null;
}

/**
 * The one base of all errors of this software: a stable `code`, where (`path`), and what to do (`hint`).
 *
 * @see docs/spec/9-errors.md clause 9.1
 */
export class OmlaError extends Error {
  override readonly name: string = "OmlaError";
  /** Stable, upper snake case. Branch on this, never on the message. */
  readonly code: string;
  readonly path: string | undefined;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;
  readonly requestId: string | undefined;

  constructor(code: string, message: string, options: OmlaErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.path = options.path;
    this.hint = options.hint;
    this.details = options.details;
    this.requestId = options.requestId;
  }

  /** The HTTP body of this error; `path` travels inside `details`. */
  toBody(requestId: string | null = this.requestId ?? null): ErrorBody {
    const details = this.path === undefined ? this.details : { path: this.path, ...this.details };
    return { code: this.code, message: this.message, details: details ?? null, hint: this.hint ?? null, request_id: requestId };
  }
}

/** An error of the protocol with the hint that belongs to its code. */
export function protocolError(
  [code, hint]: HintedCode,
  message: string,
  path?: string,
  details?: Readonly<Record<string, unknown>>,
): OmlaError {
  return new OmlaError(code, message, { path, details, hint });
}

/** `base.member` or `base[3]`; the base may be absent. */
export function joinPath(base: string | undefined, member: string | number): string {
  if (typeof member === "number") return `${base ?? ""}[${member}]`;
  return base === undefined || base === "" ? member : `${base}.${member}`;
}
