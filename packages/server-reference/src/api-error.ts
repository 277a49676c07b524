import { OmlaError, type OmlaErrorOptions } from "@omla/sdk/protocol";

/** What one refusal of the API means on the wire: its status, and what the caller should do. */
export interface ApiErrorSpec {
  readonly status: number;
  readonly hint: string;
}

/** A refusal with its HTTP status; everything else about it is the protocol's {@link OmlaError}. */
export class ApiError extends OmlaError {
  override readonly name: string = "ApiError";
  readonly status: number;

  constructor(status: number, code: string, message: string, options: OmlaErrorOptions = {}) {
    super(code, message, options);
    this.status = status;
  }
}

/** Runs a part of a larger input; what it refuses is answered with the place of that part before its path. */
export async function within<T>(base: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof OmlaError ? placed(error, base) : error;
  }
}

function placed(error: OmlaError, base: string): OmlaError {
  const { code, message, hint, details, cause } = error;
  const path = error.path === undefined ? base : `${base}.${error.path}`;
  const options = { path, hint, details, cause };
  return error instanceof ApiError ? new ApiError(error.status, code, message, options) : new OmlaError(code, message, options);
}

/** The raiser of one noun's refusals: a code that is not in its table does not compile. */
export type ErrorRaiser<Code extends string> = (
  code: Code,
  message: string,
  path?: string,
  details?: Readonly<Record<string, unknown>>,
) => ApiError;

/** Binds a table of refusals (`domain/<noun>/errors.ts`) to the function that raises them. */
export function errorsOf<Code extends string>(table: Readonly<Record<Code, ApiErrorSpec>>): ErrorRaiser<Code> {
  return (code, message, path, details) => {
    const spec = table[code];
    return new ApiError(spec.status, code, message, { hint: spec.hint, path, details });
  };
}
