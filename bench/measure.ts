/** One line of the bench's table: time of ours divided by time of the peer, unless the name says otherwise. */
export interface Row {
  readonly name: string;
  readonly peer: string;
  readonly peerVersion: string;
  readonly size: string;
  readonly ratio: number;
  /** Left out where there is none: then the row is told for its own sake. */
  readonly goal?: number;
  /** Whether a ratio above the goal is the good one, as for requests per second; smaller is better where it is left out. */
  readonly better?: "larger";
  /** What else was seen; absolute figures belong here, since machines differ. */
  readonly note?: string;
}

export interface MeasureOptions {
  /** How many pairs are timed. */
  readonly rounds?: number;
  /** How often each side runs within one timing. */
  readonly repeats?: number;
}

type Work = () => unknown;

/**
 * Runs both in turn, in alternating order, and gives the median of the rounds' ratios: a slow moment of the machine then falls
 * on one round, not on one side.
 */
export async function interleavedRatio(ours: Work, peer: Work, options: MeasureOptions = {}): Promise<number> {
  const { rounds = 15, repeats = 1 } = options;
  await time(ours, repeats);
  await time(peer, repeats);
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const first = await time(round % 2 === 0 ? ours : peer, repeats);
    const second = await time(round % 2 === 0 ? peer : ours, repeats);
    ratios.push(round % 2 === 0 ? first / second : second / first);
  }
  return median(ratios);
}

/** Milliseconds for so many runs, one after the other. */
export async function time(work: Work, repeats = 1): Promise<number> {
  const begin = performance.now();
  for (let run = 0; run < repeats; run += 1) {
    const result = work();
    if (result instanceof Promise) await result;
  }
  return performance.now() - begin;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? NaN) : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}
