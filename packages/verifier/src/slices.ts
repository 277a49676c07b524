import { createHash } from "node:crypto";

/** Work goes on for this long before others get their turn: well below the 20 ms that nobody notices. */
const SLICE_MS = 3;

/** What is hashed or decoded between two looks at the clock. */
export const PIECE_BYTES = 1_048_576;

/** Lets everything else that waits run first. */
export function giveWay(): Promise<void> {
  if (typeof setImmediate === "function") return new Promise((resolve) => void setImmediate(resolve));
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = (): void => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/** Cuts long work into slices: ask `isOver` often, and `await next()` where it says so. */
export class Slices {
  #begun: number = performance.now();

  isOver(): boolean {
    return performance.now() - this.#begun > SLICE_MS;
  }

  async next(): Promise<void> {
    await giveWay();
    this.#begun = performance.now();
  }
}

/** SHA-256 of pieces one behind the other, without copying them. */
export async function hashPieces(pieces: readonly Uint8Array[], slices: Slices): Promise<Uint8Array> {
  const hash = createHash("sha256");
  for (const piece of pieces) {
    for (let at = 0; at < piece.length; at += PIECE_BYTES) {
      hash.update(piece.subarray(at, at + PIECE_BYTES));
      if (slices.isOver()) await slices.next();
    }
  }
  return hash.digest();
}
