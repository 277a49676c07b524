const KEEP_MS = 300_000;
const KEEP_FAILURE_MS = 30_000;
const MAX_ENTRIES = 5_000;

/** Answers shared by all badges of a page: five minutes long; failures, which are undefined, half a minute. */
export type SharedCache<T> = (key: string, load: () => Promise<T | undefined>) => Promise<T | undefined>;

/** @param now - milliseconds since 1970 */
export function createSharedCache<T>(now: () => number): SharedCache<T> {
  const entries = new Map<string, { readonly value: Promise<T | undefined>; until: number }>();
  return (key, load) => {
    const known = entries.get(key);
    if (known && known.until > now()) return known.value;
    if (entries.size >= MAX_ENTRIES) entries.clear();
    const entry = { value: load(), until: Infinity };
    entries.set(key, entry);
    void entry.value.then((value) => (entry.until = now() + (value === undefined ? KEEP_FAILURE_MS : KEEP_MS)));
    return entry.value;
  };
}
