import { base64, canonical, signaturesOf, signedFile, type Signer, signer } from "./signer.ts";

const [A, B, C, D, STRANGER] = [signer(1), signer(2), signer(3), signer(4), signer(9)] as const;
const NOW = "2026-10-01T01:00:00Z";
/** Held: version 1, two of A and B. */
const HELD = { version: 1, threshold: 2, keys: [A.publicKey, B.publicKey] };
/** Next: version 2, two of B and C, heartbeats by D. */
const BODY = {
  spec: "omla-keyset/1",
  version: 2,
  threshold: 2,
  keys: [keyOf(B, "list"), keyOf(C, "list"), keyOf(D, "heartbeat")],
  min_sequence: 40,
  generated_at: "2026-10-01T00:00:00Z",
  expires_at: "2027-10-01T00:00:00Z",
};
const NEXT = { version: 2, threshold: 2, keys: [B.publicKey, C.publicKey], heartbeat_keys: [D.publicKey], sequence: 39 };
/** A chain under one key. */
const SINGLE = { version: 1, threshold: 1, keys: [A.publicKey] };

function keyOf(each: Signer, role: string): object {
  return { key_id: each.keyId, public_key: each.publicKey, role };
}

function file(changes: object = {}, signers: readonly Signer[] = [A, B, C]): string {
  return signedFile("keyset", { ...BODY, ...changes }, signers);
}

function chained(version: number, changes: object = {}): string {
  return file({ version, threshold: 1, keys: [keyOf(A, "list")], min_sequence: version, ...changes }, [A]);
}

function chain(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => chained(from + index));
}

function refused(
  name: string,
  code: string,
  files: readonly string[],
  more: { previous?: object; path?: string; now?: string } = {},
): object {
  const { previous = HELD, now = NOW, path } = more;
  return { name, previous, files_base64: files.map(base64), now, code, ...(path !== undefined && { path }) };
}

function accepted(name: string, files: readonly string[], expected: object, more: { previous?: object; now?: string } = {}): object {
  const { previous = HELD, now = NOW } = more;
  return { name, previous, files_base64: files.map(base64), now, code: "OK", expected };
}

const withSignatures = (more: object): string => canonical({ ...BODY, signatures: signaturesOf("keyset", BODY, [A, B, C]), ...more });
const bad = { key_id: C.keyId, sig: A.sign(Buffer.from("something else")) };
const single = (version: number): object => ({ version, threshold: 1, keys: [A.publicKey], heartbeat_keys: [], sequence: version - 1 });

export function keysetCases(): object[] {
  return [
    accepted("no newer version: everything stays", [], { ...HELD, heartbeat_keys: [], sequence: null }),
    accepted("the threshold of both versions has signed", [file()], NEXT),
    accepted("signature may be left out", [withSignatures({})], NEXT),
    accepted("an unknown key is ignored", [file({}, [A, B, C, STRANGER])], NEXT),
    accepted("a heartbeat key's signature is ignored", [file({}, [A, B, C, D])], NEXT),
    accepted("the order of the signatures is free", [file({}, [C, B, A])], NEXT),
    accepted("exactly expires_at is not expired", [file()], NEXT, { now: "2027-10-01T00:00:00Z" }),
    accepted("an unknown member is kept and signed", [file({ future: "x" })], NEXT),
    accepted("three versions one by one", chain(2, 4), single(4), { previous: SINGLE }),
    accepted("a version on the way may have expired", [chained(2, { expires_at: "2026-10-01T00:30:00Z" }), chained(3)], single(3), {
      previous: SINGLE,
    }),
    accepted("64 steps", chain(2, 65), single(65), { previous: SINGLE }),
    refused("65 steps", "KEYSET_STEPS", chain(2, 66), { previous: SINGLE }),
    refused("a version is skipped", "KEYSET_VERSION", [chained(3)], { previous: SINGLE, path: "version" }),
    refused("the same version again", "KEYSET_VERSION", [file({ version: 1 })], { path: "version" }),
    refused("only the keys before have signed", "KEYSET_THRESHOLD", [file({}, [A, B])], { path: "signatures" }),
    refused("only its own keys have signed", "KEYSET_THRESHOLD", [file({}, [B, C])], { path: "signatures" }),
    refused("a heartbeat key does not count", "KEYSET_THRESHOLD", [file({}, [A, B, D])], { path: "signatures" }),
    refused("the same key twice is one key", "KEYSET_THRESHOLD", [file({}, [A, B, B])], { path: "signatures" }),
    refused("a revoked key has no say in the version after", "KEYSET_THRESHOLD", [file(), file({ version: 3 }, [A, B])], {
      path: "signatures",
    }),
    refused("a member was changed", "KEYSET_SIGNATURE", [file().replace('"min_sequence":40', '"min_sequence":41')], {
      path: "signatures[0].sig",
    }),
    refused(
      "a known key with a bad signature rejects the file",
      "KEYSET_SIGNATURE",
      [withSignatures({ signatures: [...signaturesOf("keyset", BODY, [A, B]), bad] })],
      {
        path: "signatures[2].sig",
      },
    ),
    refused("signature repeats none of signatures", "KEYSET_SIGNATURE", [withSignatures({ signature: bad.sig })], { path: "signature" }),
    refused("signed as a blacklist", "KEYSET_SIGNATURE", [withSignatures({ signatures: signaturesOf("blacklist", BODY, [A, B, C]) })], {
      path: "signatures[0].sig",
    }),
    refused("a second past expires_at", "KEYSET_EXPIRED", [file()], { now: "2027-10-01T00:00:01Z", path: "expires_at" }),
    refused("not canonical: pretty printed", "KEYSET_SCHEMA", [JSON.stringify(JSON.parse(file()), undefined, 1)]),
    refused("not JSON", "KEYSET_SCHEMA", [file().slice(1)]),
    refused("another spec", "KEYSET_SCHEMA", [file({ spec: "omla-keyset/2" })], { path: "spec" }),
    refused("a missing member", "KEYSET_SCHEMA", [file({ min_sequence: undefined })], { path: "min_sequence" }),
    refused("a lowest sequence of 0", "KEYSET_SCHEMA", [file({ min_sequence: 0 })], { path: "min_sequence" }),
    refused("a threshold of 0", "KEYSET_SCHEMA", [file({ threshold: 0 })], { path: "threshold" }),
    refused("a threshold above its list keys", "KEYSET_SCHEMA", [file({ threshold: 3 })], { path: "threshold" }),
    refused("expired before it was made", "KEYSET_SCHEMA", [file({ expires_at: "2026-09-30T00:00:00Z" })], { path: "expires_at" }),
    refused("the id of another key", "KEYSET_SCHEMA", [file({ keys: [keyOf(B, "list"), { ...keyOf(C, "list"), key_id: A.keyId }] })], {
      path: "keys[1].key_id",
    }),
    refused("a key twice", "KEYSET_SCHEMA", [file({ keys: [keyOf(B, "list"), keyOf(C, "list"), keyOf(B, "heartbeat")] })], {
      path: "keys[2].key_id",
    }),
    refused("a role to come", "KEYSET_SCHEMA", [file({ keys: [keyOf(B, "list"), keyOf(C, "root")] })], { path: "keys[1].role" }),
    refused("a key that is not on the curve", "KEYSET_SCHEMA", [file({ keys: [{ ...keyOf(B, "list"), public_key: OFF_CURVE }] })], {
      path: "keys[0].public_key",
    }),
    refused("a reserved member name", "KEYSET_SCHEMA", [withSignatures({ signature_hint: "x" })], { path: "signature_hint" }),
    refused(
      "seventeen signatures",
      "KEYSET_SCHEMA",
      [
        file(
          {},
          Array.from({ length: 17 }, () => A),
        ),
      ],
      { path: "signatures" },
    ),
    refused("no key is pinned", "CONFIG_KEYS", [file()], { previous: { ...HELD, keys: [] }, path: "keys" }),
    refused("a pinned threshold above the pinned keys", "CONFIG_KEYS", [file()], {
      previous: { ...HELD, threshold: 3 },
      path: "threshold",
    }),
    refused("a pinned key that is not on the curve", "CONFIG_KEYS", [file()], {
      previous: { ...HELD, keys: [A.publicKey, OFF_CURVE] },
      path: "keys[1]",
    }),
  ];
}

/** y = 2 is not on the curve. */
const OFF_CURVE = "AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
