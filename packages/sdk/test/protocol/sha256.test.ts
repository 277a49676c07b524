import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toHex, utf8Encode } from "../../src/protocol/bytes.ts";
import { createSha256 } from "../../src/protocol/incremental-sha256.ts";
import { sha256, sha256Hex } from "../../src/protocol/sha256.ts";

describe("SHA-256", () => {
  // FIPS 180-4 examples: one block, two blocks, the empty message, a million times "a".
  it.each([
    ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
    ["abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"],
    ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
    ["a".repeat(1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"],
  ])("gives the published digests", async (text, digest) => {
    expect(toHex(createSha256().update(utf8Encode(text)).digest())).toBe(digest);
    expect(await sha256Hex(utf8Encode(text))).toBe(digest);
  });

  it("gives the same digest however the message is cut", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 }), async (parts) => {
        const hash = createSha256();
        for (const part of parts) hash.update(part);
        const whole = Uint8Array.from(parts.flatMap((part) => [...part]));
        expect(hash.digest()).toEqual(await sha256(whole));
      }),
    );
  });

  it("pads right at every length around a block", async () => {
    for (let length = 0; length <= 130; length++) {
      const message = new Uint8Array(length).fill(length);
      expect(createSha256().update(message).digest(), `length ${length}`).toEqual(await sha256(message));
    }
  });
});
