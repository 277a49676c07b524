import { signedDocument, signer } from "./signer.ts";

const KEY = signer(1);
const MESSAGE = Buffer.from("a message");
/** The order of the base point. */
const L = 2n ** 252n + 27742317777372353535851937790883648493n;

/** Encodings of y that the strict profile refuses in a key and in R: small order with either sign, and not below the prime. */
const REFUSED_POINTS: readonly [name: string, hex: string][] = [
  ["y = 0", "00".repeat(32)],
  ["y = 0, sign set", `${"00".repeat(31)}80`],
  ["y = 1, the neutral point", `01${"00".repeat(31)}`],
  ["y = 1, sign set", `01${"00".repeat(30)}80`],
  ["y = p - 1", `ec${"ff".repeat(30)}7f`],
  ["y = p - 1, sign set", `ec${"ff".repeat(31)}`],
  ["y = p, a twin of 0", `ed${"ff".repeat(30)}7f`],
  ["y = p, sign set", `ed${"ff".repeat(31)}`],
  ["y = p + 1, a twin of 1", `ee${"ff".repeat(30)}7f`],
  ["y = p + 1, sign set", `ee${"ff".repeat(31)}`],
  ["y = 2^255 - 1", `${"ff".repeat(31)}7f`],
  ["order 8", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"],
  ["order 8, sign set", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85"],
  ["order 8, the other one", "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"],
  ["order 8, the other one, sign set", "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"],
];

const base64Of = (hex: string): string => Buffer.from(hex, "hex").toString("base64");

export function publicKeyCases(): object[] {
  const ok = (name: string, public_key: string, expected: string): object => ({ name, public_key, code: "OK", expected });
  const bad = (name: string, public_key: string): object => ({ name, public_key, code: "KEY_INVALID" });
  return [
    ok("the first key of RFC 8032", "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", "ed25519:7766dbd7557dc9d7"),
    ok("the key of a list", "L3sAUzu1Dyi9gpZnTXtE5xXtO683VdskChL3iL8fCCs=", "ed25519:0c65f68d5858963e"),
    bad("not on the curve", "AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
    ...REFUSED_POINTS.map(([name, hex]) => bad(name, base64Of(hex))),
    bad("31 bytes", base64Of("11".repeat(31))),
    bad("33 bytes", base64Of("11".repeat(33))),
    bad("without padding", "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo"),
    bad("the URL alphabet", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo="),
    bad("bits behind the last byte", "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURp="),
    bad("a newline", "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"),
    bad("hex", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"),
    bad("empty", ""),
  ];
}

export function signatureCases(): object[] {
  const signature = Buffer.from(KEY.sign(MESSAGE), "base64");
  const [r, s] = [signature.subarray(0, 32), signature.subarray(32)];
  const plusL = littleEndian(BigInt(`0x${Buffer.from(s).reverse().toString("hex")}`) + L);
  const of = (
    name: string,
    passes_precheck: boolean,
    verifies: boolean,
    changes: { key?: string; message?: Buffer; signature?: string } = {},
  ): object => ({
    name,
    public_key: changes.key ?? KEY.publicKey,
    message_hex: (changes.message ?? MESSAGE).toString("hex"),
    signature: changes.signature ?? signature.toString("base64"),
    passes_precheck,
    verifies,
  });
  const joined = (first: Buffer, second: Buffer): string => Buffer.concat([first, second]).toString("base64");
  return [
    of("good", true, true),
    of("the empty message", true, true, { message: Buffer.alloc(0), signature: KEY.sign(Buffer.alloc(0)) }),
    of("another message", true, false, { message: Buffer.from("b message") }),
    of("another key", true, false, { key: signer(2).publicKey }),
    of("a flipped bit in R", true, false, { signature: joined(flip(r), s) }),
    of("a flipped bit in S", true, false, { signature: joined(r, flip(s)) }),
    of("S = 0 passes the byte check", true, false, { signature: joined(r, Buffer.alloc(32)) }),
    of("S + L, the malleable twin", false, false, { signature: joined(r, plusL) }),
    of("S = L", false, false, { signature: joined(r, littleEndian(L)) }),
    of("63 bytes", false, false, { signature: signature.subarray(0, 63).toString("base64") }),
    of("65 bytes", false, false, { signature: joined(signature, Buffer.alloc(1)) }),
    of("a newline behind the signature", false, false, { signature: `${signature.toString("base64")}\n` }),
    of("without padding", false, false, { signature: signature.toString("base64").slice(0, -2) }),
    of("the URL alphabet", false, false, { signature: joined(Buffer.alloc(32, 0xff), s).replaceAll("/", "_") }),
    ...REFUSED_POINTS.map(([name, hex]) => of(`R: ${name}`, false, false, { signature: joined(Buffer.from(hex, "hex"), s) })),
    ...REFUSED_POINTS.map(([name, hex]) => of(`A: ${name}`, false, false, { key: base64Of(hex) })),
  ];
}

function flip(bytes: Buffer): Buffer {
  const flipped = Buffer.from(bytes);
  flipped[0] = (flipped[0] ?? 0) ^ 1;
  return flipped;
}

function littleEndian(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, "0"), "hex").reverse();
}

/** The four-field form that came before signed documents. */
export function legacyCases(): object[] {
  const fields = {
    name: "Old model",
    model_hash: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    pubkey: KEY.publicKey,
  };
  const signed = (changes: object = {}): Record<string, unknown> => {
    const document = { ...fields, timestamp: "2025-08-10T12:00:00Z", ...changes };
    return { ...document, registration_signature: KEY.sign(Buffer.from(JSON.stringify(document))) };
  };
  const verdict = (changes: object = {}): object => ({ proves: "identity only", ...fields, timestamp: "2025-08-10T12:00:00Z", ...changes });
  const ok = (name: string, document: object, expected: object): object => ({ name, document, code: "OK", expected });
  const bad = (name: string, document: object, code: string, path: string): object => ({ name, document, code, path });
  const member = "registration_signature";
  return [
    ok("the four fields", signed(), verdict()),
    ok("the time in milliseconds", signed({ timestamp: 1754827200000 }), verdict({ timestamp: 1754827200000 })),
    ok("the order in which the members arrive is free", Object.fromEntries(Object.entries(signed()).reverse()), verdict()),
    ok("what was never signed is not given back", { ...signed(), wallet: "omla1wescua72zs89uq7q9mdycpd92sdys9zw" }, verdict()),
    bad("a field was changed", { ...signed(), name: "Old modem" }, "SIGNATURE_INVALID", member),
    bad("the time as another type", { ...signed({ timestamp: 1754827200000 }), timestamp: "1754827200000" }, "SIGNATURE_INVALID", member),
    bad(
      "signed as a document of today",
      { ...signed(), ...signedDocument("registration", verdict(), KEY, member) },
      "SIGNATURE_INVALID",
      member,
    ),
    bad("another key", { ...signed(), pubkey: signer(2).publicKey }, "SIGNATURE_INVALID", member),
    bad("no signature", { ...signed(), registration_signature: undefined }, "DOCUMENT_SCHEMA", member),
    bad("no name", { ...signed(), name: undefined }, "DOCUMENT_SCHEMA", "name"),
    bad("a key of small order", { ...signed(), pubkey: base64Of("00".repeat(32)) }, "KEY_INVALID", "pubkey"),
  ];
}
