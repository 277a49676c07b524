/** Money of one payment that is free. */
export interface Source {
  readonly collectionId: string;
  readonly micros: bigint;
}

/** A line with what it still owes. */
export interface OpenAmount {
  readonly reportId: string;
  readonly micros: bigint;
}

/** Money of one payment on one line; negative where it leaves the line. */
export interface Allocation {
  readonly collectionId: string;
  readonly reportId: string;
  readonly micros: bigint;
}

/** Gives the first money to the first line, until one of them is used up. */
export function allocateMoney(sources: readonly Source[], lines: readonly OpenAmount[]): Allocation[] {
  const allocations: Allocation[] = [];
  const open = lines.map((line) => ({ ...line }));
  for (const { collectionId, micros } of sources) {
    let left = micros;
    for (const line of open) {
      const part = left < line.micros ? left : line.micros;
      if (part <= 0n) continue;
      allocations.push({ collectionId, reportId: line.reportId, micros: part });
      line.micros -= part;
      left -= part;
    }
  }
  return allocations;
}

/** Takes back as much of the allocations as is asked for, in their order. */
export function takeBack(allocations: readonly Allocation[], micros: bigint): Allocation[] {
  const taken: Allocation[] = [];
  let left = micros;
  for (const allocation of allocations) {
    const part = left < allocation.micros ? left : allocation.micros;
    if (part <= 0n) continue;
    taken.push({ ...allocation, micros: -part });
    left -= part;
  }
  return taken;
}

export function sumMicros(parts: readonly { readonly micros: bigint }[]): bigint {
  return parts.reduce((sum, { micros }) => sum + micros, 0n);
}
