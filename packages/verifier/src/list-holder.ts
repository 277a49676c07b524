import type { ListState, PriorList } from "@omla/sdk/protocol";
import { CircuitBreaker } from "./circuit-breaker.ts";
import type { EventSink } from "./event-sink.ts";
import { type ReadList, readList } from "./fast-reader/read-list.ts";
import type { KeyRing } from "./key-ring.ts";
import { Slices } from "./slices.ts";
import { type GuardedClock, type HeldList, standingOf } from "./trusted-state.ts";
import type { CompleteOptions } from "./verifier-options.ts";

/** What became of a file: accepted where there is no code. */
export interface Acceptance {
  readonly code?: string;
}

/** The list that answers now, and the rules by which another takes its place. */
export class ListHolder {
  readonly breaker: CircuitBreaker = new CircuitBreaker();
  readonly #options: CompleteOptions;
  readonly #keys: KeyRing;
  readonly #clock: GuardedClock;
  readonly #events: EventSink;
  /** What a new keyset has said of lists, until a list is accepted under it. */
  #afterKeyset: PriorList | null = null;
  #held: HeldList | undefined;

  constructor(options: CompleteOptions, keys: KeyRing, clock: GuardedClock, events: EventSink) {
    this.#options = options;
    this.#keys = keys;
    this.#clock = clock;
    this.#events = events;
  }

  get held(): HeldList | undefined {
    return this.#held;
  }

  get state(): ListState | "NONE" {
    return standingOf(this.#held, this.#clock.now()).state;
  }

  /** A new keyset says what is remembered of lists from now on. */
  remember(prior: PriorList): void {
    this.#afterKeyset = prior;
  }

  /** A heartbeat has named a later list. */
  age(): void {
    if (this.#held !== undefined) this.#held = { ...this.#held, aged: true };
  }

  /** Verifies a file and swaps it in as a whole; on any fault the list that is held goes on answering. */
  async accept(raw: Uint8Array, source: HeldList["source"]): Promise<Acceptance> {
    const { maxBytes, maxEntries, aliases } = this.#options;
    const { keys, threshold } = this.#keys.trusted;
    const held = this.#held;
    const prior = this.#afterKeyset ?? (held && { sequence: held.facts.sequence, digest: held.digest, signed: held.signed });
    const random = (numbers: Uint32Array<ArrayBuffer>): void => void crypto.getRandomValues(numbers);
    const read = await readList(raw, { keys, threshold, now: this.#clock.now(), prior, maxBytes, maxEntries, aliases, random });
    if (!read.ok) {
      this.#events.emit("refused", read.code, read.error.message, true);
      return { code: read.code };
    }
    if (read.digest === held?.digest) {
      this.#afterKeyset = null;
      return {};
    }
    if (source === "network" && held !== undefined && (await this.#isHeldBack(held, read))) return { code: "LIST_HELD_BACK" };
    this.#swap(read, source);
    return {};
  }

  #swap({ facts, index, digest, length, signed, keyIds }: ReadList, source: HeldList["source"]): void {
    this.#clock.witness(Date.parse(facts.generated_at));
    this.#held = { facts, index, digest, length, signed, keyIds, source, aged: false };
    this.#afterKeyset = null;
    this.breaker.reset();
  }

  async #isHeldBack(held: HeldList, { facts, index }: ReadList): Promise<boolean> {
    const changed = await held.index.countChanges(index, new Slices());
    if (!this.breaker.holdsBack(changed, held.facts.entry_count, this.#clock.now())) return false;
    const message = `list ${facts.sequence} changes ${changed} entries at once; confirm it, or it is accepted after 24 hours`;
    this.#events.emit("held_back", "LIST_HELD_BACK", message, true);
    return true;
  }
}
