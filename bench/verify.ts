import { createPublicKey, verify as nodeVerify } from "node:crypto";
import { createRequire } from "node:module";
import { generateKeyPair, sign, verify } from "@omla/sdk/protocol";
import { compactVerify, CompactSign, importJWK } from "jose";
import nacl from "tweetnacl";
import { interleavedRatio, type Row } from "./measure.ts";
import { verifyInChromium } from "./verify-chromium.ts";

const versionOf = (name: string): string => (createRequire(import.meta.url)(`${name}/package.json`) as { version: string }).version;

/** Verifications per timing: long enough that the timer's grain does not count. */
const REPEATS = 200;
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

/** The `strict` profile against Ed25519 as others verify it, one key, one message of 50 bytes as documents sign it. */
export async function verifyBench(): Promise<Row[]> {
  const { publicKey, secretKey } = await generateKeyPair();
  const message = new Uint8Array(50).fill(7);
  const signature = await sign(message, secretKey);
  const raw = { key: Buffer.from(publicKey, "base64"), signature: Buffer.from(signature, "base64") };
  const ours = (): Promise<boolean> => verify(signature, message, publicKey);
  const cached = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw.key]), format: "der", type: "spki" });
  const token = await joseToken(message, secretKey, publicKey);
  const row = { name: "Ed25519 strict verify", size: "50 bytes" };
  return [
    {
      ...row,
      peer: "node:crypto, cached key",
      peerVersion: process.version,
      ratio: await interleavedRatio(ours, () => nodeVerify(null, message, cached, raw.signature), { rounds: 21, repeats: REPEATS }),
      goal: 1.1,
    },
    {
      ...row,
      peer: "jose compactVerify",
      peerVersion: versionOf("jose"),
      ratio: await interleavedRatio(ours, () => compactVerify(token.jws, token.key), { rounds: 11, repeats: REPEATS }),
      goal: 1,
    },
    {
      ...row,
      peer: "tweetnacl",
      peerVersion: versionOf("tweetnacl"),
      ratio: await interleavedRatio(ours, () => nacl.sign.detached.verify(message, raw.signature, raw.key), { rounds: 5, repeats: 20 }),
      goal: 0.02,
    },
    { ...row, name: "Ed25519 strict verify, Chromium", ...(await verifyInChromium()), goal: 1.15 },
  ];
}

async function joseToken(payload: Uint8Array, secretKey: string, publicKey: string) {
  const url = (base64: string): string => base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const jwk = { kty: "OKP", crv: "Ed25519", x: url(publicKey) };
  const jws = await new CompactSign(payload)
    .setProtectedHeader({ alg: "EdDSA" })
    .sign(await importJWK({ ...jwk, d: url(secretKey) }, "EdDSA"));
  return { jws, key: await importJWK(jwk, "EdDSA") };
}
