import { Slices } from "./slices.ts";

/** What a download gave. A 304 says only that nothing changed: it never makes a list younger. */
export type Download = { readonly changed: false } | { readonly changed: true; readonly raw: Uint8Array; readonly etag: string | null };

export type SourceCode = "HTTP_STATUS" | "HTTP_REDIRECT" | "HTTP_TYPE" | "HTTP_TOO_LARGE" | "HTTP_TIMEOUT" | "HTTP_UNREACHABLE";

/** A download that failed; the list that is held stays. */
export class SourceError extends Error {
  override readonly name = "SourceError";
  readonly code: SourceCode;
  /** The HTTP status where there was an answer. */
  readonly status: number | undefined;

  constructor(code: SourceCode, message: string, options: ErrorOptions & { readonly status?: number } = {}) {
    super(message, options);
    this.code = code;
    this.status = options.status;
  }
}

export interface SourceOptions {
  readonly fetch: typeof fetch;
  readonly timeoutMs: number;
  /** Counted after decompression, while the body arrives. */
  readonly maxBytes: number;
}

/**
 * Downloads a file once, within its limits; redirects are refused.
 *
 * @throws {SourceError}
 */
export async function download(url: string, etag: string | null, { fetch, timeoutMs, maxBytes }: SourceOptions): Promise<Download> {
  const signal = AbortSignal.timeout(timeoutMs);
  const headers: Record<string, string> = { accept: "application/json" };
  if (etag !== null) headers["if-none-match"] = etag;
  try {
    const response = await fetch(url, { headers, redirect: "manual", signal });
    if (response.status === 304 && etag !== null) return { changed: false };
    await refuseUnusable(response);
    return { changed: true, raw: await readCapped(response, maxBytes, signal), etag: response.headers.get("etag") };
  } catch (error) {
    if (error instanceof SourceError) throw error;
    if (signal.aborted) throw new SourceError("HTTP_TIMEOUT", `no whole answer within ${timeoutMs} ms`, { cause: error });
    throw new SourceError("HTTP_UNREACHABLE", `cannot be reached: ${describe(error)}`, { cause: error });
  }
}

async function refuseUnusable(response: Response): Promise<void> {
  const fault = faultOf(response);
  if (fault === undefined) return;
  await response.body?.cancel().catch(() => undefined);
  throw fault;
}

function faultOf(response: Response): SourceError | undefined {
  const { status, type } = response;
  if (type === "opaqueredirect" || (status >= 300 && status < 400))
    return new SourceError("HTTP_REDIRECT", "answers with a redirect, which is refused");
  if (status !== 200) return new SourceError("HTTP_STATUS", `answers with status ${status}`, { status });
  const contentType = response.headers.get("content-type") ?? "";
  if (!/^application\/([a-z.+-]+\+)?json\b/i.test(contentType))
    return new SourceError("HTTP_TYPE", `answers with ${contentType || "no content type"}, not JSON`);
  return undefined;
}

async function readCapped(response: Response, maxBytes: number, signal: AbortSignal): Promise<Uint8Array> {
  const reader = response.body?.getReader();
  if (reader === undefined) return new Uint8Array();
  const stop = (): void => void reader.cancel().catch(() => undefined);
  signal.addEventListener("abort", stop, { once: true });
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    signal.throwIfAborted();
    if (done) break;
    length += value.length;
    if (length > maxBytes) {
      stop();
      throw new SourceError("HTTP_TOO_LARGE", `sends more than ${maxBytes} bytes`);
    }
    chunks.push(value);
  }
  signal.removeEventListener("abort", stop);
  return joined(chunks, length);
}

/** Tens of megabytes take longer to copy than a request should wait. */
async function joined(chunks: readonly Uint8Array[], length: number): Promise<Uint8Array> {
  const whole = new Uint8Array(length);
  const slices = new Slices();
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
    if (slices.isOver()) await slices.next();
  }
  return whole;
}

function describe(error: unknown): string {
  const { message, cause } = error as { message?: unknown; cause?: { code?: unknown } };
  return [message, cause?.code].filter((part) => typeof part === "string").join(", ");
}
