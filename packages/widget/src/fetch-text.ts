/** As `fetch`; an argument everywhere. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Head and body together. */
const TIMEOUT_MS = 8_000;

/**
 * The body of an answer, or undefined where there is none that can be used: no answer in time, an error status, more than `maxBytes`
 * (counted as they stream, after decompression), or not UTF-8.
 */
export async function fetchText(fetch: Fetch, url: string, init: RequestInit, maxBytes: number): Promise<string | undefined> {
  try {
    const { ok, body } = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
    const reader = ok && body?.getReader();
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    let text = "";
    while (reader) {
      const { value, done } = await reader.read();
      text += decoder.decode(value, { stream: !done });
      if (done) return text;
      maxBytes -= value.length;
      if (maxBytes < 0) return void reader.cancel();
    }
  } catch {
    // What went wrong makes no difference: there is nothing to show from it.
  }
  return undefined;
}
