import { OmlaError, type PriorList, type TrustedKeys, verifyKeyset } from "@omla/sdk/protocol";
import { download, SourceError, type SourceOptions } from "./list-source.ts";

/** Versions that one refresh walks at the most. */
const MAX_STEPS = 64;
const MAX_KEYSET_BYTES = 65_536;

/**
 * The keys that are trusted now: those that the operator pinned, then every version that the ones before it have signed.
 *
 * What was walked is kept as files, and walked again from the pinned keys after a restart; nothing else is believed.
 *
 * @see docs/spec/7-blacklist.md clauses 7.22 to 7.24
 */
export class KeyRing {
  #trusted: TrustedKeys;
  readonly #files: string[] = [];

  constructor(pinned: TrustedKeys) {
    this.#trusted = pinned;
  }

  get trusted(): TrustedKeys {
    return this.#trusted;
  }

  /** The files of the versions after the pinned one, in order. */
  get files(): readonly string[] {
    return this.#files;
  }

  /** Walks files that were kept; stops at the first that does not follow, as a pinned key that was moved forward makes of old ones. */
  async restore(files: readonly string[]): Promise<void> {
    for (const file of files.slice(0, MAX_STEPS)) await this.#step(file);
  }

  /**
   * Fetches and walks the versions after the one that is held.
   *
   * @returns what is remembered of lists from now on; null where there was no new version
   * @throws {OmlaError} KEYSET_… for a version that must not be trusted; what was walked before it stays
   * @throws {SourceError} where the registry fails; a missing file is the end of the walk
   */
  async advance(urlOf: (version: number) => string, options: SourceOptions, now: Date): Promise<PriorList | null> {
    if (this.#trusted.keys.length === 0) return null;
    let prior: PriorList | null = null;
    for (let steps = 0; steps < MAX_STEPS; steps += 1) {
      const file = await fetchKeyset(urlOf(this.#trusted.version + 1), options);
      if (file === undefined) return prior;
      const step = await verifyKeyset(this.#trusted, file, { now });
      if (!step.ok) throw step.error;
      this.#adopt(step.trusted, file);
      prior = step.prior;
    }
    throw new OmlaError("KEYSET_STEPS", `more than ${MAX_STEPS} new versions of the keys at once`, {
      hint: "Pin newer keys of the association.",
    });
  }

  async #step(file: string): Promise<void> {
    const bytes = new TextEncoder().encode(file);
    const step = await verifyKeyset(this.#trusted, bytes);
    if (step.ok) this.#adopt(step.trusted, bytes);
  }

  #adopt(trusted: TrustedKeys, file: Uint8Array): void {
    // A keyset that names no heartbeat key ends the old ones' authority as well.
    this.#trusted = trusted;
    this.#files.push(new TextDecoder().decode(file));
  }
}

async function fetchKeyset(url: string, options: SourceOptions): Promise<Uint8Array | undefined> {
  try {
    const answer = await download(url, null, { ...options, maxBytes: MAX_KEYSET_BYTES });
    return answer.changed ? answer.raw : undefined;
  } catch (error) {
    if (error instanceof SourceError && error.status === 404) return undefined;
    throw error;
  }
}
