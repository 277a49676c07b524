/**
 * The constants of SHA-2 as FIPS 180-4 defines them: the first bits after the point of the roots of the first primes.
 *
 * @param degree - 2 for square roots, 3 for cube roots
 */
export function rootFractions(count: number, degree: bigint, bits: bigint): bigint[] {
  return primes(count).map((prime) => root(prime << (bits * degree), degree) & (2n ** bits - 1n));
}

function primes(count: number): bigint[] {
  const found: bigint[] = [];
  for (let n = 2n; found.length < count; n++) if (found.every((prime) => n % prime !== 0n)) found.push(n);
  return found;
}

/** The whole part of a root below 2^70. */
function root(value: bigint, degree: bigint): bigint {
  let low = 0n;
  let high = 2n ** 70n;
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** degree <= value) low = middle;
    else high = middle;
  }
  return low;
}
