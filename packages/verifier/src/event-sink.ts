import type { VerifierEvent } from "./verifier-event.ts";

/** Tells the operator, and remembers the last fault and how often each kind of event came. */
export class EventSink {
  readonly #listener: ((event: VerifierEvent) => void) | undefined;
  readonly #sequence: () => number | null;
  readonly #counts = new Map<VerifierEvent["type"], number>();
  #lastError: { readonly code: string; readonly message: string } | null = null;

  constructor(listener: ((event: VerifierEvent) => void) | undefined, sequence: () => number | null) {
    this.#listener = listener;
    this.#sequence = sequence;
  }

  get lastError(): { readonly code: string; readonly message: string } | null {
    return this.#lastError;
  }

  get counts(): Readonly<Partial<Record<VerifierEvent["type"], number>>> {
    return Object.fromEntries(this.#counts);
  }

  clearError(): void {
    this.#lastError = null;
  }

  /** Whether an event needs somebody to look is said by `alarm`. */
  emit(type: VerifierEvent["type"], code: string, message: string, alarm: boolean): void {
    if (code !== "OK") this.#lastError = { code, message };
    this.#counts.set(type, (this.#counts.get(type) ?? 0) + 1);
    try {
      const told: unknown = this.#listener?.({ type, code, message, alarm, sequence: this.#sequence() });
      // A fault of the listener, at once or later, must not reach whoever asks for a verdict, nor end the process.
      if (told instanceof Promise) told.catch(() => undefined);
    } catch {
      // As above.
    }
  }
}
