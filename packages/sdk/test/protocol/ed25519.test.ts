import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concatBytes, fromBase64, fromHex, toBase64 } from "../../src/protocol/bytes.ts";
import { ed25519BackendNamed } from "../../src/protocol/ed25519.ts";
import type { Ed25519BackendName } from "../../src/protocol/ed25519-backend.ts";
import { isPointAllowed, L, P, passesPrecheck } from "../../src/protocol/ed25519-precheck.ts";
import { keyPairFromSecretKey } from "../../src/protocol/keys.ts";
import { sign, verify } from "../../src/protocol/signing.ts";

const NAMES: Ed25519BackendName[] = ["node", "webcrypto", "noble"];
const available: Ed25519BackendName[] = [];
for (const name of NAMES) if (await ed25519BackendNamed(name)) available.push(name);

const bytes = (hex: string): Uint8Array => fromHex(hex) as Uint8Array;

function encode(value: bigint): Uint8Array {
  return bytes(value.toString(16).padStart(64, "0")).reverse();
}

describe("the pre-check", () => {
  const y8 = bytes("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a");
  const y8Value = BigInt(
    `0x${[...y8]
      .reverse()
      .map((byte) => byte.toString(16).padStart(2, "0"))
      .join("")}`,
  );
  const refused = [0n, 1n, P - 1n, y8Value, P - y8Value, P, P + 1n, 2n ** 255n - 1n];

  it.each(refused)("refuses y = %s under both signs", (y) => {
    expect(isPointAllowed(encode(y))).toBe(false);
    expect(isPointAllowed(encode(y + 2n ** 255n))).toBe(false);
  });

  it.each([2n, P - 2n, y8Value + 1n, y8Value - 1n])("lets y = %s pass: it knows no curve", (y) => {
    expect(isPointAllowed(encode(y))).toBe(true);
    expect(isPointAllowed(encode(y + 2n ** 255n))).toBe(true);
  });

  it("wants 32 and 64 bytes, and S below the order", () => {
    const key = encode(3n);
    const withScalar = (s: bigint): Uint8Array => concatBytes(encode(3n), encode(s));
    expect(passesPrecheck(key, withScalar(0n))).toBe(true);
    expect(passesPrecheck(key, withScalar(L - 1n))).toBe(true);
    expect(passesPrecheck(key, withScalar(L))).toBe(false);
    expect(passesPrecheck(key.subarray(1), withScalar(0n))).toBe(false);
    expect(passesPrecheck(key, withScalar(0n).subarray(1))).toBe(false);
    expect(passesPrecheck(key, concatBytes(withScalar(0n), Uint8Array.of(0)))).toBe(false);
  });

  it("looks at R as it looks at A", () => {
    expect(passesPrecheck(encode(3n), concatBytes(y8, encode(1n)))).toBe(false);
    expect(passesPrecheck(y8, concatBytes(encode(3n), encode(1n)))).toBe(false);
  });
});

describe.each(available)("the %s back end", (backend) => {
  // RFC 8032, section 7.1, tests 1 to 3.
  it.each([
    [
      "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
      "",
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ],
    [
      "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
      "72",
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ],
    [
      "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
      "af82",
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ],
  ])("signs and verifies as RFC 8032 prints (%s)", async (seedHex, messageHex, signatureHex) => {
    const seed = bytes(seedHex);
    const { publicKey } = await keyPairFromSecretKey(seed);
    expect(await verify(toBase64(bytes(signatureHex)), bytes(messageHex), publicKey, { backend })).toBe(true);
    const native = await ed25519BackendNamed(backend);
    expect(toBase64((await native?.publicKey(seed)) as Uint8Array)).toBe(publicKey);
    expect(await native?.sign(seed, bytes(messageHex))).toEqual(bytes(signatureHex));
  });

  it("gives false, and never an exception, for what is no signature", async () => {
    const { publicKey, secretKey } = await keyPairFromSecretKey(new Uint8Array(32).fill(9));
    const message = Uint8Array.of(1);
    const signature = await sign(message, secretKey);
    const offCurve = toBase64(encode(2n));
    for (const [wrongSignature, wrongKey] of [
      [signature, offCurve],
      [signature.slice(4), publicKey],
      [`${signature} `, publicKey],
      [signature, `${publicKey}=`],
      ["", ""],
      [undefined, publicKey],
      [signature, null],
      [signature, { toString: () => publicKey }],
    ]) {
      expect(await verify(wrongSignature as string, message, wrongKey as string, { backend })).toBe(false);
    }
    expect(await verify(signature, "text" as unknown as Uint8Array, publicKey, { backend })).toBe(false);
  });
});

it("finds two back ends or three in every runtime that these tests run in", () => {
  expect(available).toContain("noble");
  expect(available).toContain("webcrypto");
});

it("verifies nothing with a back end that the runtime lacks", async () => {
  const { publicKey, secretKey } = await keyPairFromSecretKey(new Uint8Array(32).fill(9));
  const signature = await sign(Uint8Array.of(1), secretKey);
  expect(await verify(signature, Uint8Array.of(1), publicKey, { backend: "abacus" as Ed25519BackendName })).toBe(false);
});

describe("all back ends", () => {
  const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 });
  const flips = fc.array(fc.nat({ max: 8 * 96 - 1 }), { maxLength: 3 });

  it("sig_backend_equivalence: agree on signatures and keys with random bits flipped", async () => {
    await fc.assert(
      fc.asyncProperty(seeds, fc.uint8Array({ maxLength: 40 }), flips, async (seed, message, bits) => {
        const { publicKey, secretKey } = await keyPairFromSecretKey(seed);
        const both = concatBytes(fromBase64(await sign(message, secretKey)) as Uint8Array, fromBase64(publicKey) as Uint8Array);
        for (const bit of bits) both[bit >> 3] = (both[bit >> 3] as number) ^ (1 << (bit & 7));
        const isUntouched = bits.every((bit) => bits.filter((other) => other === bit).length % 2 === 0);
        for (const backend of available) {
          const verdict = await verify(toBase64(both.subarray(0, 64)), message, toBase64(both.subarray(64)), { backend });
          expect(verdict, backend).toBe(isUntouched);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("agree on random points in the place of A and R, with any S", async () => {
    const points = fc.oneof(
      seeds,
      fc.constantFrom(0n, 1n, 2n, P - 1n, P, P + 1n, 2n ** 255n - 1n).map((y) => encode(y)),
    );
    await fc.assert(
      fc.asyncProperty(points, points, fc.oneof(fc.bigInt(0n, 2n ** 256n - 1n), fc.constantFrom(0n, 1n, L - 1n, L)), async (a, r, s) => {
        const signature = toBase64(concatBytes(r, encode(s)));
        const verdicts = new Set<boolean>();
        for (const backend of available) verdicts.add(await verify(signature, Uint8Array.of(7), toBase64(a), { backend }));
        expect(verdicts.size).toBe(1);
      }),
      { numRuns: 100 },
    );
  });
});
