import { webcrypto } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createRequestIds } from "../../src/plugins/request-ids.ts";

describe("ids of requests", () => {
  it("are 24 hexadecimal digits, none twice, over many pages", () => {
    const next = createRequestIds((length) => webcrypto.getRandomValues(new Uint8Array(length)));
    const ids = Array.from({ length: 2_000 }, next);
    expect(ids.every((id) => /^[0-9a-f]{24}$/.test(id))).toBe(true);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("are the random bytes in their order, drawn by the page", () => {
    let drawn = 0;
    const next = createRequestIds((length) => {
      drawn += 1;
      return Uint8Array.from({ length }, (_, at) => at % 256);
    });
    expect([next(), next()]).toEqual(["000102030405060708090a0b", "0c0d0e0f1011121314151617"]);
    expect(drawn).toBe(1);
  });
});
