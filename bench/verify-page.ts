// Runs in the browser: the strict profile against crypto.subtle with an imported key.
import { fromBase64, generateKeyPair, sign, verify } from "@omla/sdk/protocol";
import { interleavedRatio } from "./measure.ts";

const { publicKey, secretKey } = await generateKeyPair();
const message = new Uint8Array(50).fill(7);
const signature = await sign(message, secretKey);
const [rawKey, rawSignature] = [publicKey, signature].map((text) => Uint8Array.from(fromBase64(text) ?? []));
if (rawKey === undefined || rawSignature === undefined) throw new Error("not base64");
const key = await crypto.subtle.importKey("raw", rawKey, "Ed25519", true, ["verify"]);
const ratio = await interleavedRatio(
  () => verify(signature, message, publicKey),
  () => crypto.subtle.verify("Ed25519", key, rawSignature, message),
  { rounds: 21, repeats: 200 },
);
Object.assign(globalThis, { omlaRatio: ratio });
