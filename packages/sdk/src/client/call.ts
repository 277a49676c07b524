/** What a caller can say for a single call. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** For one attempt; the client's default where absent. */
  readonly timeoutMs?: number | undefined;
}

/** One request in the registry's terms. */
export interface Call extends CallOptions {
  readonly method: "GET" | "POST";
  /** Begins with a slash. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: unknown;
  /** It reads, so that repeating it changes nothing. GET always does. */
  readonly reads?: boolean | undefined;
  /** The registry carries out calls of one key once, so that repeating it is safe. */
  readonly idempotencyKey?: string | undefined;
  readonly maxBytes?: number | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
  readonly requestId: string | undefined;
}
