type Numbers = Uint8Array | Uint16Array | Uint32Array;

/** A typed array that grows at its end. */
export class GrowingColumn<T extends Numbers> {
  readonly #make: (length: number) => T;
  data: T;
  length = 0;

  constructor(make: (length: number) => T) {
    this.#make = make;
    this.data = make(64);
  }

  /** Makes room for so many numbers at the end and answers where they begin. */
  extend(count: number): number {
    const start = this.length;
    this.length += count;
    if (this.length > this.data.length) {
      const larger = this.#make(Math.max(this.length, this.data.length * 2));
      larger.set(this.data);
      this.data = larger;
    }
    return start;
  }

  push(value: number): void {
    // Two statements: growing puts another array in the place of `data`.
    const at = this.extend(1);
    this.data[at] = value;
  }

  /** Gives back the spare room. */
  trim(): void {
    if (this.length === this.data.length) return;
    const exact = this.#make(this.length);
    exact.set(this.data.subarray(0, this.length));
    this.data = exact;
  }
}
