/** A refusal in PostgREST's form. */
export class RestError extends Error {
  override readonly name: string = "RestError";
  readonly status: number;
  readonly code: string;
  readonly details: unknown;
  readonly hint: string | null;

  constructor(
    status: number,
    code: string,
    message: string,
    more: { readonly details?: unknown; readonly hint?: string | null | undefined } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = more.details ?? null;
    this.hint = more.hint ?? null;
  }

  toBody(): RestErrorBody {
    return { code: this.code, details: this.details, hint: this.hint, message: this.message };
  }
}

export interface RestErrorBody {
  readonly code: string;
  readonly details: unknown;
  readonly hint: string | null;
  readonly message: string;
}

/** What cannot be parsed, in the words of PostgREST. */
export function parseError(what: string, text: string, column: number, details: string): RestError {
  return new RestError(400, "PGRST100", `"failed to parse ${what} (${clip(text)})" (line 1, column ${column})`, { details });
}

export function limitError(message: string, status = 400): RestError {
  return new RestError(status, "PGRST100", message, { hint: "Ask for less at a time." });
}

export function rangeError(details: string): RestError {
  return new RestError(416, "PGRST103", "Requested range not satisfiable", { details });
}

export function unknownColumn(relation: string, column: string): RestError {
  return new RestError(400, "42703", `column ${clip(relation)}.${clip(column)} does not exist`);
}

const MOST_ECHOED = 200;

/** A stranger's text is repeated in part only. */
export function clip(text: string): string {
  return text.length > MOST_ECHOED ? `${text.slice(0, MOST_ECHOED)}…` : text;
}
