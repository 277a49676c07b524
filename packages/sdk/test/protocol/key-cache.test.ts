import { expect, it } from "vitest";
import { createKeyCache } from "../../src/protocol/key-cache.ts";

it("imports each key once, and forgets the oldest where it is full", () => {
  const imports: number[] = [];
  const cached = createKeyCache(2, (key) => imports.push(key[0] as number));
  const key = (first: number): Uint8Array => Uint8Array.of(first, 7);
  cached(key(1));
  cached(key(2));
  cached(key(1));
  expect(imports).toEqual([1, 2]);
  cached(key(3));
  cached(key(2));
  expect(imports).toEqual([1, 2, 3]);
  cached(key(1));
  expect(imports).toEqual([1, 2, 3, 1]);
});
