/** Probes and scrapers wait a few seconds at most, and want all other figures while the database is away. */
export const ANSWER_MS = 2_500;

/**
 * Waits for work no longer than `limitMs`; what comes later is forgotten.
 *
 * @throws {Error} where it takes longer
 */
export async function withinTime<T>(limitMs: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${limitMs} ms`)), limitMs);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}
