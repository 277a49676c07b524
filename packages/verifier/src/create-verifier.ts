import { OmlaError, verifyHeartbeat } from "@omla/sdk/protocol";
import { createDiskStore, type ListStore, type StoredList } from "./disk-store.ts";
import { EventSink } from "./event-sink.ts";
import type { Subject } from "./index-of-entries.ts";
import { search } from "./search.ts";
import { KeyRing } from "./key-ring.ts";
import { ListHolder } from "./list-holder.ts";
import { download, SourceError } from "./list-source.ts";
import { filesBeside } from "./published-files.ts";
import { failureDelayMs, startDelayMs, successDelayMs } from "./refresh-delays.ts";
import { GuardedClock, NO_LIST, StandingMemory } from "./trusted-state.ts";
import { type Verdict, verdictOf } from "./verdict.ts";
import type { RefreshResult, Verifier, VerifierStatus } from "./verifier.ts";
import { type CompleteOptions, readOptions, type VerifierOptions } from "./verifier-options.ts";

const NO_MATCH: readonly never[] = [];
/** So much of the time that has passed may be forgotten at the most; the file is not written anew at every look at the registry. */
const KEEP_MS = 86_400_000;

/**
 * A verifier that answers from the last good list it holds, and keeps that list fresh in the background.
 *
 * @throws {OmlaError} CONFIG_URL | CONFIG_KEYS | CONFIG_POLICY for options that cannot work
 * @see docs/spec/7-blacklist.md
 * @example
 * const verifier = createVerifier({ url: "https://registry.example/api/blacklist.json", keys: ["<base64>"] });
 * await verifier.ready;
 * const verdict = verifier.check({ model: "owner/repo" });
 */
export function createVerifier(given: VerifierOptions): Verifier {
  return new ListVerifier(given);
}

class ListVerifier implements Verifier {
  readonly ready: Promise<void>;
  readonly #options: CompleteOptions;
  readonly #store: ListStore | undefined;
  readonly #clock: GuardedClock;
  readonly #keys: KeyRing;
  readonly #events: EventSink;
  readonly #lists: ListHolder;
  readonly #standing = new StandingMemory();
  /** Whether what stands on the disk did not verify, and may be overwritten whatever it claims to be. */
  #isDiskRefused = false;
  /** What the disk says of the times. */
  #kept: Pick<StoredList, "maxSeenMs" | "heldBackSinceMs"> = { maxSeenMs: 0 };
  #etag: string | null = null;
  #failures = 0;
  #lastSuccess: Date | null = null;
  #running: Promise<RefreshResult> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  constructor(given: VerifierOptions) {
    this.#options = readOptions(given);
    const { store, clock, keys, threshold, keysetVersion, heartbeatKeys, onEvent } = this.#options;
    this.#store = typeof store === "string" ? createDiskStore(store) : store;
    this.#keys = new KeyRing({ version: keysetVersion, threshold, keys, heartbeat_keys: heartbeatKeys });
    this.#events = new EventSink(onEvent, () => this.#lists.held?.facts.sequence ?? null);
    this.#clock = new GuardedClock(clock === undefined ? Date.now : () => clock().getTime(), (byMs) => {
      const message = `the clock stands ${Math.round(byMs / 1_000)} s behind what was seen before`;
      this.#events.emit("clock_rollback", "CLOCK_ROLLBACK", message, true);
    });
    this.#lists = new ListHolder(this.#options, this.#keys, this.#clock, this.#events);
    this.ready = this.#start();
  }

  check(subject: Subject): Verdict {
    const { held } = this.#lists;
    const { policy } = this.#options;
    const found = held === undefined || typeof subject !== "object" || subject === null ? NO_MATCH : search(held.index, subject);
    // What could not be read and is not found by its other names is answered as where no list says anything.
    if (found === undefined) return verdictOf(NO_MATCH, NO_LIST, policy);
    return verdictOf(found, this.#standing.at(held, this.#clock.nowMs()), policy);
  }

  refresh(): Promise<RefreshResult> {
    // Whoever asks while a download is under way gets its answer.
    this.#running ??= this.#refreshOnce()
      .then((result) => this.#saveKnown(result))
      .finally(() => {
        this.#running = undefined;
      });
    return this.#running;
  }

  async confirm(): Promise<RefreshResult> {
    // A download that is under way was not confirmed.
    await this.#running;
    this.#lists.breaker.confirm();
    this.#etag = null;
    return this.refresh();
  }

  status(): VerifierStatus {
    const { held, state } = this.#lists;
    const facts = held?.facts;
    return {
      state,
      sequence: facts?.sequence ?? null,
      digest: held?.digest ?? null,
      key_ids: held?.keyIds ?? [],
      entry_count: facts?.entry_count ?? 0,
      generated_at: facts?.generated_at ?? null,
      next_update: facts?.next_update ?? null,
      expires_at: facts?.expires_at ?? null,
      last_success_at: this.#lastSuccess?.toISOString() ?? null,
      last_error: this.#events.lastError,
      source: held?.source ?? "none",
      failures: this.#failures,
      events: this.#events.counts,
    };
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  async #start(): Promise<void> {
    await this.#load();
    if (this.#options.refreshMs === 0) return;
    if (this.#lists.held === undefined) await this.#tick();
    else this.#schedule(startDelayMs(true, this.#options.random));
  }

  async #tick(): Promise<void> {
    const { code } = await this.refresh();
    const { refreshMs, random } = this.#options;
    this.#schedule(code === undefined ? successDelayMs(refreshMs, random) : failureDelayMs(this.#failures, random));
  }

  #schedule(delayMs: number): void {
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => void this.#tick(), delayMs);
    // A gateway that is done must be able to exit; in browsers and workers a timer is a number.
    if (typeof this.#timer === "object") this.#timer.unref();
  }

  async #load(): Promise<void> {
    try {
      const stored = await this.#store?.load();
      if (stored === undefined) return;
      this.#clock.witness(stored.maxSeenMs);
      await this.#keys.restore(stored.keysets);
      const { code } = await this.#lists.accept(stored.raw, "disk");
      this.#isDiskRefused = code !== undefined;
      if (code !== undefined) return;
      this.#etag = stored.etag;
      this.#lists.breaker.resume(stored.heldBackSinceMs);
      // Not all that is stored: the bytes of a list are three times its index.
      this.#kept = { maxSeenMs: stored.maxSeenMs, heldBackSinceMs: stored.heldBackSinceMs };
    } catch (error) {
      this.#events.emit("store_failed", "STORE_READ", (error as Error).message, true);
    }
  }

  async #refreshOnce(): Promise<RefreshResult> {
    const { url } = this.#options;
    try {
      await this.#walkKeys();
      const answer = await download(url, this.#etag, this.#options);
      const before = this.#lists.held?.digest;
      if (answer.changed) {
        const { code } = await this.#lists.accept(answer.raw, "network");
        if (code !== undefined) return this.#fail(code);
        this.#etag = answer.etag;
        await this.#save(answer.raw);
      }
      await this.#listenForHeartbeat();
      return this.#succeed(this.#lists.held?.digest !== before);
    } catch (error) {
      const { code, message } = error instanceof SourceError ? error : { code: "VERIFIER_FAULT", message: (error as Error).message };
      this.#events.emit("download_failed", code, `${url} ${message}`, this.#lists.state !== "FRESH");
      return this.#fail(code);
    }
  }

  /** Trusts later versions of the keys; one that must not be trusted changes nothing, and the list is tried with the keys that are held. */
  async #walkKeys(): Promise<void> {
    const files = filesBeside(this.#options.url);
    if (files === undefined) return;
    try {
      const prior = await this.#keys.advance(files.keyset, this.#options, this.#clock.now());
      if (prior === null) return;
      this.#lists.remember(prior);
      // The list is read again, whole, under the new keys.
      this.#etag = null;
    } catch (error) {
      if (error instanceof OmlaError) this.#events.emit("refused", error.code, error.message, true);
      else if (error instanceof SourceError) this.#events.emit("download_failed", error.code, `the keys: ${error.message}`, false);
      else throw error;
    }
  }

  /** A heartbeat can only confirm the list or age it; its absence says nothing. */
  async #listenForHeartbeat(): Promise<void> {
    const files = filesBeside(this.#options.url);
    const keys = this.#keys.trusted.heartbeat_keys ?? [];
    const { held } = this.#lists;
    if (files === undefined || keys.length === 0 || held?.signed !== true) return;
    try {
      const answer = await download(files.heartbeat, null, this.#options);
      if (!answer.changed) return;
      const list = { sequence: held.facts.sequence, digest: held.digest, length: held.length };
      const beat = await verifyHeartbeat(answer.raw, { keys, now: this.#clock.now(), list });
      if (!beat.ok) this.#events.emit("refused", beat.code, beat.error.message, true);
      else if (beat.effect === "ages") this.#lists.age();
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      this.#events.emit("download_failed", error.code, `the heartbeat: ${error.message}`, false);
    }
  }

  async #save(raw: Uint8Array): Promise<void> {
    const { held } = this.#lists;
    if (this.#store === undefined || held === undefined) return;
    const { version: keysetVersion } = this.#keys.trusted;
    const known = { sequence: held.facts.sequence, keysetVersion, maxSeenMs: this.#clock.latestMs };
    try {
      await this.#store.save({ raw, ...known, etag: this.#etag, keysets: this.#keys.files }, { isForced: this.#isDiskRefused });
      this.#isDiskRefused = false;
      this.#kept = { maxSeenMs: known.maxSeenMs };
    } catch (error) {
      this.#events.emit("store_failed", "STORE_WRITE", (error as Error).message, true);
    }
  }

  /** Keeps beside the list what has to outlive the process: since when another waits, and that time has passed, so that no clock revives it. */
  async #saveKnown(result: RefreshResult): Promise<RefreshResult> {
    const { heldBackSinceMs } = this.#lists.breaker;
    const maxSeenMs = this.#clock.latestMs;
    if (heldBackSinceMs === this.#kept.heldBackSinceMs && maxSeenMs - this.#kept.maxSeenMs < KEEP_MS) return result;
    try {
      const stored = await this.#store?.load();
      if (stored === undefined || stored.sequence !== this.#lists.held?.facts.sequence) return result;
      await this.#store?.save({ ...stored, maxSeenMs: Math.max(maxSeenMs, stored.maxSeenMs), heldBackSinceMs });
      this.#kept = { maxSeenMs, heldBackSinceMs };
    } catch (error) {
      this.#events.emit("store_failed", "STORE_WRITE", (error as Error).message, true);
    }
    return result;
  }

  #succeed(changed: boolean): RefreshResult {
    this.#failures = 0;
    this.#lastSuccess = this.#clock.now();
    this.#events.clearError();
    const { state } = this.#lists;
    const [type, message] = changed ? (["accepted", "a new list answers"] as const) : (["unchanged", "the list has not changed"] as const);
    this.#events.emit(type, "OK", message, state !== "FRESH" && state !== "ADVISORY");
    return { changed, state };
  }

  #fail(code: string): RefreshResult {
    this.#failures += 1;
    return { changed: false, state: this.#lists.state, code };
  }
}
