const PAGE_SIZE = 100;

/** Every item of a paged list, fetched as it is asked for; the loop that consumes it may stop at any item. */
export async function* pages<T>(fetchPage: (offset: string, limit: string) => Promise<readonly T[]>): AsyncGenerator<T, void, undefined> {
  for (let offset = 0; ; offset += PAGE_SIZE) {
    const items = await fetchPage(String(offset), String(PAGE_SIZE));
    yield* items;
    if (items.length < PAGE_SIZE) return;
  }
}
