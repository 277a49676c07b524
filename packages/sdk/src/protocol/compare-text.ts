/** The order of the protocol: by code unit, never by locale; PostgreSQL's `COLLATE "C"` for ASCII. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
