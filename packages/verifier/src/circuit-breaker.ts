/** How long a list that changes too much is held back for the operator to look at. */
export const HOLD_MS: number = 24 * 3_600_000;

/** A change of more than 50 entries and more than a fifth of the list is looked at before it answers. */
export function breaks(changed: number, before: number): boolean {
  return changed > Math.max(50, before / 5);
}

/** How many entries stand in one list and not in the other. */
export function countChanges(before: Iterable<string>, after: Iterable<string>): number {
  const held = new Set(before);
  let added = 0;
  let kept = 0;
  for (const name of after) {
    if (held.has(name)) kept += 1;
    else added += 1;
  }
  return added + held.size - kept;
}
