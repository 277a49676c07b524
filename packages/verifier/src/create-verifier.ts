import { type Blacklist, type ListState, OmlaError, type PriorList, verifyBlacklist, verifyHeartbeat } from "@omla/sdk/protocol";
import { breaks, countChanges, HOLD_MS } from "./circuit-breaker.ts";
import { createDiskStore, type ListStore } from "./disk-store.ts";
import { IndexOfEntries, type Subject } from "./index-of-entries.ts";
import { KeyRing } from "./key-ring.ts";
import { download, SourceError } from "./list-source.ts";
import { filesBeside } from "./published-files.ts";
import { failureDelayMs, startDelayMs, successDelayMs } from "./refresh-delays.ts";
import { GuardedClock, type HeldList, standingOf } from "./trusted-state.ts";
import { type Verdict, verdictOf } from "./verdict.ts";
import type { VerifierEvent } from "./verifier-event.ts";
import { readOptions, type VerifierOptions } from "./verifier-options.ts";

export interface RefreshResult {
  readonly changed: boolean;
  readonly state: ListState | "NONE";
  /** Why nothing new was accepted. */
  readonly code?: string;
}

export interface VerifierStatus {
  readonly state: ListState | "NONE";
  readonly sequence: number | null;
  readonly digest: string | null;
  readonly key_ids: readonly string[];
  readonly entry_count: number;
  readonly generated_at: string | null;
  readonly next_update: string | null;
  readonly expires_at: string | null;
  readonly last_success_at: string | null;
  readonly last_error: { readonly code: string; readonly message: string } | null;
  readonly source: "network" | "disk" | "none";
}

export interface Verifier {
  /** Synchronous, without any I/O; never throws, whatever it is given. */
  check(subject: Subject): Verdict;
  /** Downloads now; never rejects on a fault of the network, the list or the disk. */
  refresh(): Promise<RefreshResult>;
  /** Accepts at the next refresh a list that was held back because it changes too much at once. */
  confirm(): Promise<RefreshResult>;
  status(): VerifierStatus;
  /** Resolves once the list on disk was read and, where there was none, the first download was tried. */
  readonly ready: Promise<void>;
  /** Stops the refreshing; `check` goes on answering from the list that is held. */
  close(): void;
}

const NO_MATCH: readonly never[] = [];

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
  readonly #options: ReturnType<typeof readOptions>;
  readonly #store: ListStore | undefined;
  readonly #clock: GuardedClock;
  readonly #keys: KeyRing;
  /** What a new keyset has said of lists, until a list is accepted under it. */
  #afterKeyset: PriorList | null = null;
  #held: HeldList | undefined;
  #etag: string | null = null;
  #failures = 0;
  #lastSuccess: Date | null = null;
  #lastError: { code: string; message: string } | null = null;
  #heldBack: { readonly digest: string; readonly since: number } | undefined;
  #isConfirmed = false;
  #running: Promise<RefreshResult> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  constructor(given: VerifierOptions) {
    this.#options = readOptions(given);
    const { store, clock } = this.#options;
    this.#store = typeof store === "string" ? createDiskStore(store) : store;
    const { keys, threshold, keysetVersion, heartbeatKeys } = this.#options;
    this.#keys = new KeyRing({ version: keysetVersion, threshold, keys, heartbeat_keys: heartbeatKeys });
    this.#clock = new GuardedClock(clock, (byMs) =>
      this.#emit("clock_rollback", "CLOCK_ROLLBACK", `the clock stands ${Math.round(byMs / 1_000)} s behind what was seen before`, true),
    );
    this.ready = this.#start();
  }

  check(subject: Subject): Verdict {
    const matches = this.#held === undefined || typeof subject !== "object" || subject === null ? NO_MATCH : this.#held.index.find(subject);
    return verdictOf(matches, standingOf(this.#held, this.#clock.now()), this.#options.policy);
  }

  refresh(): Promise<RefreshResult> {
    // Whoever asks while a download is under way gets its answer.
    this.#running ??= this.#refreshOnce().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  confirm(): Promise<RefreshResult> {
    this.#isConfirmed = true;
    this.#etag = null;
    return this.refresh();
  }

  status(): VerifierStatus {
    const held = this.#held;
    const facts = held?.facts;
    return {
      state: this.#state(),
      sequence: facts?.sequence ?? null,
      digest: held?.digest ?? null,
      key_ids: held?.keyIds ?? [],
      entry_count: facts?.entry_count ?? 0,
      generated_at: facts?.generated_at ?? null,
      next_update: facts?.next_update ?? null,
      expires_at: facts?.expires_at ?? null,
      last_success_at: this.#lastSuccess?.toISOString() ?? null,
      last_error: this.#lastError,
      source: held?.source ?? "none",
    };
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #state(): ListState | "NONE" {
    return standingOf(this.#held, this.#clock.now()).state;
  }

  async #start(): Promise<void> {
    await this.#load();
    if (this.#options.refreshMs === 0) return;
    if (this.#held === undefined) await this.#tick();
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
      if ((await this.#accept(stored.raw, "disk")).code === undefined) this.#etag = stored.etag;
    } catch (error) {
      this.#emit("store_failed", "STORE_READ", (error as Error).message, true);
    }
  }

  async #refreshOnce(): Promise<RefreshResult> {
    const { url } = this.#options;
    try {
      await this.#walkKeys();
      const answer = await download(url, this.#etag, this.#options);
      if (answer.changed) {
        const { code } = await this.#accept(answer.raw, "network");
        if (code !== undefined) return this.#fail(code);
        this.#etag = answer.etag;
        await this.#save(answer.raw);
      }
      await this.#listenForHeartbeat();
      return this.#succeed(answer.changed ? "accepted" : "unchanged", answer.changed);
    } catch (error) {
      const { code, message } = error instanceof SourceError ? error : { code: "VERIFIER_FAULT", message: (error as Error).message };
      this.#emit("download_failed", code, `${url} ${message}`, this.#state() !== "FRESH");
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
      this.#afterKeyset = prior;
      // The list is read again, whole, under the new keys.
      this.#etag = null;
    } catch (error) {
      if (error instanceof OmlaError) this.#emit("refused", error.code, error.message, true);
      else if (error instanceof SourceError) this.#emit("download_failed", error.code, `the keys: ${error.message}`, false);
      else throw error;
    }
  }

  /** A heartbeat can only confirm the list or age it; its absence says nothing. */
  async #listenForHeartbeat(): Promise<void> {
    const files = filesBeside(this.#options.url);
    const keys = this.#keys.trusted.heartbeat_keys ?? [];
    const held = this.#held;
    if (files === undefined || keys.length === 0 || held?.signed !== true) return;
    try {
      const answer = await download(files.heartbeat, null, this.#options);
      if (!answer.changed) return;
      const list = { sequence: held.facts.sequence, digest: held.digest, length: held.length };
      const beat = await verifyHeartbeat(answer.raw, { keys, now: this.#clock.now(), list });
      if (!beat.ok) this.#emit("refused", beat.code, beat.error.message, true);
      else if (beat.effect === "ages") this.#held = { ...held, aged: true };
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      this.#emit("download_failed", error.code, `the heartbeat: ${error.message}`, false);
    }
  }

  /** Verifies a file and swaps it in as a whole; on any fault the list that is held goes on answering. */
  async #accept(raw: Uint8Array, source: HeldList["source"]): Promise<{ code?: string }> {
    const { maxBytes, maxEntries } = this.#options;
    const { keys, threshold } = this.#keys.trusted;
    const held = this.#held;
    const prior = this.#afterKeyset ?? (held && { sequence: held.facts.sequence, digest: held.digest, signed: held.signed });
    const verified = await verifyBlacklist(raw, { keys, threshold, now: this.#clock.now(), prior, maxBytes });
    if (!verified.ok) return this.#refuse(verified.code, verified.error.message);
    const { list, digest, length, signed, keyIds } = verified;
    if (list.entries.length > maxEntries)
      return this.#refuse("LIST_TOO_LARGE", `${list.entries.length} entries are more than ${maxEntries}`);
    if (digest === held?.digest) {
      this.#afterKeyset = null;
      return {};
    }
    if (source === "network" && this.#holdsBack(list, digest)) return { code: "LIST_HELD_BACK" };
    this.#clock.witness(Date.parse(list.generated_at));
    this.#held = { ...this.#index(list), digest, length, signed, keyIds, source, aged: false };
    this.#afterKeyset = null;
    this.#heldBack = undefined;
    this.#isConfirmed = false;
    return {};
  }

  #index(list: Blacklist): Pick<HeldList, "facts" | "index" | "names"> {
    const { sequence, generated_at, next_update, expires_at, entry_count } = list;
    const index = new IndexOfEntries(list, this.#options.aliases, (numbers) => crypto.getRandomValues(numbers));
    return { facts: { sequence, generated_at, next_update, expires_at, entry_count }, index, names: namesOf(list) };
  }

  /** A list that changes very much at once waits a day for somebody to look at it. */
  #holdsBack(list: Blacklist, digest: string): boolean {
    const held = this.#held;
    if (held === undefined || this.#isConfirmed) return false;
    const changed = countChanges(held.names, namesOf(list));
    if (!breaks(changed, held.facts.entry_count)) return false;
    const now = this.#clock.now().getTime();
    if (this.#heldBack?.digest !== digest) this.#heldBack = { digest, since: now };
    if (now - this.#heldBack.since >= HOLD_MS) return false;
    this.#emit(
      "held_back",
      "LIST_HELD_BACK",
      `list ${list.sequence} changes ${changed} entries at once; confirm it, or it is accepted after 24 hours`,
      true,
    );
    return true;
  }

  #refuse(code: string, message: string): { code: string } {
    this.#emit("refused", code, message, true);
    return { code };
  }

  async #save(raw: Uint8Array): Promise<void> {
    try {
      await this.#store?.save({ raw, maxSeenMs: this.#clock.latestMs, etag: this.#etag, keysets: this.#keys.files });
    } catch (error) {
      this.#emit("store_failed", "STORE_WRITE", (error as Error).message, true);
    }
  }

  #succeed(type: "accepted" | "unchanged", changed: boolean): RefreshResult {
    this.#failures = 0;
    this.#lastSuccess = this.#clock.now();
    this.#lastError = null;
    const state = this.#state();
    this.#emit(type, "OK", changed ? "a new list answers" : "the list has not changed", state !== "FRESH" && state !== "ADVISORY");
    return { changed, state };
  }

  #fail(code: string): RefreshResult {
    this.#failures += 1;
    return { changed: false, state: this.#state(), code };
  }

  #emit(type: VerifierEvent["type"], code: string, message: string, alarm: boolean): void {
    if (code !== "OK") this.#lastError = { code, message };
    try {
      this.#options.onEvent?.({ type, code, message, alarm, sequence: this.#held?.facts.sequence ?? null });
    } catch {
      // A fault of the listener must not reach whoever asks for a verdict.
    }
  }
}

function namesOf({ entries }: Pick<Blacklist, "entries">): string[] {
  return entries.map(({ kind, id }) => `${kind} ${id}`);
}
