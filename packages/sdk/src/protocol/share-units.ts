/**
 * Units of 10^18 as `high × 10^12 + low`, `low` below 10^12, held in numbers.
 *
 * Every number here is an integer below 2^53, so the arithmetic is exact. It is several times as fast as bigint, which a lineage
 * of a million models needs.
 */
export interface Units {
  high: number;
  low: number;
}

/** Units by index. */
export interface UnitColumn {
  readonly highs: number[];
  readonly lows: number[];
}

/** One limb, and the scale of the parts that {@link takePart} takes. */
const LIMB = 1_000_000_000_000;
const HALF = 1_000_000;
/** The upper limb of the whole, 10^18. */
const WHOLE_HIGH = 1_000_000;

/** A column of zeros but for the first, which holds the whole. */
export function wholeAtFirst(length: number): UnitColumn {
  const column = { highs: new Array<number>(length).fill(0), lows: new Array<number>(length).fill(0) };
  column.highs[0] = WHOLE_HIGH;
  return column;
}

/**
 * `floor(units × part / 10^12)` for a part of 0 to 10^12, into `result`.
 *
 * Schoolbook multiplication in limbs of 10^6: no product exceeds 10^12, no sum of them 3·10^12.
 */
export function takePart(high: number, low: number, part: number, result: Units): void {
  const b = Math.floor(low / HALF);
  const c = low - b * HALF;
  const f = Math.floor(part / HALF);
  const g = part - f * HALF;
  const low1 = Math.floor((c * g) / HALF) + c * f + b * g;
  const low2 = Math.floor(low1 / HALF) + b * f + high * g;
  const carry = Math.floor(low2 / HALF);
  const top = high * f + carry;
  result.high = Math.floor(top / HALF);
  result.low = (top - result.high * HALF) * HALF + (low2 - carry * HALF);
}

export function addUnits(column: UnitColumn, index: number, { high, low }: Units): void {
  const sum = (column.lows[index] as number) + low;
  const carry = sum >= LIMB ? 1 : 0;
  column.lows[index] = sum - carry * LIMB;
  column.highs[index] = (column.highs[index] as number) + high + carry;
}

export function subtractUnits(column: UnitColumn, index: number, { high, low }: Units): void {
  const rest = (column.lows[index] as number) - low;
  const borrow = rest < 0 ? 1 : 0;
  column.lows[index] = rest + borrow * LIMB;
  column.highs[index] = (column.highs[index] as number) - high - borrow;
}

export function unitsAt(column: UnitColumn, index: number): Units {
  return { high: column.highs[index] as number, low: column.lows[index] as number };
}

/** The units as a decimal string of an integer. */
export function unitsText({ high, low }: Units): string {
  return high === 0 ? String(low) : `${high}${String(low).padStart(12, "0")}`;
}
