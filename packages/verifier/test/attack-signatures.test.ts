import {
  assembleFile,
  type BlacklistContent,
  buildBlacklist,
  canonicalize,
  type FileSignature,
  fromBase64,
  keyId,
  keyPairFromSecretKey,
  nextEdition,
  sign,
  signFile,
  toBase64,
  utf8Encode,
  verifyBlacklist,
} from "@omla/sdk/protocol";
import { describe, expect, it } from "vitest";
import { readList } from "../src/fast-reader/read-list.ts";
import { random } from "./index-of.ts";
import { KEY, MODEL, NOW, SEED } from "./publisher.ts";

const OTHER = await keyPairFromSecretKey(new Uint8Array(32).fill(9));
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

/** What both readers say of a file. */
async function codeOf(raw: string | Uint8Array, { keys = [KEY] as readonly string[], threshold = 1 } = {}): Promise<string> {
  const bytes = typeof raw === "string" ? utf8Encode(raw) : raw;
  const options = { keys, threshold, now: NOW };
  const fast = await readList(bytes, { ...options, aliases: {}, random, maxEntries: 100 });
  const plain = await verifyBlacklist(bytes, options);
  expect(fast.ok ? "OK" : fast.code).toBe(plain.ok ? "OK" : plain.code);
  return fast.ok ? "OK" : fast.code;
}

async function signed(
  content: Partial<BlacklistContent> = {},
  edit: (signatures: FileSignature[]) => FileSignature[] = (same) => same,
): Promise<string> {
  const list = await buildBlacklist({ ...nextEdition(null, NOW), keyset_version: 1, entries: [MODEL], ...content });
  return assembleFile(list, edit(await signFile(list, [SEED])));
}

const withBytes = (change: (bytes: Uint8Array) => Uint8Array) =>
  signed({}, ([one]) => [{ key_id: one?.key_id ?? "", sig: toBase64(change(fromBase64(one?.sig ?? "") ?? new Uint8Array())) }]);
/** The same file with another text for the signature, which `assembleFile` would refuse. */
const withText = async (change: (sig: string) => string): Promise<string> => {
  const file = JSON.parse(await signed()) as { signature: string; signatures: FileSignature[] };
  const sig = change(file.signature);
  return canonicalize({ ...file, signature: sig, signatures: [{ key_id: file.signatures[0]?.key_id, sig }] });
};

describe("group A: signatures", () => {
  it("sig_small_order_key_any_message_fail: a key of small order is refused before it is asked", async () => {
    const identity = toBase64(Uint8Array.from({ length: 32 }, (_, at) => (at === 0 ? 1 : 0)));
    const forged = toBase64(Uint8Array.from({ length: 64 }, (_, at) => (at === 0 ? 1 : 0)));
    const file = await signed({}, () => [{ key_id: "ed25519:0000000000000000", sig: forged }]);
    const named = { key_id: await keyId(identity).catch(() => "ed25519:0000000000000000"), sig: forged };
    expect(await codeOf(file, { keys: [identity] })).not.toBe("OK");
    expect(await codeOf(await signed({}, () => [named]), { keys: [identity] })).not.toBe("OK");
  });

  it("sig_s_plus_L_fail", async () => {
    const file = await withBytes((bytes) => {
      let s = bytes.slice(32).reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n) + ORDER;
      const larger = bytes.slice();
      for (let at = 32; at < 64; at += 1, s >>= 8n) larger[at] = Number(s & 255n);
      return larger;
    });
    expect(await codeOf(file)).toBe("LIST_SIGNATURE");
  });

  it.each([
    ["sig_base64_urlsafe_fail", (sig: string) => `-${sig.slice(1)}`],
    ["sig_base64_newline_fail", (sig: string) => `${sig}\n`],
    ["sig_base64_trailing_bits_fail", (sig: string) => sig.replace(/.==$/, (end) => `${String.fromCharCode(end.charCodeAt(0) + 1)}==`)],
    ["sig_base64_no_padding_fail", (sig: string) => sig.slice(0, -2)],
    ["sig_63_bytes_fail", (sig: string) => Buffer.from(sig, "base64").subarray(0, 63).toString("base64")],
    ["sig_65_bytes_fail", (sig: string) => Buffer.concat([Buffer.from(sig, "base64"), Buffer.alloc(1)]).toString("base64")],
  ])("%s", async (_name, change) => {
    expect(await codeOf(await withText(change))).toBe("LIST_SIGNATURE");
  });

  it.each(["omla.heartbeat.v1", "omla.keyset.v1", "omla.registration.v1", ""])("sig_cross_domain_fail: signed as %s", async (domain) => {
    const list = await buildBlacklist({ ...nextEdition(null, NOW), keyset_version: 1, entries: [MODEL] });
    const digest = list.message.slice(-32);
    const message = domain === "" ? digest : new Uint8Array([...utf8Encode(`${domain}\0`), ...digest]);
    const file = assembleFile(list, [{ key_id: await keyId(KEY), sig: await sign(message, SEED) }]);
    expect(await codeOf(file)).toBe("LIST_SIGNATURE");
  });

  it("sig_threshold_duplicate_keyid_fail, sig_same_key_two_ids_fail", async () => {
    const twice = await signed({}, ([one]) => (one ? [one, one] : []));
    expect(await codeOf(twice, { keys: [KEY, OTHER.publicKey], threshold: 2 })).toBe("LIST_THRESHOLD");
    const otherId = await keyId(OTHER.publicKey);
    const posing = await signed({}, ([one]) => (one ? [one, { ...one, key_id: otherId }] : []));
    expect(await codeOf(posing, { keys: [KEY, OTHER.publicKey], threshold: 2 })).toBe("LIST_SIGNATURE");
    expect(await codeOf(posing, { keys: [KEY] })).toBe("OK");
  });

  it("sig_unknown_key_ignored, sig_known_key_bad_sig_fail", async () => {
    const bad = toBase64(new Uint8Array(64).fill(1));
    expect(await codeOf(await signed({}, ([one]) => (one ? [one, { key_id: "ed25519:0123456789abcdef", sig: bad }] : [])))).toBe("OK");
    const otherId = await keyId(OTHER.publicKey);
    const file = await signed({}, ([one]) => (one ? [one, { key_id: otherId, sig: bad }] : []));
    expect(await codeOf(file, { keys: [KEY, OTHER.publicKey] })).toBe("LIST_SIGNATURE");
  });

  it("unknown_field_kept_ok, sig_field_stripped_fail", async () => {
    const file = await signed({ audit_head: "ab" } as Partial<BlacklistContent>);
    expect(await codeOf(file)).toBe("OK");
    expect(await codeOf(file.replace('"audit_head":"ab",', ""))).toBe("LIST_SIGNATURE");
  });
});
